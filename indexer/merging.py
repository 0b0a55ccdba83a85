"""A live part that has grown is merged into the large part beside everything else, while others publish.

Merging a large index takes minutes, so it holds no lock that publishing needs. It works on hard links of the generation
that it began with, in a folder of its own; only at the end, for a moment, it keeps others from publishing, takes what
came and went meanwhile into a new live part, and publishes. A process killed before that leaves everything as it was,
and a folder that the next merge sweeps away: ``python -m indexer.merging FOLDER``.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer import generation, knobs
from indexer import manifest as manifests
from indexer.builder import complete, link_tree
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.crash import crash_point
from indexer.errors import IndexerError, IndexMissing, IndexNotWritten
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.opened import ENCODER, LIVE, gone_from
from indexer.staging import Staging, stored_fingerprints, whole_store

FOLDER = ".merging"
PATIENCE = 600.0
"""Seconds that a finished merge waits for a whole ‘kb index’."""

_log = logging.getLogger(__name__)


def due(root: Path) -> bool:
    """True when the live part of what serves has grown enough. Costs a look at two small files."""
    try:
        folder = generation.current(root)
        if not (folder / LIVE).is_dir():
            return False
        live = ChunkStore(folder / LIVE / STORE)
        try:
            return max(live.documents_held(), len(gone_from(folder))) >= knobs.MERGED_FROM
        finally:
            live.close()
    except IndexerError:
        return False  # whoever publishes next mends what is damaged


def start(root: Path) -> subprocess.Popen[bytes]:
    """Merge in a process of its own that outlives this one and gives way to everything else."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-m", "indexer.merging", str(root)],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def merge(root: Path) -> bool:
    """Merge the parts of what serves into one. False when another process merges, or nothing is left to merge.

    Raises IndexBusy, IndexDamaged, IndexNotWritten; what served serves on.
    """
    try:
        with _the_only_one(root) as folder:
            return folder is not None and _merged(root, folder)
    except OSError as error:
        raise IndexNotWritten(error) from error


@contextmanager
def _the_only_one(root: Path) -> Iterator[Path | None]:
    """An empty folder to work in; None while another process merges."""
    try:
        with FileLock(root / "merging.lock", timeout=0):
            folder = root / FOLDER
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout:
        yield None


def _merged(root: Path, folder: Path) -> bool:
    source, target = folder / "source", folder / "merged"
    try:
        link_tree(generation.current(root), source)  # publishing sweeps old generations away; links stay
        begun = manifests.read(source)
    except (FileNotFoundError, IndexMissing):
        return False  # swept away under our hands: the next publishing starts another merge
    if not (source / LIVE).is_dir():
        return False
    target.mkdir()
    whole_store(source, target / STORE)
    crash_point("merge-copied")
    store = ChunkStore(target / STORE, writable=True)
    try:
        complete(target, store, model=_model(begun), dimension=begun.dimension, encoder=source / ENCODER)
    finally:
        store.close()
    generation.sync(target)  # now, so that publishing finds nothing left to write
    crash_point("merge-built")
    with generation.alone(root, patience=PATIENCE), generation.building(root) as building:
        newest = generation.current(root)
        if not _begun_from(begun, manifests.read(newest)):
            return False  # somebody built everything anew meanwhile
        _catch_up(building, target, source, newest)
        crash_point("merge-caught-up")
        generation.publish(root, building)
    return True


def _model(manifest: Manifest) -> Model:
    """The model that an index was made with, as far as its manifest goes."""
    return Model(
        name=manifest.model, place="", sha256=manifest.model_sha256, window=manifest.window, tokenizer=None
    )


def _begun_from(begun: Manifest, now: Manifest) -> bool:
    """True when what serves now has the same large part as what the merge began with."""
    return begun.files[STORE] == now.files[STORE] and begun.model_sha256 == now.model_sha256


def _catch_up(folder: Path, merged: Path, source: Path, newest: Path) -> None:
    """Fill ``folder`` with the merged index and a live part of what changed between ``source`` and ``newest``."""
    then, now = stored_fingerprints(source), stored_fingerprints(newest)
    changed = [document_id for document_id, value in now.items() if then.get(document_id) != value]
    gone = then.keys() - now.keys()
    if not changed and not gone:
        link_tree(merged, folder)
        return
    staging = Staging(folder, merged)
    stores = [ChunkStore(newest / LIVE / STORE), ChunkStore(newest / STORE)]
    try:
        for document_id in changed:
            _take_over(staging, stores, document_id, now[document_id])
        for document_id in gone:
            staging.remove(document_id)
        staging.finish(_model(manifests.read(merged)), lambda: merged / ENCODER)
    finally:
        staging.close()
        for store in stores:
            store.close()


def _take_over(staging: Staging, stores: list[ChunkStore], document_id: str, fingerprint: str) -> None:
    """Stage a document as the first of some stores holds it."""
    for store in stores:
        document = store.document(document_id)
        if document is not None:
            passages, vectors = store.passages_of(document)
            staging.replace(document, passages, vectors, fingerprint=fingerprint)
            return


if __name__ == "__main__":
    os.nice(10)
    try:
        merge(Path(sys.argv[1]))
    except IndexerError as error:
        _log.error("the parts of the index were not merged: %s", error)
        sys.exit(3)
