"""Which terms each text holds and how strongly: the exact word score of any document, found how it may be.

A generation has two of them: one of whole documents, for ranking, and one of passages, because words that stand
side by side say more than words scattered over an article. Each is a compact forward index (text → its terms with
field-weighted counts), read from disk by memory mapping, so that it costs no memory until it is used. The score is
BM25F: counts of a term are weighted by field and added up before they saturate.
Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamaged

DOCUMENTS = "document-words"
PASSAGES = "passage-words"
_FILES = ("terms.txt", "starts.npy", "ids.npy", "counts.npy", "lengths.npy")


class Lexicon:
    """Terms, their document frequency and the forward index of one generation."""

    def __init__(
        self,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        ids: NDArray[np.int32],
        counts: NDArray[np.float32],
        lengths: NDArray[np.float32],
    ) -> None:
        self._number = {term: number for number, term in enumerate(terms)}
        self._starts, self._ids, self._counts, self._lengths = starts, ids, counts, lengths
        self._holders = np.bincount(ids, minlength=max(1, len(terms)))
        self._mean_length = float(lengths.mean()) if len(lengths) else 1.0

    @classmethod
    def build(cls, texts: Iterable[Mapping[str, float]], folder: Path) -> Lexicon:
        """Write the forward index of texts (term → weighted count), in order of their places, into a new folder."""
        folder.mkdir(parents=True)
        numbers: dict[str, int] = {}
        starts, ids, counts, lengths = [0], [], [], []
        for text in texts:
            entries = sorted((numbers.setdefault(term, len(numbers)), count) for term, count in text.items())
            ids.append(np.fromiter((number for number, _ in entries), dtype=np.int32, count=len(entries)))
            counts.append(np.fromiter((count for _, count in entries), dtype=np.float32, count=len(entries)))
            lengths.append(sum(text.values()))
            starts.append(starts[-1] + len(entries))
        (folder / _FILES[0]).write_text("\n".join(numbers), encoding="utf-8")
        lexicon = cls(
            list(numbers),
            np.array(starts, dtype=np.int64),
            np.concatenate([*ids, np.zeros(0, dtype=np.int32)]),
            np.concatenate([*counts, np.zeros(0, dtype=np.float32)]),
            np.array(lengths, dtype=np.float32),
        )
        arrays: tuple[NDArray[Any], ...] = (lexicon._starts, lexicon._ids, lexicon._counts, lexicon._lengths)
        for name, array in zip(_FILES[1:], arrays, strict=True):
            np.save(folder / name, array, allow_pickle=False)
        return lexicon

    @classmethod
    def open(cls, folder: Path) -> Lexicon:
        """The forward index in a folder; arrays stay on disk until they are touched."""
        try:
            terms = (folder / _FILES[0]).read_text(encoding="utf-8").split("\n")
            arrays = [np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in _FILES[1:]]
        except (OSError, ValueError) as error:
            raise IndexDamaged(folder.name, "cannot be read") from error
        return cls(terms, *arrays)

    def __contains__(self, term: object) -> bool:
        return term in self._number

    def rarity(self, term: str) -> float:
        """How telling a term is: its inverse document frequency, at least 0. An unknown term counts as very rare."""
        total = len(self._lengths)
        number = self._number.get(term)
        holders = float(self._holders[number]) if number is not None else 0.5
        return float(np.log1p((total - holders + 0.5) / (holders + 0.5)))

    def holders(self, term: str) -> int:
        """How many documents hold a term."""
        number = self._number.get(term)
        return int(self._holders[number]) if number is not None else 0

    def scores(
        self, terms: Sequence[str], places: NDArray[np.int64], *, k1: float, b: float
    ) -> NDArray[np.float32]:
        """How strongly each document holds each term: shape (len(places), len(terms)), 0 to 1 times the term's rarity.

        k1, b  the usual parameters of BM25; the saturated count is divided by its limit, k1 + 1
        """
        result = np.zeros((len(places), len(terms)), dtype=np.float32)
        columns = {self._number[term]: column for column, term in enumerate(terms) if term in self._number}
        if not columns or len(places) == 0:
            return result
        wanted = np.array(sorted(columns), dtype=np.int32)
        rows, numbers, counts = self._matches(places, wanted)
        norms = k1 * (1 - b + b * self._lengths[places] / max(self._mean_length, 1e-9))
        column_of = np.array([columns[number] for number in wanted.tolist()], dtype=np.int64)
        rarities = np.array([self.rarity(term) for term in terms], dtype=np.float32)
        found = column_of[np.searchsorted(wanted, numbers)]
        result[rows, found] = counts / (counts + norms[rows]) * rarities[found]
        return result

    def _matches(
        self, places: NDArray[np.int64], wanted: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """(row, term number, count) of each wanted term that occurs in the documents at ``places``."""
        starts, ends = self._starts[places], self._starts[places + 1]
        sizes = ends - starts
        rows = np.repeat(np.arange(len(places)), sizes)
        offsets = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        positions = np.repeat(starts, sizes) + offsets
        numbers = self._ids[positions]
        asked = np.zeros(len(self._number), dtype=bool)  # a look-up is far quicker than a sorted search
        asked[wanted] = True
        found = asked[numbers]
        return rows[found], numbers[found], self._counts[positions[found]]

    def terms_of(self, place: int) -> Counter[int]:
        """Term numbers of one document with their weighted counts."""
        span = slice(int(self._starts[place]), int(self._starts[place + 1]))
        return Counter(dict(zip(self._ids[span].tolist(), self._counts[span].tolist(), strict=True)))
