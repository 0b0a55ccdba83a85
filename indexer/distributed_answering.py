"""Scored candidates as an answer: order, facet counts and what is shown of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.distributed_library import Catalogue
from indexer.distributed_rows import Known
from indexer.distributed_shelf import Examined
from indexer.document import FacetCount, Filters, Hit, Part, Reasons, Sort
from indexer.judging import Asked
from indexer.passages import excerpt
from indexer.scoring import Places, Scored

Choice = tuple[tuple[str, frozenset[str]], ...]
"""The facets that are chosen, in order: what tells filters of one question apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """All candidates of a question, scored, with what the filters let through.

    rows  for each of the filters that were asked about: rows of ``scored``
    """

    examined: Examined
    scored: Scored
    rows: Mapping[Choice, Places]

    def listed(self, filters: Filters) -> Places:
        """Rows worth listing under some filters; none when nothing close is held at all, facets left aside."""
        rows = self.rows[choice(filters)]
        everything = self.rows[choice(opened_up(filters))]
        close = any(self.scored.close[either].any() for either in (rows, everything))
        return rows[self.scored.listed[rows]] if close else rows[:0]


def choice(filters: Filters) -> Choice:
    """The facets that are chosen: what tells filters of one question apart."""
    return tuple(sorted((facet, ids) for facet, ids in filters.facets.items() if ids))


def opened_up(filters: Filters) -> Filters:
    """The filters without facets: who asks, and nothing else."""
    return replace(filters, facets={})


def without(filters: Filters, facet: str) -> Filters:
    """The filters with one facet left open."""
    return replace(filters, facets={name: ids for name, ids in filters.facets.items() if name != facet})


def ordered(scored: Scored, sort: Sort, rows: Places, catalogue: Catalogue) -> Places:
    """Rows, best first; equals in order of id, so that pages never overlap."""
    places, score = scored.places[rows], scored.score[rows]
    if sort is Sort.RELEVANCE:
        return rows[np.lexsort((places, -score))]
    return rows[np.lexsort((places, -score, -ages(catalogue, sort)[places]))]


def ages(catalogue: Catalogue, sort: Sort) -> Places:
    """A number for each document that grows with its date; equal dates have equal numbers."""
    dates = catalogue.published if sort is Sort.NEWEST else catalogue.reviewed
    return np.unique(dates, return_inverse=True)[1]


def best_first(scored: Scored, rows: Places) -> Places:
    """Rows, best first."""
    return rows[np.argsort(-scored.score[rows], kind="stable")]


def facet_counts(
    catalogue: Catalogue, considered: Considered, listed: Places, wider: Mapping[str, Filters]
) -> Mapping[str, tuple[FacetCount, ...]]:
    """Facet → its terms with how many listed documents carry each, and how many more choosing each would list."""

    def mask(rows: Places) -> NDArray[np.bool_]:
        found = np.zeros(catalogue.facets.size, dtype=bool)
        found[considered.scored.places[rows]] = True
        return found

    reachable = {facet: mask(considered.listed(filters)) for facet, filters in wider.items()}
    return catalogue.facets.counts(mask(listed), reachable)


def hit_of(
    asked: Asked, score: float, because: Reasons, document: Known, text: str, path: tuple[str, ...]
) -> Hit:
    """One candidate as it is shown."""
    return Hit(
        document_id=document.id,
        title=document.title,
        score=round(min(1.0, score), 4),
        passage=excerpt(text, asked.understood.weights),
        heading=" › ".join(path),
        reasons=because,
    )


def plain_hit(document_id: str, title: str, text: str) -> Hit:
    """One document of a listing, for which nothing was asked."""
    return Hit(
        document_id=document_id,
        title=title,
        score=1.0,
        passage=excerpt(text, {}) if text else (Part(text=""),),
        heading="",
        reasons=Reasons(),
    )
