"""Vectors by the hash of the text they belong to, so that nothing is ever embedded twice.

Lives beside the generations. A batch is stored as soon as it is computed: an indexing run that is killed goes on
where it stopped. It may be deleted at any time; the next run only takes longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
import pysqlite3 as sqlite3
from numpy.typing import NDArray

from indexer.errors import IndexNotWritten

NAME = "embeddings.sqlite"
T = TypeVar("T")
_PAGE = 8192
"""Bytes of a page. A vector fits into a quarter of one; of smaller ones each takes another beside that of its row."""

_ROUNDING = 1e-3  # how far from 1 the length of a stored vector may be


class VectorCache:
    """Text → vector for one model. Use as a context manager.

    A damaged file is made anew where the damage is met: it holds nothing that cannot be computed again. Looking for
    damage beforehand would read all of it with each article that is published: 13 s for 400,000 vectors on a disk.
    """

    def __init__(self, root: Path, model_sha256: str) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._model, self._path = model_sha256, root / NAME
        self._connection: Any = None
        self._done(self._open)

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are known already, by text. Raises IndexNotWritten."""

        def known() -> dict[str, NDArray[np.float32]]:
            found: dict[str, NDArray[np.float32]] = {}
            sql = "select vector from vectors where model = ? and text = ?"
            for text in texts:
                row = self._connection.execute(sql, [self._model, _key(text)]).fetchone()
                vector = _sound(row[0]) if row else None
                if vector is not None:
                    found[text] = vector
            return found

        return self._done(known)

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store one batch, durably. Raises IndexNotWritten."""
        rows = [
            (self._model, _key(text), vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)
        ]

        def store() -> None:
            with self._connection:
                self._connection.executemany("insert or replace into vectors values (?, ?, ?)", rows)

        self._done(store)

    def _done(self, work: Callable[[], T]) -> T:
        """What some work gives, over a new file when this one is damaged. Raises IndexNotWritten."""
        try:
            try:
                return work()
            except sqlite3.OperationalError:  # locked or no room: nothing that a new file would mend
                raise
            except sqlite3.DatabaseError:
                self._connection.close()
                self._path.unlink(missing_ok=True)
                self._open()
                return work()
        except sqlite3.DatabaseError as error:
            raise IndexNotWritten(error) from error

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path)
        self._connection.execute(f"pragma page_size={_PAGE}")  # heeded by a new file only
        self._connection.execute(
            "create table if not exists vectors(model text, text blob, vector blob, primary key(model, text)) "
            "strict, without rowid"
        )


def _sound(stored: bytes) -> NDArray[np.float32] | None:
    """The vector, None when it is not one of length 1 any more: SQLite does not notice damage inside a value."""
    if len(stored) % 4:
        return None
    vector = np.frombuffer(stored, dtype=np.float32)
    length = float(np.sum(vector.astype(np.float64) ** 2))
    return vector if abs(length - 1.0) < _ROUNDING else None


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
