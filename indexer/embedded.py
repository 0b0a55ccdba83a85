"""The engine that needs nothing but a folder: FAISS for meaning, Tantivy for phrases, SQLite for passages.

Reading and writing are two halves of one object. The reading half serves one generation and may be renewed while
queries run; the writing half stages changes in a copy of the chunk store and publishes a new generation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from numpy import float32
from numpy.typing import NDArray

from indexer import generation
from indexer import manifest as manifests
from indexer.document import Chunk, Document, Filters, Query, Results
from indexer.errors import IndexDamaged, IndexMissing, IndexNotWritten
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.opened import open_generation
from indexer.searcher import Searcher
from indexer.staging import Staging, stored_fingerprints
from indexer.synonyms import Synonym, SynonymTable


class EmbeddedEngine:
    """One index folder. ``model`` and ``encoder`` are needed only to commit changes."""

    def __init__(
        self, root: Path, *, model: Model | None = None, encoder: Callable[[], Path] | None = None
    ) -> None:
        self.root = root
        self._model, self._encoder = model, encoder
        self._synonyms = SynonymTable()
        self._searcher: Searcher | None = None
        self._staged: Staging | None = None
        self._build = ExitStack()
        self._opening = threading.Lock()

    @property
    def manifest(self) -> Manifest:
        """What the served generation was built with."""
        return self._serving().opened.manifest

    def search(self, query: Query) -> Results:
        """The answer to one query."""
        return self._serving().search(query)

    def ranked(self, query: Query, *, depth: int) -> Sequence[tuple[str, float]]:
        """(document id, score) of the best candidates."""
        return self._serving().ranked(query, depth=depth)

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> Sequence[tuple[str, float]]:
        """The nearest documents in meaning."""
        return self._serving().similar_to(document_id, filters=filters, limit=limit)

    def use_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        """Search with these from the next query on."""
        self._synonyms = SynonymTable.of(synonyms)
        if self._searcher:
            self._searcher = Searcher(self._searcher.opened, self._synonyms)

    def fingerprints(self) -> Mapping[str, str]:
        """Document id → fingerprint of what was committed; empty when there is nothing to carry on with."""
        folder = self._fitting()
        return stored_fingerprints(folder) if folder else {}

    def replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[float32], *, fingerprint: str
    ) -> None:
        """Stage a document."""
        self._staging().replace(document, passages, vectors, fingerprint=fingerprint)

    def remove(self, document_id: str) -> None:
        """Stage the removal of a document."""
        self._staging().remove(document_id)

    def start_anew(self) -> Mapping[str, str]:
        """Stage an index that holds nothing, whatever serves. What was staged before is dropped."""
        self._unstage()
        self._stage(lambda: None)
        return {}

    def commit(self) -> None:
        """Publish what was staged as a new generation and serve it.

        Without changes nothing happens, unless the index is missing or damaged: then it is published anew.
        Raises IndexNotWritten, IndexBusy, ModelUnusable; the changes are dropped then.
        """
        if self._model is None or self._encoder is None or not (self._staged or self._broken()):
            return
        try:
            staging = self._staging()
            with _written():
                generation.publish(self.root, staging.finish(self._model, self._encoder))
        finally:
            self._unstage()
        self._forget()

    def close(self) -> None:
        """Let go of everything; what was staged is dropped."""
        self._unstage()
        self._forget()

    def _forget(self) -> None:
        """Let go of the generation that is open; the next question opens the one that serves then."""
        with self._opening:
            if self._searcher:
                self._searcher.opened.close()
            self._searcher = None

    def _fitting(self) -> Path | None:
        """The generation to carry on with, None when there is none or it was made with another model."""
        try:
            folder, _ = generation.soundest(self.root)
        except (IndexMissing, IndexDamaged):
            return None
        fits = not self._model or manifests.read(folder).fits(model_sha256=self._model.sha256)
        return folder if fits else None

    def _broken(self) -> bool:
        """True when there is no index yet, or a generation that should serve does not."""
        try:
            return bool(generation.soundest(self.root)[1])
        except (IndexMissing, IndexDamaged):
            return True

    def _serving(self) -> Searcher:
        searcher = self._searcher
        if searcher:
            return searcher
        with self._opening:
            if not self._searcher:
                folder, _ = generation.soundest(self.root)
                self._searcher = Searcher(open_generation(folder), self._synonyms)
            return self._searcher

    def _staging(self) -> Staging:
        """The changes to the serving generation, or to an empty one when that does not fit."""
        return self._staged or self._stage(self._fitting)

    def _stage(self, previous: Callable[[], Path | None]) -> Staging:
        """Changes to the generation that ``previous`` names once nobody else builds."""
        try:
            with _written():
                folder = self._build.enter_context(generation.building(self.root))
                self._staged = Staging(folder, previous())
        except BaseException:
            self._build.close()  # or nobody else could build while we live
            raise
        return self._staged

    def _unstage(self) -> None:
        if self._staged is not None:
            self._staged.close()
        self._staged = None
        self._build.close()


@contextmanager
def _written() -> Iterator[None]:
    """Turn what a full or forbidden disk raises into IndexNotWritten."""
    try:
        yield
    except OSError as error:
        raise IndexNotWritten(error) from error
