"""A large part and a small live part that are searched as if they were one index.

Documents keep their places in the large part; those of the live part come after them. What was replaced or taken out
since the large part was built, the *gone*, keeps its place there and is never allowed, found or counted. Rarities and
usual lengths are reckoned over both parts, so that what a document scores does not depend on the part it lies in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.kept import kept
from indexer.lexicon import Lexicon, rarity
from indexer.phrases import PhraseIndex
from indexer.vectors import Mask, VectorIndex

Places = NDArray[np.int64]
Floats = NDArray[np.float32]


class JoinedLexicon(Lexicon):
    """Two lexicons as one; ``gone`` are the places of the large one that do not count, ascending."""

    def __init__(self, large: Lexicon, live: Lexicon, gone: Places) -> None:
        self._parts, self._gone, self._cut = (large, live), gone, len(large)
        self._texts = len(large) + len(live) - len(gone)
        length = large.length_of(slice(None)) - large.length_of(gone) + live.length_of(slice(None))
        self._mean = length / max(1, self._texts)
        self._dead = kept(self._gone_holders, 10_000)

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and self.holders(term) > 0

    def __len__(self) -> int:
        return self._cut + len(self._parts[1])

    def rarity(self, term: str) -> float:
        """How telling a term is among the texts of both parts."""
        return rarity(self._texts, self.holders(term))

    def holders(self, term: str) -> int:
        """How many texts of both parts hold a term."""
        large, live = self._parts
        return large.holders(term) + live.holders(term) - self._dead(term)

    def _gone_holders(self, term: str) -> int:
        return int(self._parts[0].holding([term], self._gone).sum())

    def common(self, terms: Sequence[str], among: Mask) -> int:
        """How many texts of both parts hold all the terms, of those that are True in ``among``."""
        large, live = self._parts
        return large.common(terms, among[: self._cut]) + live.common(terms, among[self._cut :])

    def sizes(self, places: Places) -> Floats:
        """What ``Lexicon.sizes`` says, of texts in both parts."""
        result = np.empty(len(places), dtype=np.float32)
        for part, rows, own in self._split(places):
            result[rows] = part.sizes(own)
        return result

    def saturated(self, terms: Sequence[str], places: Places, *, k1: float, b: float, mean: float) -> Floats:
        """What ``Lexicon.saturated`` says, of texts in both parts."""
        result = np.empty((len(places), len(terms)), dtype=np.float32, order="F")
        for part, rows, own in self._split(places):
            result[rows] = part.saturated(terms, own, k1=k1, b=b, mean=mean)
        return result

    def held_weight(self, weights: Mapping[str, float], places: Places) -> Floats:
        """What ``Lexicon.held_weight`` says, of texts in both parts."""
        result = np.empty(len(places), dtype=np.float32)
        for part, rows, own in self._split(places):
            result[rows] = part.held_weight(weights, own)
        return result

    def mean_length(self) -> float:
        """The length that counts as usual among the texts of both parts."""
        return self._mean

    def weighed(self, weights: Mapping[str, float], *, k1: float, b: float, mean: float) -> Floats:
        """What ``Lexicon.weighed`` says, of texts in both parts."""
        return np.concatenate([part.weighed(weights, k1=k1, b=b, mean=mean) for part in self._parts])

    def any_of(self, terms: Sequence[str]) -> Mask:
        """What ``Lexicon.any_of`` says, of texts in both parts."""
        return np.concatenate([part.any_of(terms) for part in self._parts])

    def holding(self, terms: Sequence[str], places: Places) -> NDArray[np.bool_]:
        """What ``Lexicon.holding`` says, of texts in both parts."""
        result = np.empty((len(places), len(terms)), dtype=bool, order="F")
        for part, rows, own in self._split(places):
            result[rows] = part.holding(terms, own)
        return result

    def _split(self, places: Places) -> tuple[tuple[Lexicon, Mask, Places], ...]:
        """Each part, the rows of ``places`` that lie in it, and their places there."""
        large = places < self._cut
        return (self._parts[0], large, places[large]), (self._parts[1], ~large, places[~large] - self._cut)


class JoinedPhrases(PhraseIndex):
    """Two phrase indexes as one; ``gone`` tells of each place of the large one whether it does not count."""

    def __init__(self, large: PhraseIndex, live: PhraseIndex, gone: Mask) -> None:
        self._parts, self._gone = (large, live), gone

    def holding(self, phrases: Sequence[Sequence[str]]) -> Places:
        """Places of all documents that hold every phrase."""
        large, live = (part.holding(phrases) for part in self._parts)
        return np.concatenate([large[~self._gone[large]], live + len(self._gone)])


class JoinedVectors(VectorIndex):
    """Two vector indexes as one. Who may not be found says the caller, the gone with them."""

    def __init__(self, large: VectorIndex, live: VectorIndex) -> None:
        self._parts, self._cut = (large, live), len(large)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self._parts[0].dimension

    def __len__(self) -> int:
        return self._cut + len(self._parts[1])

    def nearest(self, query: Floats, *, limit: int, allowed: Mask | None = None) -> tuple[Places, Floats]:
        """Up to ``limit`` (passage numbers, cosines) of both parts, most similar first."""
        large, live = self._parts
        of_large = large.nearest(
            query, limit=limit, allowed=None if allowed is None else allowed[: self._cut]
        )
        of_live = live.nearest(query, limit=limit, allowed=None if allowed is None else allowed[self._cut :])
        places = np.concatenate([of_large[0], of_live[0] + self._cut])
        cosines = np.concatenate([of_large[1], of_live[1]])
        order = np.argsort(-cosines, kind="stable")[:limit]
        return places[order], cosines[order]

    def cosines(self, query: Floats) -> Floats:
        """The cosine of every passage: shape (n,)."""
        return np.concatenate([part.cosines(query) for part in self._parts])

    def cosines_at(self, places: Places, query: Floats) -> Floats:
        """The cosine of some passages: shape (len(places),)."""
        found = np.empty(len(places), dtype=np.float32)
        large = places < self._cut
        found[large] = self._parts[0].cosines_at(places[large], query)
        found[~large] = self._parts[1].cosines_at(places[~large] - self._cut, query)
        return found

    def vectors_at(self, places: Places) -> Floats:
        """The vectors of some passages, shape (len(places), dimension)."""
        found = np.empty((len(places), self.dimension), dtype=np.float32)
        large = places < self._cut
        found[large] = self._parts[0].vectors_at(places[large])
        found[~large] = self._parts[1].vectors_at(places[~large] - self._cut)
        return found
