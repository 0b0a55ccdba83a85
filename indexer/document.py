"""What crosses the border between the indexer and everybody else: plain frozen dataclasses.

The indexer knows documents, passages, filters and hits. What an article is, who a reader is
and what a facet means to a school stays with the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Facets = Mapping[str, tuple[str, ...]]
"""Facet name → ids of the terms a document carries, parents included."""


class Mode(StrEnum):
    """How a query is matched."""

    BEST = "best"
    WORDS = "words"
    MEANING = "meaning"


class Sort(StrEnum):
    """The order of a listing."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to be found.

    visibility  the one visibility a reader must hold to see it
    keywords    words that describe the text and need not stand in it: labels and aliases of its terms
    published, reviewed  ISO dates, for sorting; empty when not stated
    """

    id: str
    title: str
    body: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    facets: Facets = field(default_factory=dict)
    visibility: str = "public"
    published: str = ""
    reviewed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One passage of a document, small enough for the model's window.

    heading_path  headings above the passage, outermost first, without the title
    text          plain text of the passage, as a reader sees it
    """

    document_id: str
    ordinal: int
    title: str
    heading_path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents may be found at all.

    visibilities  what this reader may see; a document outside is never found, counted or suggested
    facets        facet → chosen ids; any of one facet, all of the facets
    """

    visibilities: frozenset[str]
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the engine. An empty ``text`` lists everything the filters allow."""

    text: str
    filters: Filters
    mode: Mode = Mode.BEST
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    offset: int = 0
    correct_spelling: bool = True
    expand_synonyms: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a passage; ``matched`` when it answers a word of the query."""

    text: str
    matched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a score is made of: four parts whose sum it is, before it is cut off at 1.

    words     how strongly the document holds what was asked
    together  how much of it stands in one single passage
    meaning   how near its nearest passage is
    title     how much of it the title names
    ideas     each idea of the query as typed, with how far the document holds it, 0 to 1
    """

    words: float
    together: float
    meaning: float
    title: float
    ideas: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why a document was found.

    words    query words found in it, as typed or as expanded
    meaning  cosine of the nearest passage, -1 to 1; None when meaning was not asked
    boosts   names of what lifted it ("title", "phrase", ...), in order of weight
    explanation  what its score is made of; None when nothing was asked
    """

    words: tuple[str, ...] = ()
    meaning: float | None = None
    boosts: tuple[str, ...] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found document with its best passage.

    score  0 to 1, comparable within one answer only
    """

    document_id: str
    title: str
    score: float
    passage: tuple[Part, ...]
    heading: str
    reasons: Reasons

    @property
    def passage_text(self) -> str:
        """The passage without marks."""
        return "".join(part.text for part in self.passage)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """How many of the listed documents carry a term.

    count  documents of this answer that carry the term
    adds   when the facet is already filtered: how many more documents choosing this term as well would list
    """

    id: str
    count: int
    adds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A synonym or acronym that was searched as well."""

    typed: str
    added: tuple[str, ...]
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The answer to one query.

    hits       one page of it (``limit`` from ``offset``)
    weak       further away: shown folded, never counted; only on the first page
    total      how many documents are listed over all pages
    corrected  the query as searched after spelling, or None when it was searched as typed
    expanded   what was searched as well
    nothing_close  there are no hits good enough to list
    meaning_missing  the meaning part could not answer, words alone did
    """

    hits: tuple[Hit, ...]
    weak: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    corrected: str | None
    expanded: tuple[Expansion, ...]
    nothing_close: bool
    took_ms: float
    meaning_missing: bool = False
