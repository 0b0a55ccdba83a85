"""Collections: articles that the improvement lead has put together and in order, each with a word on why."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.domain.article import Visibility
from kb.domain.errors import BadRequest
from kb.domain.search import Facet

SHORTEST_TITLE, LONGEST_TITLE = 5, 120
LONGEST_SUMMARY = 300
LONGEST_NOTE = 600
MOST_ENTRIES = 100
NARROWED_BY = (Facet.KEY_STAGE, Facet.PROVISION, Facet.THEME)
"""What a collection is for: what lists of collections are narrowed by."""


class CollectionState(StrEnum):
    """Where a collection is on its way. Who curates sees every one, everybody else those that are published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


MOVES: Mapping[CollectionState, frozenset[CollectionState]] = {
    CollectionState.DRAFT: frozenset({CollectionState.PUBLISHED, CollectionState.ARCHIVED}),
    CollectionState.PUBLISHED: frozenset({CollectionState.DRAFT, CollectionState.ARCHIVED}),
    CollectionState.ARCHIVED: frozenset({CollectionState.DRAFT}),
}
"""State → where a collection can go from it."""


class CollectionChanged(BadRequest):
    """Somebody else has changed the collection since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this collection after you opened the page. You see it as it stands now: "
            "look at it, then make your change again."
        )


class CollectionRefused(BadRequest):
    """Something about a collection cannot be so; ``field`` is the question that the sentence answers."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What its curator says of a collection.

    introduction  paragraphs of plain text
    picture       the name of a picture that an article in it shows; empty for none
    terms         key stages, provisions and themes that it is for
    """

    title: str
    summary: str
    introduction: str = ""
    picture: str = ""
    visibility: Visibility = Visibility.TRUST
    terms: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article in a collection. ``slug`` is where the article is now, wherever it was when it was put in."""

    slug: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection without its entries.

    slug     its name in addresses, which never changes
    version  goes up with every change, of an entry, too
    """

    id: int
    slug: str
    about: About
    state: CollectionState
    version: int
    changed_at: datetime
    published_at: datetime | None


def checked(about: About) -> About:
    """What was said, fit to be kept. Raises CollectionRefused."""
    if not SHORTEST_TITLE <= len(about.title) <= LONGEST_TITLE:
        raise CollectionRefused("title", f"Use {SHORTEST_TITLE} to {LONGEST_TITLE} characters for the title.")
    if not about.summary or len(about.summary) > LONGEST_SUMMARY:
        raise CollectionRefused(
            "summary", f"Say in at most {LONGEST_SUMMARY} characters what the collection is for."
        )
    return about


def moved(slugs: Sequence[str], slug: str, to: int) -> list[str]:
    """The order when one of them stands in another place, counted from 0; a place beyond an end is that end."""
    rest = [each for each in slugs if each != slug]
    at = max(0, min(to, len(rest)))
    return [*rest[:at], slug, *rest[at:]]


def arranged(slugs: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """The order when those with another place than their own, counted from 0, have gone there."""
    order = list(slugs)
    gone = {slug: place for slug, place in places.items() if slug in order and order.index(slug) != place}
    for slug, place in sorted(gone.items(), key=lambda pair: pair[1]):
        order = moved(order, slug, place)
    return order


def is_same_set(one: Several[str], other: Several[str]) -> bool:
    """True when an order holds exactly what is there, each once."""
    return len(one) == len(other) and set(one) == set(other)
