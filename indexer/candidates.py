"""Candidates of a query: found by words and by meaning, then all scored alike."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.beside import Beside
from indexer.document import Filters, Mode
from indexer.judging import Asked, Judge
from indexer.opened import Opened
from indexer.scoring import Scored
from indexer.spans import spans

Places = NDArray[np.int64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Near = tuple[Places, Floats]

_BESIDE = Beside()
"""What looks for the nearest of many vectors while the words are weighed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Candidates under several filters, scored once.

    allowed  which documents each of the filters in ``wanted`` allows
    """

    scored: Scored
    wanted: tuple[Filters, ...]
    allowed: tuple[Mask, ...]


class Candidates:
    """Finds and scores documents of one opened generation.

    few  every document is scored, because the collection is not large
    """

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._judge = Judge(
            documents=opened.lexicon,
            passages=opened.passage_words,
            starts=opened.starts,
            titles=opened.title_words,
        )
        self.few = len(opened.owner) <= knobs.SCORED_WHOLE

    def worth_listing(self, asked: Asked, filters: Filters) -> Scored:
        """All candidates that the filters allow, scored; none listed when nothing close is held at all.

        Whether anything is close is judged without the facets, so that choosing a filter never turns an answer into
        none that its own count promised.
        """
        scored = self.scored(asked, filters)
        if scored.close.any():
            return scored
        if any(filters.facets.values()):
            everything = self.scored(asked, Filters(visibilities=filters.visibilities))
            if everything.close.any():
                return scored
        return replace(scored, listed=np.zeros_like(scored.listed))

    def scored(self, asked: Asked, filters: Filters) -> Scored:
        """Every candidate that the filters allow, scored."""
        if self.few:
            seen = filters.visibilities
            if seen not in asked.known:
                asked.known[seen] = self._all_scored(asked, Filters(visibilities=seen))
            whole: Scored = asked.known[seen]
            return whole.within(self.opened.facets.allowed(filters)) if filters.facets else whole
        pool: _Pool | None = asked.known.get("pool")
        if pool is None or filters not in pool.wanted:
            pool = self._pooled(asked, (filters,))
        return pool.scored.within(pool.allowed[pool.wanted.index(filters)])

    def gather(self, asked: Asked, wanted: Sequence[Filters]) -> None:
        """Find the candidates of a query under several filters at once, so that each is scored once.

        The first is the narrowest: each of the others leaves something of it open.
        """
        if not self.few:
            asked.known["pool"] = self._pooled(asked, wanted)

    def _pooled(self, asked: Asked, wanted: Sequence[Filters]) -> _Pool:
        """Candidates under each of the filters, by words and by meaning side by side, scored together."""
        allowed = [self._allowed(asked, filters) for filters in wanted]
        looking = self._looked_for(asked, allowed)
        found = self._found_by_words(asked, allowed)
        near = self._near(asked, allowed[0], looking)
        marked = np.zeros(self.opened.facets.size, dtype=bool)
        for places in (*found, self.opened.owner[near[0]]):
            marked[places] = True
        places = np.flatnonzero(marked)
        cosines = _BESIDE.submit(self._cosines, asked, places, near) if looking else None
        scored = self._judge.judged(
            asked, places, cosines.result if cosines else lambda: np.zeros(len(places), dtype=np.float32)
        )
        return _Pool(scored=scored, wanted=tuple(wanted), allowed=tuple(allowed))

    def _looked_for(self, asked: Asked, allowed: Sequence[Mask]) -> list[Future[Near]]:
        """The passages nearest in meaning under each mask over the documents, while other threads look for them.

        The first mask allows nothing that another does not, so it is looked for only when the others' nearest can
        hardly be enough for it. Nothing is looked for without meaning.
        """
        own, *wider = allowed
        if asked.vector is None or self.opened.vectors is None:
            return []
        least = min((np.count_nonzero(mask) for mask in wider), default=0)
        if np.count_nonzero(own) * knobs.PASSAGE_CANDIDATES <= least * knobs.PASSAGES_ENOUGH or not wider:
            wider.append(own)
        return [_BESIDE.submit(self._nearest, asked, mask) for mask in wider]

    def _near(self, asked: Asked, own: Mask, looking: Sequence[Future[Near]]) -> Near:
        """What was found under all masks; under the first one, if too few that it allows are among it."""
        found = [looked.result() for looked in looking]
        allowed = (np.count_nonzero(own[self.opened.owner[places]]) for places, _ in found)
        # The nearest of all, less those that may not be found, are the nearest of the rest.
        if found and max(allowed) < min(knobs.PASSAGES_ENOUGH, len(found[-1][0])):
            found.append(self._nearest(asked, own))
        none = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        places, cosines = zip(none, *found, strict=True)
        return np.concatenate(places), np.concatenate(cosines)

    def _nearest(self, asked: Asked, allowed: Mask) -> Near:
        """The passages nearest in meaning of the documents that a mask allows."""
        assert asked.vector is not None  # noqa: S101 - the caller looked
        assert self.opened.vectors is not None  # noqa: S101 - likewise
        passages = None if allowed.all() else np.take(allowed, self.opened.owner)
        return self.opened.vectors.nearest(asked.vector, limit=knobs.PASSAGE_CANDIDATES, allowed=passages)

    def _all_scored(self, asked: Asked, filters: Filters) -> Scored:
        """Every document that the filters allow, scored; with words alone, those that hold one of them.

        A collection that is not large is quicker scored whole than searched, and whatever is counted is exact.
        """
        places = np.flatnonzero(self._allowed(asked, filters))
        scored = self._judge.judged(asked, places, lambda: self._nearest_cosines(asked)[places])
        if asked.mode is not Mode.WORDS or not asked.understood.groups:
            return scored
        holding = np.zeros(self.opened.facets.size, dtype=bool)
        holding[places[scored.words.score > 0]] = True
        return scored.within(holding)

    def _nearest_cosines(self, asked: Asked) -> Floats:
        """The cosine of the nearest passage of every document; 0 when meaning is not asked, -1 without passages."""
        best = np.full(self.opened.facets.size, -1.0, dtype=np.float32)
        if asked.vector is None or self.opened.vectors is None:
            return np.zeros_like(best)
        starts = self.opened.starts
        filled = starts[1:] > starts[:-1]
        if filled.any():
            best[filled] = np.maximum.reduceat(self._every_cosine(asked), starts[:-1][filled])
        return best

    def _every_cosine(self, asked: Asked) -> Floats:
        """The cosine of every passage; reckoned once for a question."""
        if "cosines" not in asked.known:
            assert asked.vector is not None  # noqa: S101 - the caller looked
            assert self.opened.vectors is not None  # noqa: S101 - likewise
            asked.known["cosines"] = self.opened.vectors.cosines(asked.vector)
        cosines: Floats = asked.known["cosines"]
        return cosines

    def cosines_of(self, asked: Asked, passages: Places) -> Floats:
        """The cosine of some passages; there must be vectors."""
        if self.few:
            return self._every_cosine(asked)[passages]
        assert asked.vector is not None  # noqa: S101 - the caller looked
        assert self.opened.vectors is not None  # noqa: S101 - likewise
        return self.opened.vectors.cosines_at(passages, asked.vector)

    def _allowed(self, asked: Asked, filters: Filters) -> Mask:
        """Which documents the filters, the phrases and the minus words allow."""
        allowed = self.opened.facets.allowed(filters)
        parsed = asked.understood.parsed
        if parsed.phrases:
            holding = np.zeros_like(allowed)
            holding[self.opened.phrases.holding(parsed.phrases)] = True
            allowed &= holding
        if parsed.without:
            allowed &= ~self.opened.lexicon.any_of(parsed.without)
        return allowed

    def _found_by_words(self, asked: Asked, allowed: Sequence[Mask]) -> list[Places]:
        """Under each of several masks over the documents, those that hold the words most strongly."""
        weights, limit = asked.understood.weights, knobs.WORD_CANDIDATES
        if asked.mode is Mode.MEANING or not (weights or asked.understood.parsed.phrases):
            return []
        if not weights:  # a phrase of little words: who is allowed holds it
            return [np.flatnonzero(mask)[:limit] for mask in allowed]
        strengths = self.opened.lexicon.strengths(weights, k1=knobs.K1, b=knobs.B)
        holding = np.flatnonzero(strengths > 0)
        return [_strongest(holding[mask[holding]], strengths, limit) for mask in allowed]

    def _cosines(self, asked: Asked, places: Places, near: Near) -> Floats:
        """The cosine of each document's nearest passage."""
        vector = asked.vector
        assert vector is not None  # noqa: S101 - the caller looked
        best = np.full(len(places), -1.0, dtype=np.float32)
        found = np.searchsorted(places, self.opened.owner[near[0]])
        np.maximum.at(best, found, near[1])
        rest = np.flatnonzero(best == -1.0)  # found by words alone
        filled, passages, firsts = spans(self.opened.starts, places[rest])
        if len(firsts) and self.opened.vectors is not None:
            cosines = self.opened.vectors.cosines_at(passages, vector)
            best[rest[filled]] = np.maximum.reduceat(cosines, firsts)
        return best


def _strongest(places: Places, strengths: Floats, limit: int) -> Places:
    """Those of the places that are strongest, in no order."""
    if len(places) <= limit:
        return places
    return places[np.argpartition(strengths[places], len(places) - limit)[len(places) - limit :]]
