"""What a reader asks and what the site answers, in the words of schools rather than of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.domain.article import Article


class Facet(StrEnum):
    """What a listing can be narrowed by. The value is the name in addresses and JSON."""

    TYPE = "type"
    KEY_STAGE = "key_stage"
    PROVISION = "provision"
    NEED = "need"
    THEME = "theme"
    SUBJECT = "subject"
    ROLE = "role"
    SCHOOL = "school"
    COST = "cost"
    LEVEL = "level"
    OUTCOME = "outcome"


SCHEME_OF_FACET: Mapping[Facet, str] = {
    Facet.TYPE: "article-types",
    Facet.KEY_STAGE: "key-stages",
    Facet.PROVISION: "provisions",
    Facet.NEED: "needs",
    Facet.THEME: "themes",
    Facet.SUBJECT: "subjects",
    Facet.ROLE: "roles",
    Facet.COST: "cost-bands",
    Facet.LEVEL: "local-levels",
    Facet.OUTCOME: "outcomes",
}
"""Facet → vocabulary scheme of its terms. SCHOOL has none: its terms are the schools."""

FACET_LABELS: Mapping[Facet, str] = {
    Facet.TYPE: "Kind of article",
    Facet.KEY_STAGE: "Key stage",
    Facet.PROVISION: "Provision",
    Facet.NEED: "Need",
    Facet.THEME: "Theme",
    Facet.SUBJECT: "Subject",
    Facet.ROLE: "For",
    Facet.SCHOOL: "School",
    Facet.COST: "Cost",
    Facet.LEVEL: "Local evidence",
    Facet.OUTCOME: "How it went",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who is asking. Until people have accounts everybody is the demo reader, who holds every visibility."""

    visibilities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One search as a reader asked it, already checked.

    mode    best, words or meaning; sort: relevance, newest or reviewed
    page    counted from 1
    chosen  facet → chosen ids, in the order given
    remarks sentences about parts of the address that were not understood and left out
    """

    text: str = ""
    mode: str = "best"
    sort: str = "relevance"
    page: int = 1
    per_page: int = 10
    chosen: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    correct_spelling: bool = True
    expand_synonyms: bool = True
    remarks: tuple[str, ...] = ()

    @property
    def offset(self) -> int:
        """How many articles come before this page."""
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of text in an answer; ``matched`` when it answers a word of the question."""

    text: str
    matched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """One idea of a question as typed, and how far an article holds it: 0 not at all, 1 wholly."""

    typed: str
    held: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a score is made of (see indexer.document.Explanation)."""

    words: float
    together: float
    meaning: float
    title: float
    ideas: tuple[Idea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One found article.

    score    0 to 1, comparable within one answer only
    passage  the passage that matched best, in stretches
    heading  the headings above that passage, joined by " › "; empty at the top of the article
    why      one line: which words, how near in meaning, what lifted it
    words, meaning, boosts, explanation  the same for machines (see indexer.document.Reasons)
    """

    article: Article
    score: float
    passage: tuple[Passage, ...]
    heading: str
    why: str
    words: tuple[str, ...] = ()
    meaning: float | None = None
    boosts: tuple[str, ...] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of a filter.

    count  listed articles that carry it
    adds   how many more would be listed if it were chosen too; only when its facet is filtered already
    depth  0 for a term, 1 for a narrower one shown under it
    """

    id: str
    label: str
    count: int
    adds: int = 0
    chosen: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """One filter with its options, those worth showing first."""

    facet: Facet
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Words of the question that name a term: offered as a filter, never applied silently."""

    typed: str
    facet: Facet
    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """A synonym or acronym that was searched as well. ``ambiguous`` when it has several meanings."""

    typed: str
    added: tuple[str, ...]
    ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the site found.

    finds     one page; weak: further away, shown folded on the first page only, never counted
    total     listed articles over all pages; pages: how many pages that makes, at least 1
    corrected the question as searched after spelling, None when it was searched as typed
    meaning_missing  only words were searched, because meaning is not available for now
    """

    question: Question
    finds: tuple[Find, ...]
    weak: tuple[Find, ...]
    total: int
    narrowings: tuple[Narrowing, ...]
    corrected: str | None
    also: tuple[Also, ...]
    hints: tuple[Hint, ...]
    nothing_close: bool
    meaning_missing: bool
    took_ms: float

    @property
    def pages(self) -> int:
        """How many pages the listing has, at least 1."""
        return max(1, -(-self.total // self.question.per_page))
