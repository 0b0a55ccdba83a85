"""One judgement for all candidates, however they were found and wherever their terms and vectors are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from indexer import knobs, scoring
from indexer.analysis import terms
from indexer.document import Mode, Query
from indexer.scoring import Floats, Places, Scored, Strengths
from indexer.understanding import Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query while it is answered, with its vector; None when meaning is not asked or missing."""

    query: Query
    understood: Understood
    vector: Floats | None

    @property
    def mode(self) -> Mode:
        """How it is matched: by words alone when there is no vector."""
        return self.query.mode if self.vector is not None else Mode.WORDS


class Judge:
    """Scores documents, given by their places, with what every engine knows of them.

    documents, passages  their terms
    starts   passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    titles   by place
    """

    def __init__(
        self, *, documents: Strengths, passages: Strengths, starts: Places, titles: Sequence[str]
    ) -> None:
        self._documents, self._passages = documents, passages
        self._starts, self._titles = starts, titles
        self._title_terms = lru_cache(maxsize=20_000)(self._terms_of_title)

    def judged(self, asked: Asked, places: Places, cosine: Floats) -> Scored:
        """The documents at ``places`` with their scores; ``cosine`` is that of each one's nearest passage."""
        words = scoring.word_scores(asked.understood, self._documents, places)
        tight = self._tightness(asked, places)
        titles = [self._title_terms(place) for place in places.tolist()]
        rarity = scoring.rarities(asked.understood, self._documents)
        title = scoring.title_boosts(asked.understood, titles, rarity)
        score = scoring.fused(asked.understood, asked.mode, words, tight, cosine) + title
        return Scored(
            places=places,
            score=score,
            cosine=cosine,
            words=words,
            tight=tight,
            close=scoring.close(asked.understood, asked.mode, words, cosine, score),
            listed=scoring.good_enough(asked.mode, tight, score),
            boosts=tuple(("title",) if value >= knobs.TITLE_BOOST * 0.99 else () for value in title.tolist()),
        )

    def _tightness(self, asked: Asked, places: Places) -> Floats:
        """The share of the query's telling words that the best single passage of each document holds."""
        starts, ends = self._starts[places], self._starts[places + 1]
        best = np.zeros(len(places), dtype=np.float32)
        filled = ends > starts
        if not filled.any():
            return best
        starts, sizes = starts[filled], (ends - starts)[filled]
        firsts = np.cumsum(sizes) - sizes
        passages = np.repeat(starts - firsts, sizes) + np.arange(int(sizes.sum()))
        held = scoring.word_scores(asked.understood, self._passages, passages).held
        rarity = scoring.rarities(asked.understood, self._documents)
        coverage = (held * rarity).sum(axis=1) / max(1e-9, float(rarity.sum()))
        best[filled] = np.maximum.reduceat(coverage, firsts)
        return best

    def _terms_of_title(self, place: int) -> frozenset[str]:
        return frozenset(terms(self._titles[place], keep_stop_words=True))
