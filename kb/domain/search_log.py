"""What is noted of searches: how they were worded and what came of them, never who asked.

The moment is kept to the hour. Words are kept for a month, and not at all when they may tell who somebody is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

JOB = "insight"
"""The nightly turn."""

WORDS_DAYS = 30
"""Days for which the words of a search are kept."""

ROWS_DAYS = 400
"""Days for which a search without its words is kept: long enough to compare a term with the one a year before."""

VIEWS_DAYS = 800
LINKS_SECONDS = 1800
"""Seconds for which a link on a page of results says where it stood."""

LONGEST_WORDS = 200


class SearchKind(StrEnum):
    """How a search is worded."""

    FILTERS = "filters"  # no words at all
    ACRONYM = "acronym"
    SHORT = "short"  # one or two words
    PHRASE = "phrase"
    QUESTION = "question"
    LONG = "long"


class Outcome(StrEnum):
    """What came of it."""

    FOUND = "found"
    WEAK = "weak"  # nothing close: only articles that are further away
    NOTHING = "nothing"


class Again(StrEnum):
    """A search that only asks the one before in another way; it is no search of its own."""

    NO = ""
    AS_TYPED = "exact"  # the correction was not wanted
    OWN_WORDS = "synonyms"  # the words that were searched as well were not wanted


KIND_WORDS: Mapping[SearchKind, str] = {
    SearchKind.FILTERS: "Filters only",
    SearchKind.ACRONYM: "An acronym",
    SearchKind.SHORT: "One or two words",
    SearchKind.PHRASE: "Three to six words",
    SearchKind.QUESTION: "A question",
    SearchKind.LONG: "Seven words or more",
}

UNANSWERED = (Outcome.WEAK, Outcome.NOTHING)

_QUESTION = re.compile(
    r"^(?:how|what|why|when|where|which|who|can|could|should|is|are|do|does|did|will|would)\b|\?\s*$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z](?:[A-Za-z]{0,3}[A-Z])+s?")
_SHORT, _PHRASE = 2, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One search.

    token    what the links on its page of results carry; worth nothing after half an hour
    words    what was typed; empty when nothing was, or when it must not be kept
    withheld the words may tell who somebody is, and were not kept
    chosen   filters in use: facet → ids; named: terms that the words name
    """

    token: str
    at: datetime
    words: str = ""
    withheld: bool = False
    kind: SearchKind = SearchKind.FILTERS
    mode: str = "best"
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total: int = 0
    outcome: Outcome = Outcome.FOUND
    corrected: bool = False
    expanded: bool = False
    again: Again = Again.NO
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """An article that was opened from a page of results. ``rank`` counts from 1; 0 stands for one further away."""

    token: str
    slug: str
    rank: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An article that was opened, from wherever."""

    slug: str
    at: datetime


def kind_of(text: str) -> SearchKind:
    """How a search is worded."""
    words = text.split()
    if not words:
        return SearchKind.FILTERS
    if _QUESTION.search(text) and len(words) > _SHORT:
        return SearchKind.QUESTION
    if len(words) <= _SHORT:
        acronym = any(_ACRONYM.fullmatch(word.strip(".,?!()").replace(".", "")) for word in words)
        return SearchKind.ACRONYM if acronym else SearchKind.SHORT
    return SearchKind.PHRASE if len(words) <= _PHRASE else SearchKind.LONG


def hour_of(moment: datetime) -> str:
    """A moment to the hour, in UTC: 2026-11-26T09."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H}"
