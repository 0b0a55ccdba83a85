"""txtai's hybrid search with its usual settings and the same model: a ready-made library to compare with.

It stands in var/bench-packages (``make bench`` puts it there) and is no part of the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from indexer.document import Document
from tools.bench.contestant import Table, obey, whole_text


class Library:
    """One index of txtai's. It keeps no texts of its own, which is the quicker way it knows."""

    def __init__(self) -> None:
        self._embeddings: Any = None

    def load(self, folder: Path) -> None:  # noqa: ARG002
        """The same model from the same package."""
        from txtai import Embeddings

        from indexer.model import find_model

        self._embeddings = Embeddings(path=find_model().place, hybrid=True)

    def index(self, documents: Sequence[Document], folder: Path, vectors: Path | None) -> None:
        """Everything in one go, as its own documents show."""
        if vectors:
            self._give(Table.read(vectors))
        self._embeddings.index((document.id, whole_text(document), None) for document in documents)
        self._embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        """As it loads itself."""
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))

    def ask(self, question: str) -> list[str]:
        """The ten best."""
        return [document_id for document_id, _ in self._embeddings.search(question, 10)]

    def _give(self, table: Table) -> None:
        """Let documents have vectors that are known; questions go through the model."""
        model = self._embeddings.model
        own = model.encode

        def encode(data: Sequence[str], category: str | None = None) -> Any:
            return table.of(data) if category == "data" else own(data, category)

        model.encode = encode


if __name__ == "__main__":
    obey(Library())
