"""Copy a folder's index to a search server: no text is embedded again, and what is there already is not sent again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer import generation
from indexer import manifest as manifests
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.crash import crash_point
from indexer.distributed import MilvusEngine
from indexer.distributed_address import names_server
from indexer.model import Model
from indexer.opened import ENCODER, LIVE
from indexer.staging import whole_store

SLICE = 2000
"""Documents changed with one commit, so that a run that is cut short goes on near where it stopped."""

Progress = Callable[[int, int], None]
"""Called with (documents sent so far, documents to send)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy did."""

    sent: int
    removed: int
    unchanged: int
    seconds: float


def copy_index(
    root: Path, address: str, *, rebuild: bool = False, progress: Progress | None = None
) -> Copied | None:
    """Make the index on a server hold what the index in ``root`` holds; None when the address names no server.

    rebuild  fill new collections and move the trust's alias to them, instead of changing those that serve

    Raises IndexMissing, IndexDamaged, IndexBusy, IndexNotWritten, EngineUnavailable. Run it again after any of them:
    it goes on where it stopped.
    """
    if not names_server(address):
        return None
    began = time.perf_counter()
    folder, _ = generation.soundest(root)
    manifest = manifests.read(folder)
    model = Model(
        name=manifest.model, place="", sha256=manifest.model_sha256, window=manifest.window, tokenizer=None
    )
    engine = MilvusEngine(address, model=model, encoder=lambda: folder / ENCODER)
    with (
        closing(engine),
        TemporaryDirectory() as temporary,
        closing(_store(folder, Path(temporary))) as store,
    ):
        there = engine.fingerprints()
        anew = rebuild or not there
        if anew:
            there = engine.start_anew()
        stale, gone, unchanged = _differences(store.fingerprints(), there)
        for document_id in gone:
            engine.remove(document_id)
        _send(engine, store, stale, anew=anew, progress=progress)
        engine.commit()
    seconds = time.perf_counter() - began
    return Copied(sent=len(stale), removed=len(gone), unchanged=unchanged, seconds=seconds)


def _differences(wanted: Mapping[str, str], there: Mapping[str, str]) -> tuple[list[str], list[str], int]:
    """(ids to send, ids to take out, how many are there already) from the fingerprints here and there."""
    stale = sorted(key for key, value in wanted.items() if there.get(key) != value)
    return stale, sorted(there.keys() - wanted.keys()), len(wanted) - len(stale)


def _store(folder: Path, temporary: Path) -> ChunkStore:
    """Everything that a generation holds; its parts are put together aside when it has two."""
    if not (folder / LIVE).is_dir():
        return ChunkStore(folder / STORE)
    whole_store(folder, temporary / STORE)
    return ChunkStore(temporary / STORE)


def _send(
    engine: MilvusEngine, store: ChunkStore, stale: list[str], *, anew: bool, progress: Progress | None
) -> None:
    prints, sent = store.fingerprints(), 0
    for document_id in sorted(stale, key=_by_chance):
        document = store.document(document_id)
        if document is None:
            continue
        passages, vectors = store.passages_of(document)
        engine.replace(document, passages, vectors, fingerprint=prints[document.id])
        sent += 1
        if not anew and sent % SLICE == 0:
            engine.commit()
        crash_point(f"copied-{sent}")
        if progress:
            progress(sent, len(stale))


def _by_chance(document_id: str) -> str:
    """An order that has nothing to do with the texts, and is the same each time.

    A graph of vectors that begins with many near ones, as texts with like names may be, does not lead out of them.
    """
    return hashlib.blake2b(document_id.encode(), digest_size=8).hexdigest()
