"""One judgement for all candidates, however they were found and wherever their terms and vectors are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import scoring
from indexer.analysis import STOP_TERMS
from indexer.analysis import terms as terms_of
from indexer.document import Mode, Query
from indexer.scoring import Floats, Holding, Ideas, Places, Scored, Strengths, TitleTerms
from indexer.spans import spans
from indexer.understanding import Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query while it is answered.

    vector  what it means, shape (dimension,), float32, length 1; None when meaning is not asked or missing
    known  what was reckoned on the way and is needed again under another filter
    """

    query: Query
    understood: Understood
    vector: Floats | None
    known: dict[object, Any] = field(default_factory=dict, compare=False)

    @property
    def mode(self) -> Mode:
        """How it is matched: by words alone when there is no meaning."""
        return self.query.mode if self.vector is not None else Mode.WORDS

    def passage_words(self, passages: int) -> Floats:
        """The share of the query's telling words that each passage of a judged document holds: shape (passages,)."""
        if "passage words" not in self.known:
            self.known["passage words"] = np.zeros(passages, dtype=np.float32)
        found: Floats = self.known["passage words"]
        return found


class Judge:
    """Scores documents, given by their places, with what every engine knows of them.

    documents, passages  their terms
    starts   passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    titles   their terms, or themselves by place
    """

    def __init__(
        self, *, documents: Strengths, passages: Holding, starts: Places, titles: TitleTerms | Sequence[str]
    ) -> None:
        self._documents, self._passages, self._starts = documents, passages, starts
        self._titles = Titles(titles) if isinstance(titles, Sequence) else titles

    def judged(self, asked: Asked, places: Places, cosines: Callable[[], Floats]) -> Scored:
        """The documents at ``places`` with their scores.

        cosines  () → that of each one's nearest passage; asked for last, for it may still be reckoned meanwhile
        """
        ideas = scoring.ideas(asked.understood, self._documents)
        words = scoring.word_scores(asked.understood, ideas, self._documents, places)
        tight = self._tightness(asked, ideas, places)
        title = scoring.title_boosts(ideas, self._titles, places)
        cosine = cosines()
        score = scoring.fused(asked.understood, asked.mode, words.score, tight, cosine) + title
        return Scored(
            places=places,
            score=score,
            cosine=cosine,
            words=words,
            tight=tight,
            title=title,
            close=scoring.close(asked.understood, asked.mode, words.score, cosine, score),
            listed=scoring.good_enough(asked.mode, tight, score),
        )

    def _tightness(self, asked: Asked, ideas: Ideas, places: Places) -> Floats:
        """The share of the query's telling words that the best single passage of each document holds.

        What each passage holds is kept with the query: it says which one is shown.
        """
        best = np.zeros(len(places), dtype=np.float32)
        filled, passages, firsts = spans(self._starts, places)
        if len(firsts):
            coverage = scoring.coverage(ideas, passages, of=self._passages)
            asked.passage_words(int(self._starts[-1]))[passages] = coverage
            best[filled] = np.maximum.reduceat(coverage, firsts)
        return best


class Titles:
    """A few titles, cut into terms when they are asked for."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = titles

    def holding(self, terms: Sequence[str], places: Places) -> NDArray[np.bool_]:
        """Which titles hold which terms: shape (len(places), len(terms))."""
        held = [title_terms(self._titles[place]) for place in places.tolist()]
        return np.array([[term in title for term in terms] for title in held], dtype=bool).reshape(
            len(places), len(terms)
        )

    def held_weight(self, weights: Mapping[str, float], places: Places) -> Floats:
        """What the terms that each title holds weigh together: shape (len(places),)."""
        return scoring.weighed_together(self, weights, places)

    def sizes(self, places: Places) -> Floats:
        """How many terms each title has, words that carry no subject left out: shape (len(places),)."""
        held = [title_terms(self._titles[place]) - STOP_TERMS for place in places.tolist()]
        return np.array([len(terms) for terms in held], dtype=np.float32)


@lru_cache(maxsize=20_000)
def title_terms(title: str) -> frozenset[str]:
    """The terms of a title, little words included: a synonym may be made of them."""
    return frozenset(terms_of(title, keep_stop_words=True))
