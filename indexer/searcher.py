"""The search itself: one understood query over one opened generation."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.candidates import Candidates
from indexer.chunkstore import Key, StoredPassage
from indexer.document import FacetCount, Filters, Hit, Mode, Part, Query, Reasons, Results, Sort
from indexer.explaining import reasons
from indexer.judging import Asked
from indexer.kept import kept
from indexer.opened import Opened
from indexer.passages import excerpt
from indexer.scoring import Scored
from indexer.spans import spans
from indexer.synonyms import SynonymTable
from indexer.understanding import Understood, understand

Places = NDArray[np.int64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


KEPT_VECTORS = 256
"""Vectors of questions that are kept: who turns a page or chooses a filter asks the same again. 400 kB."""

PASSAGES_OF_ONE = 30
"""Passages that one document may take up among the nearest, so that enough documents are left for a list of likes."""


class Searcher:
    """Answers queries over one generation. Holds no state of a query; safe to use from many threads."""

    def __init__(self, opened: Opened, synonyms: SynonymTable) -> None:
        self.opened = opened
        self.synonyms = synonyms
        opened.speller.also_known(synonyms.words())
        self._candidates = Candidates(opened)
        self._encoded = kept(self._embedded, KEPT_VECTORS)

    def hide(self, ids: frozenset[str]) -> None:
        """Show nothing of these documents, and everything of all others, from the next query on."""
        if ids != self.opened.facets.hidden:
            places = [self.opened.place_of(document_id) for document_id in ids]
            known = np.array([place for place in places if place is not None], dtype=np.int64)
            self.opened.facets.hide(ids, known)

    def search(self, query: Query) -> Results:
        """The answer to one query. Raises BadQuery."""
        began = time.perf_counter()
        understood = self._understood(query)
        if understood.parsed.empty:
            return self._listing(query, began)
        asked = Asked(query=query, understood=understood, vector=self._meaning(query, understood))
        self._candidates.gather(asked, (query.filters, *_wider(query.filters).values()))
        scored = self._candidates.worth_listing(asked, query.filters)
        listed = self._ordered(scored, np.flatnonzero(scored.listed), query.sort)
        page = listed[query.offset : query.offset + query.limit]
        weak = self._weak(scored) if query.offset == 0 else listed[:0]
        hits = self._hits(asked, scored, np.concatenate([page, weak]))
        return Results(
            hits=hits[: len(page)],
            weak=hits[len(page) :],
            total=len(listed),
            facets=self._facets(asked, scored.places[listed]),
            corrected=understood.corrected,
            expanded=understood.expanded,
            nothing_close=len(listed) == 0,
            took_ms=(time.perf_counter() - began) * 1000,
            meaning_missing=query.mode is not Mode.WORDS and asked.vector is None,
        )

    def ranked(self, query: Query, *, depth: int) -> list[tuple[str, float]]:
        """(document id, score) of the best candidates, good enough to list or not."""
        understood = self._understood(query)
        if understood.parsed.empty:
            return []
        asked = Asked(query=query, understood=understood, vector=self._meaning(query, understood))
        scored = self._candidates.scored(asked, query.filters)
        rows = self._ordered(scored, np.arange(len(scored.score)), Sort.RELEVANCE)[:depth].tolist()
        return [(self.opened.listing.ids[int(scored.places[row])], float(scored.score[row])) for row in rows]

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> list[tuple[str, float]]:
        """(document id, cosine) of the documents nearest in meaning, nearest first, itself left out."""
        place, vectors = self.opened.place_of(document_id), self.opened.vectors
        if place is None or vectors is None or document_id in self.opened.facets.hidden:
            return []
        own = vectors.vectors_at(np.arange(self.opened.starts[place], self.opened.starts[place + 1]))
        if len(own) == 0:
            return []
        allowed = self.opened.facets.allowed(filters)
        allowed[place] = False
        middle = own.mean(axis=0)
        middle /= max(1e-12, float(np.linalg.norm(middle)))
        passages, cosines = vectors.nearest(
            middle, limit=limit * PASSAGES_OF_ONE, allowed=allowed[self.opened.owner]
        )
        best: dict[int, float] = {}
        for owner, cosine in zip(self.opened.owner[passages].tolist(), cosines.tolist(), strict=True):
            best.setdefault(owner, cosine)
        return [(self.opened.listing.ids[owner], cosine) for owner, cosine in list(best.items())[:limit]]

    def _understood(self, query: Query) -> Understood:
        seen = cache(partial(self.opened.facets.allowed, Filters(visibilities=query.filters.visibilities)))

        def together(terms: Sequence[str]) -> int:  # asked for misspelt words alone
            return self.opened.lexicon.common(terms, seen())

        return understand(query, self.opened.speller, self.synonyms, together)

    def _meaning(self, query: Query, understood: Understood) -> Floats | None:
        """What the query means, None when that is not asked or cannot be told.

        By the thread that asked: handing it to another one took longer when the site was idle before
        (docs/architecture.md).
        """
        if query.mode is Mode.WORDS or self.opened.encoder is None or self.opened.vectors is None:
            return None
        return self._encoded(understood.meaning)

    def _embedded(self, text: str) -> Floats:
        assert self.opened.encoder  # noqa: S101 - asked for only when there is one
        return self.opened.encoder.embed_query(text)

    def _ordered(self, scored: Scored, rows: Places, sort: Sort) -> Places:
        """These rows of the candidates, best first; equals in order of id, so that pages never overlap."""
        places = scored.places[rows]
        best = (self.opened.listing.rank[places], -scored.score[rows])
        if sort is Sort.RELEVANCE:
            return rows[np.lexsort(best)]
        return rows[np.lexsort((*best, -self._ages(sort)[places]))]

    def _ages(self, sort: Sort) -> Places:
        """A number for each document that grows with its date; equal dates have equal numbers."""
        dates = self.opened.listing.published if sort is Sort.NEWEST else self.opened.listing.reviewed
        return np.unique(dates, return_inverse=True)[1]

    def _weak(self, scored: Scored) -> Places:
        """A few that were not good enough, best first."""
        rows = np.flatnonzero(~scored.listed)
        if len(rows) > knobs.MOST_WEAK:  # nearly all candidates: most need no order
            scores = scored.score[rows]
            rows = rows[scores >= np.partition(scores, -knobs.MOST_WEAK)[-knobs.MOST_WEAK]]
        return self._ordered(scored, rows, Sort.RELEVANCE)[: knobs.MOST_WEAK]

    def _facets(self, asked: Asked, listed: Places) -> Mapping[str, tuple[FacetCount, ...]]:
        mask = np.zeros(self.opened.facets.size, dtype=bool)
        mask[listed] = True
        reachable = {}
        for facet, filters in _wider(asked.query.filters).items():
            wider = self._candidates.worth_listing(asked, filters)
            reachable[facet] = np.zeros_like(mask)
            reachable[facet][wider.places[wider.listed]] = True
        return self.opened.facets.counts(mask, reachable)

    def _hits(self, asked: Asked, scored: Scored, rows: Places) -> tuple[Hit, ...]:
        places = scored.places[rows]
        ids = [self.opened.listing.ids[place] for place in places.tolist()]
        ordinals = self._best_passages(asked, places)
        keys = [
            (document_id, ordinal)
            for document_id, ordinal in zip(ids, ordinals, strict=True)
            if ordinal is not None
        ]
        shown = self.opened.store.passages_at(keys)
        why = reasons(asked.understood, asked.mode, scored, rows, compared=asked.vector is not None)
        scores = scored.score[rows].tolist()
        return tuple(
            self._hit(asked, place, score, because, shown.get((document_id, ordinal or 0)))
            for place, score, because, document_id, ordinal in zip(
                places.tolist(), scores, why, ids, ordinals, strict=True
            )
        )

    def _hit(
        self, asked: Asked, place: int, score: float, because: Reasons, shown: StoredPassage | None
    ) -> Hit:
        document_id, title = self.opened.listing.ids[place], self.opened.listing.titles[place]
        shown = shown or StoredPassage(text=title, heading_path=())
        return Hit(
            document_id=document_id,
            title=title,
            score=round(min(1.0, score), 4),
            passage=excerpt(shown.text, asked.understood.weights),
            heading=" › ".join(shown.heading_path),
            reasons=because,
        )

    def _best_passages(self, asked: Asked, places: Places) -> list[int | None]:
        """Which passage of each document to show, near in meaning and holding the words; None where there is none."""
        filled, passages, firsts = spans(self.opened.starts, places)
        worth = asked.passage_words(len(self.opened.owner))[passages]
        if asked.vector is not None and self.opened.vectors is not None:
            worth = worth + knobs.SHOWN_MEANING * self._candidates.cosines_of(asked, passages)
        bounds = [*firsts.tolist(), len(passages)]
        best = (int(worth[first:end].argmax()) for first, end in pairwise(bounds))
        return [next(best) if has_any else None for has_any in filled.tolist()]

    def _listing(self, query: Query, began: float) -> Results:
        """Everything that the filters allow, newest reviewed first unless asked otherwise."""
        allowed = self.opened.facets.allowed(query.filters)
        places = np.flatnonzero(allowed)
        places = places[np.lexsort((self.opened.listing.rank[places], -self._ages(query.sort)[places]))]
        page = places[query.offset : query.offset + query.limit].tolist()
        reachable = {
            facet: self.opened.facets.allowed(query.filters, without=facet)
            for facet, chosen in query.filters.facets.items()
            if chosen
        }
        first = self.opened.store.passages_at([(self.opened.listing.ids[place], 0) for place in page])
        return Results(
            hits=tuple(self._plain_hit(place, first) for place in page),
            weak=(),
            total=len(places),
            facets=self.opened.facets.counts(allowed, reachable),
            corrected=None,
            expanded=(),
            nothing_close=len(places) == 0,
            took_ms=(time.perf_counter() - began) * 1000,
        )

    def _plain_hit(self, place: int, first: Mapping[Key, StoredPassage]) -> Hit:
        document_id = self.opened.listing.ids[place]
        text = first[document_id, 0].text if (document_id, 0) in first else ""
        return Hit(
            document_id=document_id,
            title=self.opened.listing.titles[place],
            score=1.0,
            passage=excerpt(text, {}) if text else (Part(text=""),),
            heading="",
            reasons=Reasons(),
        )


def _wider(filters: Filters) -> dict[str, Filters]:
    """Of each facet that is filtered: the filters with that facet left open."""
    chosen = {name: terms for name, terms in filters.facets.items() if terms}
    return {
        facet: replace(filters, facets={name: terms for name, terms in chosen.items() if name != facet})
        for facet in chosen
    }
