"""Candidates of a query: found by words and by meaning, then all scored alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.document import Filters, Mode
from indexer.judging import Asked, Judge
from indexer.opened import Opened
from indexer.scoring import Scored

Places = NDArray[np.int64]
Floats = NDArray[np.float32]
Near = tuple[Places, Floats]


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
        mode = asked.mode
        allowed = self._allowed(asked, filters)
        found = [np.zeros(0, dtype=np.int64)]
        if mode is not Mode.MEANING:
            found.append(self._found_by_words(asked, filters))
        near: Near | None = None
        if (vector := asked.vector) is not None and self.opened.vectors is not None:
            allowed_passages = None if allowed.all() else allowed[self.opened.owner]
            near = self.opened.vectors.nearest(
                vector, limit=knobs.PASSAGE_CANDIDATES, allowed=allowed_passages
            )
            found.append(self.opened.owner[near[0]])
        places = np.unique(np.concatenate(found))
        places = places[allowed[places]]
        return self._judge.judged(asked, places, lambda: self._cosines(asked, places, near))

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
        if asked.meaning is None or self.opened.vectors is None:
            return np.zeros_like(best)
        starts = self.opened.starts
        filled = np.flatnonzero(starts[1:] > starts[:-1])
        if len(filled):
            best[filled] = np.maximum.reduceat(self._every_cosine(asked), starts[filled])
        return best

    def _every_cosine(self, asked: Asked) -> Floats:
        """The cosine of every passage; reckoned once for a question."""
        assert asked.meaning is not None  # noqa: S101 - the caller looked
        vector, cosines = asked.meaning.reckoned()
        if cosines is None:
            cosines = asked.known.get("cosines")
        if cosines is None:
            assert self.opened.vectors is not None  # noqa: S101 - the caller looked
            cosines = asked.known["cosines"] = self.opened.vectors.cosines(vector)
        return cosines

    def cosines_of(self, asked: Asked, passages: Places) -> Floats:
        """The cosine of some passages; there must be vectors."""
        if self.few:
            return self._every_cosine(asked)[passages]
        assert asked.vector is not None  # noqa: S101 - the caller looked
        assert self.opened.vectors is not None  # noqa: S101 - likewise
        cosines: Floats = self.opened.vectors.vectors_at(passages) @ asked.vector
        return cosines

    def _allowed(self, asked: Asked, filters: Filters) -> NDArray[np.bool_]:
        """Which documents the filters, the phrases and the minus words allow."""
        allowed = self.opened.facets.allowed(filters)
        parsed = asked.understood.parsed
        if parsed.phrases or parsed.without:
            holding = np.zeros_like(allowed)
            holding[self.opened.words.holding(parsed.phrases, parsed.without)] = True
            allowed &= holding
        return allowed

    def _found_by_words(self, asked: Asked, filters: Filters) -> Places:
        within = [[f"visibility:{name}" for name in filters.visibilities]]
        within += [
            [f"{facet}:{term}" for term in chosen] for facet, chosen in filters.facets.items() if chosen
        ]
        parsed = asked.understood.parsed
        return self.opened.words.find(
            asked.understood.weights,
            phrases=parsed.phrases,
            without=parsed.without,
            within=within,
            limit=knobs.WORD_CANDIDATES,
        )

    def _cosines(self, asked: Asked, places: Places, near: Near | None) -> Floats:
        """The cosine of each document's nearest passage."""
        vector = asked.vector
        if vector is None or near is None:
            return np.zeros(len(places), dtype=np.float32)
        best = np.full(len(places), -1.0, dtype=np.float32)
        found = np.searchsorted(places, self.opened.owner[near[0]])
        np.maximum.at(best, found, near[1])
        rest = np.flatnonzero(best == -1.0)  # found by words alone
        starts, ends = self.opened.starts[places[rest]], self.opened.starts[places[rest] + 1]
        rest, starts, sizes = rest[ends > starts], starts[ends > starts], (ends - starts)[ends > starts]
        if len(rest) and self.opened.vectors is not None:
            firsts = np.cumsum(sizes) - sizes
            passages = np.repeat(starts - firsts, sizes) + np.arange(int(sizes.sum()))
            cosines = self.opened.vectors.vectors_at(passages) @ vector
            best[rest] = np.maximum.reduceat(cosines, firsts)
        return best
