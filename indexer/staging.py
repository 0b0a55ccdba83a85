"""The changes to an index, gathered until they are published: in a small live part, or in a whole index built anew.

A live part holds what was added or replaced since the large part was built, and says what is gone from there. It is
small, so that publishing one article takes a moment. From ``knobs.MERGED_FROM`` documents on it is merged beside
everything else (``indexer.merging``); past ``knobs.LIVE_MOST`` everything is built anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from numpy import float32
from numpy.typing import NDArray

from indexer import knobs
from indexer import manifest as manifests
from indexer.builder import complete, complete_live, link_tree
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.crash import crash_point
from indexer.document import Chunk, Document
from indexer.errors import WrongDimension
from indexer.model import Model
from indexer.opened import GONE, LIVE, gone_from
from indexer.query_encoder import open_encoder


def stored_fingerprints(generation: Path) -> dict[str, str]:
    """Document id → fingerprint of everything that a generation holds."""
    found = _fingerprints(generation / STORE)
    if (generation / LIVE).is_dir():
        for document_id in gone_from(generation):
            found.pop(document_id, None)
        found |= _fingerprints(generation / LIVE / STORE)
    return found


class Staging:
    """What is to become the next generation, in a folder of its own.

    previous  the generation that it goes on from, None to begin with nothing
    """

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self._folder = folder
        self._large = previous if previous and _is_large(previous) else None
        self._gone: set[str] = set()
        if self._large:
            (folder / LIVE).mkdir()
            if (self._large / LIVE).is_dir():
                shutil.copyfile(self._large / LIVE / STORE, folder / LIVE / STORE)
                self._gone = set(gone_from(self._large))
            self._in_large = frozenset(_fingerprints(self._large / STORE))
            self.store = ChunkStore(folder / LIVE / STORE, writable=True)
        else:
            if previous:
                whole_store(previous, folder / STORE)
            self.store = ChunkStore(folder / STORE, writable=True)

    def replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[float32], *, fingerprint: str
    ) -> None:
        """Put a document in place of what is there under its id. Raises WrongDimension, IndexNotWritten."""
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages came with {len(vectors)} vectors")
        known = self._dimension() or vectors.shape[1]
        if vectors.shape[1] != known:
            raise WrongDimension(got=vectors.shape[1], built_with=known)
        self.store.replace(document, passages, vectors, fingerprint)
        self._leave(document.id)

    def remove(self, document_id: str) -> None:
        """Take a document out; one that is not there is no error."""
        self.store.remove(document_id)
        self._leave(document_id)

    def finish(self, model: Model, encoder: Callable[[], Path]) -> Path:
        """Build the generation and return its folder, ready to be published. Raises IndexNotWritten."""
        self.store.commit()
        crash_point("chunks-committed")
        if self._large and max(len(self.store.fingerprints()), len(self._gone)) <= knobs.LIVE_MOST:
            self._finish_live(self._large)
        else:
            self._finish_whole(model, encoder())
        return self._folder

    def close(self) -> None:
        """Let the store go, with what was not committed."""
        self.store.close()

    def _finish_live(self, large: Path) -> None:
        (self._folder / LIVE / GONE).write_text(json.dumps(sorted(self._gone)), encoding="utf-8")
        link_tree(large, self._folder, leave_out=(LIVE, manifests.NAME))
        crash_point("large-part-linked")
        complete_live(self._folder, self.store, self._gone, manifests.read(large))
        self.store.close()

    def _finish_whole(self, model: Model, encoder: Path) -> None:
        if self._large:
            self.store.close()
            _merge(self._large / STORE, self._folder / LIVE / STORE, self._gone, self._folder / STORE)
            shutil.rmtree(self._folder / LIVE)
            self.store = ChunkStore(self._folder / STORE, writable=True)
            crash_point("parts-merged")
        dimension = self.store.vector_bytes() // 4 or open_encoder(encoder).dimension
        complete(self._folder, self.store, model=model, dimension=dimension, encoder=encoder)
        self.store.close()

    def _leave(self, document_id: str) -> None:
        if self._large and document_id in self._in_large:
            self._gone.add(document_id)

    def _dimension(self) -> int:
        """Numbers in a vector, 0 while nobody knows."""
        return manifests.read(self._large).dimension if self._large else self.store.vector_bytes() // 4


def _is_large(generation: Path) -> bool:
    return manifests.read(generation).passages >= knobs.LIVE_FROM


def _fingerprints(path: Path) -> dict[str, str]:
    store = ChunkStore(path)
    try:
        return store.fingerprints()
    finally:
        store.close()


def whole_store(generation: Path, target: Path) -> None:
    """The chunk store of everything that a generation holds."""
    if (generation / LIVE).is_dir():
        _merge(generation / STORE, generation / LIVE / STORE, gone_from(generation), target)
    else:
        shutil.copyfile(generation / STORE, target)


def _merge(large: Path, live: Path, gone: set[str] | frozenset[str], target: Path) -> None:
    shutil.copyfile(large, target)
    store = ChunkStore(target, writable=True)
    try:
        for document_id in gone:
            store.remove(document_id)
        store.absorb(live)
    finally:
        store.close()
