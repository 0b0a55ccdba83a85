"""Nearest-neighbour search over passage vectors, kept in a FAISS index.

A vector's place in FAISS is its passage's number in the chunk store, so no third table maps one to the other.
A filter becomes an IDSelector, so that a filtered search never comes back short.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamaged, IndexNotWritten, WrongDimension

NAME = "vectors.faiss"
EXACT = "vectors.npy"
Mask = NDArray[np.bool_]


def write_faiss(index: Any, path: Path) -> None:
    """Write an index of FAISS into a file. Raises IndexNotWritten.

    FAISS itself only prints a line when the last bytes find no room as it closes the file.
    """
    try:
        with path.open("wb") as file:
            file.write(faiss.serialize_index(index).data)
    except OSError as error:
        raise IndexNotWritten(error) from error


class VectorIndex:
    """Passage vectors, exact search by inner product, which is the cosine for vectors of length 1."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> VectorIndex:
        """An index over vectors of shape (n, dimension), float32, length 1; row number = passage number."""
        return cls.of([vectors], vectors.shape[1])

    @classmethod
    def of(cls, blocks: Iterable[NDArray[np.float32]], dimension: int) -> VectorIndex:
        """The same from blocks of vectors, one after another."""
        index = faiss.IndexFlatIP(dimension)
        for block in blocks:
            index.add(np.ascontiguousarray(block))
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """The index in a folder, whose hash the caller has checked: FAISS loads damaged files without a word."""
        try:
            return cls(faiss.read_index(str(folder / NAME), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise IndexDamaged(NAME, "cannot be read") from error

    def save(self, folder: Path) -> None:
        """Write the index into a folder. Raises IndexNotWritten."""
        write_faiss(self._index, folder / NAME)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(
        self, query: NDArray[np.float32], *, limit: int, allowed: Mask | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Up to ``limit`` (passage numbers, cosines), most similar first.

        query    shape (dimension,), float32, length 1
        allowed  shape (n,), True where a passage may be found; None when all may

        Raises WrongDimension. Source: FAISS wiki, "MetricType and distances", "Setting search parameters per query".
        """
        self._fitting(query)
        if limit < 1 or len(self) == 0 or (allowed is not None and not allowed.any()):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        limit = min(limit, len(self))
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.IDSelectorBitmap(len(self), faiss.swig_ptr(bits))
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        cosines, places = self._index.search(query[np.newaxis, :], limit, params=parameters)
        found = places[0] != -1  # FAISS pads a short answer with -1
        return places[0][found], cosines[0][found]

    def cosines(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of every passage: shape (n,). Raises WrongDimension."""
        self._fitting(query)
        cosines = np.empty(len(self), dtype=np.float32)
        if len(self):  # one kernel on one thread: a web process has others for other questions
            faiss.fvec_inner_products_ny(  # type: ignore[attr-defined]
                faiss.swig_ptr(cosines),
                faiss.swig_ptr(np.ascontiguousarray(query)),
                self._index.get_xb(),  # type: ignore[attr-defined]
                self.dimension,
                len(self),
            )
        return cosines

    def cosines_at(self, places: NDArray[np.int64], query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of some passages: shape (len(places),). Raises WrongDimension."""
        self._fitting(query)
        return cosines_of_rows(self._index.get_xb(), places, query)  # type: ignore[attr-defined]

    def vectors_at(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some passages, shape (len(places), dimension)."""
        if len(places) == 0:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors: NDArray[np.float32] = self._index.reconstruct_batch(
            np.ascontiguousarray(places, dtype=np.int64)
        )
        return vectors

    def _fitting(self, query: NDArray[np.float32]) -> None:
        if query.shape != (self.dimension,):
            raise WrongDimension(got=query.shape[-1], built_with=self.dimension)


def cosines_of_rows(rows: Any, places: NDArray[np.int64], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inner product of a query with some rows of a matrix: shape (len(places),).

    rows   address of the matrix, as SWIG gives it: float32, rows as long as the query
    query  shape (dimension,), float32

    The rows are read where they lie: taking them out first, whole or at half precision, takes two
    or three times as long.
    """
    cosines = np.empty(len(places), dtype=np.float32)
    if len(places):
        numbers = np.ascontiguousarray(places, dtype=np.int64)
        faiss.fvec_inner_products_by_idx(  # type: ignore[attr-defined]
            faiss.swig_ptr(cosines),
            faiss.swig_ptr(np.ascontiguousarray(query)),
            rows,
            faiss.swig_ptr(numbers),
            len(query),
            1,
            len(numbers),
        )
    return cosines
