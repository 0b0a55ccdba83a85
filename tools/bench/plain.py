"""What one would put together in an afternoon: SQLite's FTS5, a flat FAISS index, reciprocal rank fusion, torch."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from indexer.document import Document
from tools.bench.contestant import Table, obey, whole_text

_DEPTH, _SMOOTHING = 100, 60
"""Places of each list that are fused, and the 60 of the paper (Cormack, Clarke and Büttcher 2009)."""


class Plain:
    """A database and a file of vectors in a folder."""

    def __init__(self) -> None:
        self._model: Any = None
        self._ids: list[str] = []
        self._words: sqlite3.Connection | None = None
        self._vectors: Any = None

    def load(self, folder: Path) -> None:  # noqa: ARG002
        """The same model from the same package."""
        from sentence_transformers import SentenceTransformer

        from indexer.model import find_model

        self._model = SentenceTransformer(find_model().place, local_files_only=True)

    def index(self, documents: Sequence[Document], folder: Path, vectors: Path | None) -> None:
        """One row and one vector a document."""
        texts = [whole_text(document) for document in documents]
        folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(folder / "words.sqlite")
        with database:
            database.execute("create virtual table documents using fts5(text, tokenize = 'porter unicode61')")
            database.executemany("insert into documents (text) values (?)", ((text,) for text in texts))
        database.close()
        rows = (
            Table.read(vectors).of(texts) if vectors else self._model.encode(texts, normalize_embeddings=True)
        )
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows, dtype=np.float32))
        faiss.write_index(index, str(folder / "vectors.faiss"))
        (folder / "ids.json").write_text(
            json.dumps([document.id for document in documents]), encoding="utf-8"
        )

    def open(self, folder: Path) -> None:
        """Everything that an answer needs."""
        self.load(folder)
        self._words = sqlite3.connect(folder / "words.sqlite")
        self._vectors = faiss.read_index(str(folder / "vectors.faiss"))
        self._ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))

    def ask(self, question: str) -> list[str]:
        """The ten best of both lists together."""
        scores: dict[int, float] = defaultdict(float)
        for ranked in (self._by_words(question), self._by_meaning(question)):
            for place, row in enumerate(ranked, start=1):
                scores[row] += 1 / (_SMOOTHING + place)
        return [self._ids[row] for row in sorted(scores, key=lambda row: -scores[row])[:10]]

    def _by_words(self, question: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        if not words or self._words is None:
            return []
        sql = "select rowid - 1 from documents where documents match ? order by rank limit ?"
        return [row for (row,) in self._words.execute(sql, (words, _DEPTH))]

    def _by_meaning(self, question: str) -> list[int]:
        vector = self._model.encode([question], normalize_embeddings=True)
        return [int(row) for row in self._vectors.search(vector, _DEPTH)[1][0] if row >= 0]


if __name__ == "__main__":
    obey(Plain())
