"""Vectors by the hash of the text they belong to, so that nothing is ever embedded twice.

Lives beside the generations. A batch is stored as soon as it is computed: an indexing run that is killed goes on
where it stopped. It may be deleted at any time; the next run only takes longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pysqlite3 as sqlite3
from numpy.typing import NDArray

from indexer.errors import IndexNotWritten

NAME = "embeddings.sqlite"
_ROUNDING = 1e-3  # how far from 1 the length of a stored vector may be


class VectorCache:
    """Text → vector for one model. Use as a context manager."""

    def __init__(self, root: Path, model_sha256: str) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._model = model_sha256
        self._connection: Any = self._opened(root / NAME)

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are known already, by text."""
        found: dict[str, NDArray[np.float32]] = {}
        for text in texts:
            sql = "select vector from vectors where model = ? and text = ?"
            row = self._connection.execute(sql, [self._model, _key(text)]).fetchone()
            vector = _sound(row[0]) if row else None
            if vector is not None:
                found[text] = vector
        return found

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store one batch, durably. Raises IndexNotWritten."""
        rows = [
            (self._model, _key(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)
        ]
        try:
            with self._connection:
                self._connection.executemany("insert or replace into vectors values (?, ?, ?)", rows)
        except sqlite3.DatabaseError as error:
            raise IndexNotWritten(error) from error

    @staticmethod
    def _opened(path: Path) -> Any:
        """The file, made anew when it is damaged: it holds nothing that cannot be computed again."""
        schema = (
            "create table if not exists vectors(model text, text blob, vector blob, primary key(model, text)) "
            "strict, without rowid"
        )
        connection = sqlite3.connect(path)
        try:
            connection.execute(schema)
            if connection.execute("pragma quick_check").fetchone()[0] == "ok":
                return connection
        except sqlite3.OperationalError as error:  # locked or no room: nothing that a new file would mend
            connection.close()
            raise IndexNotWritten(error) from error
        except sqlite3.DatabaseError:
            pass
        connection.close()
        path.unlink()
        connection = sqlite3.connect(path)
        connection.execute(schema)
        return connection


def _sound(stored: bytes) -> NDArray[np.float32] | None:
    """The vector, None when it is not one of length 1 any more: SQLite does not notice damage inside a value."""
    if len(stored) % 4:
        return None
    vector = np.frombuffer(stored, dtype=np.float32)
    length = float(np.sum(vector.astype(np.float64) ** 2))
    return vector if abs(length - 1.0) < _ROUNDING else None


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
