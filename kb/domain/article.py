"""Articles: what we did, what the evidence says, how to do it, how we put it in writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ArticleType(StrEnum):
    """What kind of text it is."""

    CASE_STUDY = "case-study"
    RESEARCH_SUMMARY = "research-summary"
    HOW_TO = "how-to"
    POLICY_EXAMPLE = "policy-example"


class Outcome(StrEnum):
    """How it went, in the school's own judgement."""

    WORKED = "worked"
    MIXED = "mixed"
    DID_NOT_WORK = "did-not-work"


class Visibility(StrEnum):
    """Who may read it, from the widest circle to the narrowest."""

    PUBLIC = "public"
    PARTNERS = "partners"
    TRUST = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEvidence:
    """What the school itself found.

    level              1 described ... 5 independently evaluated (never the external padlocks)
    staff_hours_setup  hours once; staff_hours_week: hours every week
    """

    outcome: Outcome
    how_we_know: str
    level: int
    pupils: int | None = None
    staff_hours_setup: float | None = None
    staff_hours_week: float | None = None
    cost_band: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published article: its front matter and its Markdown.

    slug     its file name without .md, and its address
    path     where it lies, relative to content/, with forward slashes
    sha256   of the file's bytes: the version
    source   where an imported article came from; None for our own
    unstated  front-matter keys that an import could not fill
    """

    slug: str
    path: str
    sha256: str
    type: ArticleType
    title: str
    summary: str
    body: str
    key_stages: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    school: str | None = None
    authors: tuple[str, ...] = ()
    visibility: Visibility = Visibility.TRUST
    published: date | None = None
    reviewed: date | None = None
    review_by: date | None = None
    owner: str | None = None
    illustrative: bool = False
    local: LocalEvidence | None = None
    strands: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    source: str | None = None
    unstated: tuple[str, ...] = ()

    def overdue(self, today: date) -> bool:
        """True when the review date has passed."""
        return self.review_by is not None and self.review_by < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An external effect figure for one strand. Never merged with local results.

    months       of additional progress in a year, None when there is not enough evidence to say
    cost         1 very low ... 5 very high
    strength     0 not enough ... 5 very extensive
    verified_by  who checked it at the source, None when nobody has
    check_note   how far it is checked, in words
    """

    strand: str
    label: str
    months: int | None
    cost: int
    strength: int
    as_of: date
    source_url: str
    verified_by: str | None
    check_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A real publication.

    doi  without the resolver's address, None when it has none
    """

    key: str
    authors: str
    year: str
    title: str
    where: str
    doi: str | None
    publisher: str | None
