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
    """Finds and scores documents of one opened generation."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self._judge = Judge(
            documents=opened.lexicon,
            passages=opened.passage_words,
            starts=opened.starts,
            titles=opened.listing.titles,
        )

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
        mode = asked.mode
        allowed = self.opened.facets.allowed(filters)
        parsed = asked.understood.parsed
        if parsed.phrases or parsed.without:
            holding = np.zeros_like(allowed)
            holding[self.opened.words.holding(parsed.phrases, parsed.without)] = True
            allowed &= holding
        found = [np.zeros(0, dtype=np.int64)]
        if mode is not Mode.MEANING:
            found.append(self._found_by_words(asked, filters))
        near: Near | None = None
        if asked.vector is not None and self.opened.vectors is not None:
            allowed_passages = None if allowed.all() else allowed[self.opened.owner]
            near = self.opened.vectors.nearest(
                asked.vector, limit=knobs.PASSAGE_CANDIDATES, allowed=allowed_passages
            )
            found.append(self.opened.owner[near[0]])
        places = np.unique(np.concatenate(found))
        places = places[allowed[places]]
        return self._judge.judged(asked, places, self._cosines(asked, places, near))

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
        if asked.vector is None or near is None:
            return np.zeros(len(places), dtype=np.float32)
        best = np.full(len(places), -1.0, dtype=np.float32)
        found = np.searchsorted(places, self.opened.owner[near[0]])
        np.maximum.at(best, found, near[1])
        for row in np.flatnonzero(best == -1.0).tolist():  # found by words alone
            best[row] = self.own_cosines(asked.vector, int(places[row])).max(initial=-1.0)
        return best

    def own_cosines(self, vector: Floats, place: int) -> Floats:
        """The cosine of each passage of one document."""
        if self.opened.vectors is None:
            return np.zeros(0, dtype=np.float32)
        span = np.arange(self.opened.starts[place], self.opened.starts[place + 1])
        cosines: NDArray[np.float32] = self.opened.vectors.vectors_at(span) @ vector
        return cosines
