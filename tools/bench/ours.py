"""Our own engine, as ``kb index`` and a web worker use it: with passages, spelling, facets and the passage shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.document import Document, Filters, Query
from indexer.serving import ServingEngine
from tools.bench.contestant import obey

if TYPE_CHECKING:
    from indexer.pipeline import Indexer  # a process that only answers must not import it

_EVERYBODY = Filters(visibilities=frozenset({"public"}))


class Ours:
    """The index in a folder."""

    def __init__(self) -> None:
        self._engine: ServingEngine | None = None
        self._indexer: Indexer | None = None

    def load(self, folder: Path) -> None:
        """The model, by indexing one text with it."""
        from indexer.model import find_model
        from indexer.pipeline import Indexer

        self._indexer = Indexer(folder, model=find_model())
        self._indexer.bring_up_to_date([Document(id="first", title="First", body="A text to begin with.")])

    def index(self, documents: Sequence[Document], folder: Path, vectors: Path | None) -> None:
        """Into the folder that was loaded, in which the vectors lie already when there are any."""
        if self._indexer is None:
            raise RuntimeError(f"Load {folder} first; {vectors} is not read.")
        self._indexer.bring_up_to_date(documents)
        self._indexer.engine.close()

    def open(self, folder: Path) -> None:
        """As a web worker does."""
        self._engine = ServingEngine(folder)
        self._engine.state()

    def ask(self, question: str) -> list[str]:
        """The first page of ten."""
        if self._engine is None:
            raise RuntimeError("Open a folder first.")
        return [hit.document_id for hit in self._engine.search(Query(text=question, filters=_EVERYBODY)).hits]


if __name__ == "__main__":
    obey(Ours())
