"""Nearest neighbours among very many passages: found by short codes in clusters, then judged by the exact vectors.

FAISS keeps half a byte for every three numbers of a vector (PQ fast scan), in clusters (IVF), and looks into those
nearest to the question; the cosines of what it finds are taken from a file of the vectors themselves, so that a cosine
never depends on how a passage was found. That file is mapped into memory and shared by all processes. How many clusters
are looked into follows from the filter: the fewer passages may be found, the larger the share that is looked at, and a
few are all compared exactly. ``indexer.recall`` measures what is lost.
Source: FAISS wiki, "Fast accumulation of PQ and AQ codes"; scanning 400,000 such codes takes 5 ms on one core where
45,000 vectors of a byte a number (SQ8) took 15. HNSW loses most where a filter leaves few passages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamaged
from indexer.vectors import EXACT, NAME, Mask, VectorIndex, cosines_of_rows, write_faiss

SCANNED = 80_000
"""Passages whose codes are compared with a question, about 1 ms of work; one in 200 of the nearest of 400,000 is
missed."""

COMPARED = 5_000
"""Passages that a filter may leave for all of them to be compared exactly, about 2 ms of work."""

_SHORTLISTED = (
    500  # taken by their codes at least, however few are asked for: a code only comes near to its vector
)
_OF_A_CLUSTER = 390  # passages in one on the average: 1,024 clusters for 400,000
_TRAINED_ON = 40  # passages for each cluster's middle; FAISS warns under 39
_CODE_BITS = 4  # of each stretch of a vector: what fast scan looks up in a processor's registers
_STRETCHES = (3, 4, 2, 1)  # numbers in one; of three, codes of 384 numbers miss a third as many as of four

Blocks = Callable[[], Iterator[NDArray[np.float32]]]


class ClusteredIndex(VectorIndex):
    """Many passage vectors: found in clusters, compared exactly."""

    def __init__(self, index: Any, rows: NDArray[np.float32]) -> None:
        super().__init__(index)
        self._clusters, self._rows = index, rows

    @classmethod
    def write(cls, blocks: Blocks, *, number: int, dimension: int, folder: Path) -> None:
        """Write the index of ``number`` vectors into a folder. They are read twice and never held together.

        blocks  gives the vectors in order, in arrays of shape (any, dimension)

        Raises IndexNotWritten, OSError.
        """
        clusters = max(1, number // _OF_A_CLUSTER)
        stretches = next(dimension // size for size in _STRETCHES if dimension % size == 0)
        index = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dimension),
            dimension,
            clusters,
            stretches,
            _CODE_BITS,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.by_residual = False
        every = max(1, number // (clusters * _TRAINED_ON))
        # Copies: a part of a block would keep the whole block, and so in the end all vectors.
        index.train(np.concatenate([block[::every].copy() for block in blocks()]))
        shape = {"descr": "<f4", "fortran_order": False, "shape": (number, dimension)}
        with (folder / EXACT).open("wb") as rows:  # no map: on a full disk writing to one ends the process
            np.lib.format.write_array_header_1_0(rows, shape)
            for block in blocks():
                contiguous = np.ascontiguousarray(block, dtype="<f4")
                index.add(contiguous)
                rows.write(contiguous.data)
        write_faiss(index, folder / NAME)

    @classmethod
    def open(cls, folder: Path) -> VectorIndex:
        """The index in a folder, whose hashes the caller has checked."""
        try:
            index = faiss.read_index(str(folder / NAME))
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
        allowed = None if free == len(self) else allowed
        if limit < 1 or free == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if allowed is not None and free <= COMPARED:
            return self._compared(query, np.flatnonzero(allowed), limit)
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.IDSelectorBitmap(len(self), faiss.swig_ptr(bits))
        options: dict[str, Any] = {"nprobe": self._looked_into(free)}
        parameters = faiss.SearchParametersIVF(
            **options if selector is None else {**options, "sel": selector}
        )
        taken = min(max(limit, _SHORTLISTED), len(self))
        _, found = self._clusters.search(query[np.newaxis, :], taken, params=parameters)
        return self._compared(query, found[0][found[0] != -1], limit)

    def _looked_into(self, free: int) -> int:
        """How many clusters, when so many passages may be found: all that hold ``SCANNED``, more under a filter.

        The nearest of those that may be found lie the further apart the fewer they are, so a filter of a sixteenth
        looks at twice as many.
        """
        share = SCANNED / len(self) * (len(self) / free) ** 0.25
        return int(min(self._clusters.nlist, math.ceil(self._clusters.nlist * share)))

    def _compared(
        self, query: NDArray[np.float32], places: NDArray[np.int64], limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Up to ``limit`` of these passages, the most similar first, with their exact cosines."""
        cosines = self.cosines_at(places, query)
        order = np.argsort(-cosines, kind="stable")[:limit]
        return places[order], cosines[order]

    def cosines(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of every passage: shape (n,). Slow for as many as this is made for."""
        self._fitting(query)
        cosines: NDArray[np.float32] = self._rows @ query
        return cosines

    def cosines_at(self, places: NDArray[np.int64], query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of some passages: shape (len(places),). Raises WrongDimension."""
        self._fitting(query)
        return cosines_of_rows(faiss.swig_ptr(self._rows), places, query)

    def vectors_at(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of some passages, shape (len(places), dimension)."""
        vectors: NDArray[np.float32] = np.take(self._rows, places, axis=0)
        return vectors
