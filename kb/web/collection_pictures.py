"""The picture of a collection: one that an article in it shows, seen by whoever may read such an article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from kb.domain.article import Article
from kb.domain.collection import Collection
from kb.domain.picture import shown_in
from kb.storage import collections, published_pictures
from kb.web.access import reader
from kb.web.site import site

_ALT = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\((?:\.\./|/)?pictures/([0-9a-f]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, and what it shows in words. ``small`` is enough for a card."""

    address: str
    small: str
    alt: str


def shown_picture(collection: Collection) -> Picture | None:
    """Its picture, while it may be shown to this reader; None otherwise and where it has none."""
    here, name = site(), collection.about.picture
    today = datetime.now(tz=UTC).date()
    if not name or not published_pictures.may_be_shown(here.settings.content, name, today):
        return None
    if not collections.shows_picture(here.database, collection.id, name, reader()):
        return None
    about = published_pictures.published_about(here.settings.content, name)
    return Picture(
        address=f"/pictures/{name}.webp",
        small=f"/pictures/{name}-small.webp",
        alt=about.alt if about else "",
    )


def pictures_of(several: Iterable[Article]) -> list[tuple[str, str]]:
    """(name, what it shows) of every picture that these articles show and that may be shown today."""
    today, found = datetime.now(tz=UTC).date(), {}
    for article in several:
        words = {name: re.sub(r"\\(.)", r"\1", alt) for alt, name in _ALT.findall(article.body)}
        for name in shown_in(article.body):
            if published_pictures.may_be_shown(site().settings.content, name, today):
                found[name] = words.get(name) or f"A picture of ‘{article.title}’"
    return list(found.items())
