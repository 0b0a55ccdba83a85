"""A collection as lists show it: everything looked up and put into words."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.collection import Collection, CollectionState
from kb.domain.search import Facet
from kb.storage import collections
from kb.web.cards import Chip, chips_of
from kb.web.collection_pictures import Picture, shown_picture
from kb.web.site import site
from kb.web.wording import label

STATES = {
    CollectionState.DRAFT: "Draft: only you and other leads see it",
    CollectionState.PUBLISHED: "Published",
    CollectionState.ARCHIVED: "In the archive: only you and other leads see it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A collection in a list.

    state  in words; empty for what everybody sees
    """

    slug: str
    title: str
    summary: str
    articles: int
    chips: tuple[Chip, ...]
    themes: tuple[str, ...]
    state: str
    picture: Picture | None


def shown(each: collections.Listed) -> Shown:
    """A collection as lists show it."""
    this = each.collection
    return Shown(
        slug=this.slug,
        title=this.about.title,
        summary=this.about.summary,
        articles=each.articles,
        chips=chips(this),
        themes=themes(this),
        state=STATES[this.state] if this.state is not CollectionState.PUBLISHED else "",
        picture=shown_picture(this),
    )


def chips(this: Collection) -> tuple[Chip, ...]:
    """The key stages and provisions that a collection is for."""
    terms = this.about.terms
    stages = chips_of(site().library, Facet.KEY_STAGE, terms.get(Facet.KEY_STAGE, ()))
    return (*stages, *chips_of(site().library, Facet.PROVISION, terms.get(Facet.PROVISION, ())))


def themes(this: Collection) -> tuple[str, ...]:
    """The themes that a collection is about, in words."""
    return tuple(label(site().library, Facet.THEME, each) for each in this.about.terms.get(Facet.THEME, ()))
