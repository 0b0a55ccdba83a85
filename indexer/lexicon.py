"""Which terms each text holds and how strongly: the exact word score of any document, found how it may be.

A generation has three of them: one of whole documents, for ranking, one of passages, because words that stand side
by side say more than words scattered over an article, and one of titles. Each is an inverted index (term → its texts
with field-weighted counts) read from disk by memory mapping, so that it costs no memory until it is used. The score
is BM25F: counts of a term are weighted by field and added up before they saturate.
Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import inverted
from indexer.analysis import STOP_TERMS
from indexer.errors import IndexDamaged

DOCUMENTS = "document-words"
PASSAGES = "passage-words"
TITLES = "title-words"


class Lexicon:
    """Terms and who holds them: of each term the places of its texts, ascending, with the weighted counts there.

    starts   shape (terms + 1,): where each term's texts begin
    places   shape (entries,), int32; counts likewise, float32
    lengths  shape (texts,), float32: the weighted length of each text
    """

    def __init__(
        self,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        places: NDArray[np.int32],
        counts: NDArray[np.float32],
        lengths: NDArray[np.float32],
    ) -> None:
        self._number = {term: number for number, term in enumerate(terms)}
        self._starts, self._places, self._counts, self._lengths = starts, places, counts, lengths
        self._norms: tuple[tuple[float, ...], NDArray[np.float32]] | None = None
        self._sizes: NDArray[np.float32] | None = None

    @classmethod
    def build(cls, texts: Iterable[Mapping[str, float]], folder: Path) -> Lexicon:
        """Write the index of texts (term → weighted count), in order of their places, into a new folder.

        Texts are read once and never held together: memory is that of the terms, however many texts there are.
        """
        folder.mkdir(parents=True)
        inverted.write(texts, folder)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Lexicon:
        """The index in a folder; arrays stay on disk until they are touched."""
        try:
            terms = (folder / inverted.TERMS).read_text(encoding="utf-8").split("\n")
            arrays = [np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in inverted.ARRAYS]
        except (OSError, ValueError) as error:
            raise IndexDamaged(folder.name, "cannot be read") from error
        return cls(terms, *(array.view(np.ndarray) for array in arrays))  # the view of a map is slow to cut

    def __contains__(self, term: object) -> bool:
        return term in self._number

    def __len__(self) -> int:
        return len(self._lengths)

    def rarity(self, term: str) -> float:
        """How telling a term is: its inverse document frequency, at least 0. An unknown term counts as very rare."""
        return rarity(len(self), self.holders(term))

    def length_of(self, places: NDArray[np.int64] | slice) -> float:
        """The weighted length of some texts together."""
        return float(self._lengths[places].sum(dtype=np.float64))

    def holders(self, term: str) -> int:
        """How many documents hold a term."""
        number = self._number.get(term)
        return int(self._starts[number + 1] - self._starts[number]) if number is not None else 0

    def common(self, terms: Sequence[str], among: NDArray[np.bool_]) -> int:
        """How many of the texts that are True in ``among``, shape (texts,), hold all the terms."""
        if not terms:
            return int(np.count_nonzero(among))
        held = {column: holders for column, holders, _ in self._held(terms)}
        if len(held) < len(terms):
            return 0
        rarest, *others = sorted(held.values(), key=len)
        kept = rarest[among[rarest]]
        for holders in others:
            near = np.searchsorted(holders, kept)
            near[near == len(holders)] = 0
            kept = kept[holders[near] == kept]
        return len(kept)

    def mean_length(self) -> float:
        """The length that counts as usual."""
        return self.length_of(slice(None)) / max(1, len(self))

    def strengths(self, weights: Mapping[str, float], *, k1: float, b: float) -> NDArray[np.float32]:
        """How strongly each text holds some terms together: shape (texts,), 0 where it holds none.

        weights  term → how much it counts beside its rarity

        Adding up everybody's takes a fraction of a millisecond, whoever may be found; a search engine's own search
        under filters took ten times as long, and once for each filter.
        """
        told = {term: weight * self.rarity(term) for term, weight in weights.items()}
        return self.weighed(told, k1=k1, b=b, mean=self.mean_length())

    def weighed(
        self, weights: Mapping[str, float], *, k1: float, b: float, mean: float
    ) -> NDArray[np.float32]:
        """The same with weights that hold the rarity already; ``mean`` is the length that counts as usual."""
        norms, own = self._length_norms(k1, b, mean), list(weights.values())
        result = np.zeros(len(self), dtype=np.float32)
        for column, holders, counts in self._held(list(weights)):
            result[holders] += np.float32(own[column]) * (counts / (counts + norms[holders]))
        return result

    def any_of(self, terms: Sequence[str]) -> NDArray[np.bool_]:
        """Which texts hold at least one of the terms: shape (texts,)."""
        result = np.zeros(len(self), dtype=bool)
        for _, holders, _ in self._held(terms):
            result[holders] = True
        return result

    def sizes(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """How many terms each text has, words that carry no subject left out: shape (len(places),)."""
        if self._sizes is None:
            sizes = np.bincount(self._places, minlength=len(self)).astype(np.float32)
            for _, holders, _ in self._held(sorted(STOP_TERMS)):
                sizes[holders] -= 1
            self._sizes = sizes
        return self._sizes[places]

    def scores(
        self, terms: Sequence[str], places: NDArray[np.int64], *, k1: float, b: float
    ) -> NDArray[np.float32]:
        """How strongly each document holds each term: shape (len(places), len(terms)), 0 to 1 times the term's rarity.

        k1, b  the usual parameters of BM25; the saturated count is divided by its limit, k1 + 1
        """
        strength = self.saturated(terms, places, k1=k1, b=b, mean=self.mean_length())
        strength *= np.array([self.rarity(term) for term in terms], dtype=np.float32)
        return strength

    def saturated(
        self, terms: Sequence[str], places: NDArray[np.int64], *, k1: float, b: float, mean: float
    ) -> NDArray[np.float32]:
        """The same before it is multiplied with the rarity, 0 to 1; ``mean`` is the length that counts as usual."""
        norms = self._length_norms(k1, b, mean)
        result = np.zeros((len(places), len(terms)), dtype=np.float32, order="F")
        if self._are_most(places):  # reckoning all and taking some is quicker than looking each one up
            every = self._are_all(places)
            for column, holders, counts in self._held(terms):
                strength = counts / (counts + norms[holders])
                if every:
                    result[holders, column] = strength
                else:
                    result[:, column] = _spread(holders, strength, len(self))[places]
            return result
        for column, rows, at, count in self._meetings(terms, places):
            result[rows, column] = count / (count + norms[at])
        return result

    def held_weight(self, weights: Mapping[str, float], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the terms that each text holds weigh together: shape (len(places),)."""
        own = list(weights.values())
        if self._are_most(places):
            held = [(own[column], holders) for column, holders, _ in self._held(list(weights))]
            shares = np.repeat([share for share, _ in held], [len(holders) for _, holders in held])
            holders = np.concatenate([np.zeros(0, dtype=np.int32), *(holders for _, holders in held)])
            every = np.bincount(holders, shares, minlength=len(self)).astype(np.float32)
            return every if self._are_all(places) else every[places]
        result = np.zeros(len(places), dtype=np.float32)
        for column, rows, _, _ in self._meetings(list(weights), places):
            result[rows] += np.float32(own[column])
        return result

    def holding(self, terms: Sequence[str], places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which documents hold which terms: shape (len(places), len(terms))."""
        result = np.zeros((len(places), len(terms)), dtype=bool, order="F")
        if terms and self._are_most(places):
            every = self._are_all(places)
            for column, holders, _ in self._held(terms):
                if every:
                    result[holders, column] = True
                else:
                    result[:, column] = _spread(holders, True, len(self))[places]
            return result
        for column, rows, _, _ in self._meetings(terms, places):
            result[rows, column] = True
        return result

    def _meetings(
        self, terms: Sequence[str], places: NDArray[np.int64]
    ) -> Iterator[tuple[int, NDArray[Any], NDArray[Any], NDArray[np.float32]]]:
        """Of each known term: (its column, rows of ``places`` that hold it, their places, the counts there)."""
        if len(places) == 0:
            return
        for column, holders, counts in self._held(terms):
            near = np.searchsorted(holders, places)
            near[near == len(holders)] = 0
            rows = np.flatnonzero(holders[near] == places)
            yield column, rows, places[rows], counts[near[rows]]

    def _held(self, terms: Sequence[str]) -> Iterator[tuple[int, NDArray[np.int32], NDArray[np.float32]]]:
        """Of each known term: (its column, the places of all texts that hold it, the counts there)."""
        for column, term in enumerate(terms):
            number = self._number.get(term)
            if number is not None:
                span = slice(int(self._starts[number]), int(self._starts[number + 1]))
                yield column, self._places[span], self._counts[span]

    def _are_most(self, places: NDArray[np.int64]) -> bool:
        """True when the places are a good part of all."""
        return 4 * len(places) > len(self)

    def _are_all(self, places: NDArray[np.int64]) -> bool:
        """True when the places are those of all texts, in order."""
        return len(places) == len(self) and bool((places[1:] > places[:-1]).all())

    def _length_norms(self, k1: float, b: float, mean: float) -> NDArray[np.float32]:
        """What each text's length adds to a count before it saturates; reckoned once."""
        known = self._norms
        if known is None or known[0] != (k1, b, mean):
            norms = k1 * (1 - b + b * self._lengths / max(mean, 1e-9))
            known = self._norms = ((k1, b, mean), norms.astype(np.float32))
        return known[1]


def _spread(holders: NDArray[np.int32], values: Any, size: int) -> NDArray[Any]:
    """Values at their places among all texts, nothing elsewhere: shape (size,)."""
    spread: NDArray[Any] = np.zeros(size, dtype=np.asarray(values).dtype)
    spread[holders] = values
    return spread


def rarity(total: int, holders: int) -> float:
    """How telling a term is that ``holders`` of ``total`` texts hold; one that none holds counts as very rare."""
    held = holders or 0.5
    return math.log1p((total - held + 0.5) / (held + 0.5))
