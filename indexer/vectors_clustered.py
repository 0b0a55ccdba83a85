"""Nearest neighbours among very many passages: clustered, at a byte a number, then judged by the exact vectors.

FAISS keeps the vectors in clusters (IVF) in a quarter of their size (SQ8) and looks into those nearest to the question;
the cosines of what it finds are taken from a file of half-precision vectors, so that a cosine never depends on how
a passage was found. Both files are mapped into memory and shared by all processes. How many clusters are looked into
follows from the filter: as many as hold about ``SCANNED`` passages that may be found, all of them for a narrow one,
which makes that search exact. ``indexer.recall`` measures what is lost.
Source: FAISS wiki, "Guidelines to choose an index"; SQ8 instead of HNSW because HNSW needs three times the memory and
loses most where a filter leaves few passages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamaged, IndexNotWritten
from indexer.vectors import EXACT, NAME, Mask, VectorIndex

SCANNED = 45_000
"""Passages that are compared with a question, about 4 ms of work; of 30,000 one in thirty of the nearest was missed."""

_OF_A_CLUSTER = 390  # passages in one on the average: 1,024 clusters for 400,000
_TRAINED_ON = 40  # passages for each cluster's middle; FAISS warns under 39

Blocks = Callable[[], Iterator[NDArray[np.float32]]]


class ClusteredIndex(VectorIndex):
    """Many passage vectors: found in clusters, compared exactly."""

    def __init__(self, index: Any, rows: NDArray[np.float16]) -> None:
        super().__init__(index)
        self._clusters, self._rows = index, rows
        self._halves: Any = faiss.ScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_fp16)

    @classmethod
    def write(cls, blocks: Blocks, *, number: int, dimension: int, folder: Path) -> None:
        """Write the index of ``number`` vectors into a folder. They are read three times and never held together.

        blocks  gives the vectors in order, in arrays of shape (any, dimension)

        Raises IndexNotWritten.
        """
        clusters = max(1, number // _OF_A_CLUSTER)
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            clusters,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        every = max(1, number // (clusters * _TRAINED_ON))
        index.train(np.concatenate([block[::every] for block in blocks()]))
        new = np.lib.format.open_memmap
        rows = new(folder / EXACT, mode="w+", dtype=np.float16, shape=(number, dimension))
        first = 0
        for block in blocks():
            index.add(np.ascontiguousarray(block))
            rows[first : first + len(block)] = block
            first += len(block)
        rows.flush()
        try:
            faiss.write_index(index, str(folder / NAME))
        except RuntimeError as error:
            raise IndexNotWritten(error) from error

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """The index in a folder, whose hashes the caller has checked."""
        try:
            index = faiss.read_index(str(folder / NAME), faiss.IO_FLAG_MMAP)
            rows = np.load(folder / EXACT, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        except (RuntimeError, OSError, ValueError) as error:
            raise IndexDamaged(NAME, "cannot be read") from error
        return cls(index, rows)

    def nearest(
        self, query: NDArray[np.float32], *, limit: int, allowed: Mask | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """What ``VectorIndex.nearest`` says; nearly always the very same."""
        self._fitting(query)
        free = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if limit < 1 or free == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        clusters = min(self._clusters.nlist, -(-self._clusters.nlist * SCANNED // free))
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.IDSelectorBitmap(len(self), faiss.swig_ptr(bits))
        options = {"nprobe": clusters} if selector is None else {"nprobe": clusters, "sel": selector}
        parameters = faiss.SearchParametersIVF(**options)
        _, found = self._clusters.search(query[np.newaxis, :], min(limit, len(self)), params=parameters)
        places = found[0][found[0] != -1]
        cosines = self.vectors_at(places) @ query
        order = np.argsort(-cosines, kind="stable")
        return places[order], cosines[order]

    def cosines(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of every passage: shape (n,). Slow for as many as this is made for."""
        self._fitting(query)
        return np.concatenate(
            [
                self._rows[first : first + SCANNED].astype(np.float32) @ query
                for first in range(0, len(self), SCANNED)
            ]
        )

    def vectors_at(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some passages, shape (len(places), dimension)."""
        halves = np.take(self._rows, places, axis=0)
        whole = np.empty(halves.shape, dtype=np.float32)
        if len(places):  # FAISS makes them whole in half of numpy's time
            self._halves.decode_c(faiss.swig_ptr(halves.view(np.uint8)), faiss.swig_ptr(whole), len(places))
        return whole
