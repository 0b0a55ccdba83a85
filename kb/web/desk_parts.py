"""What the improvement lead puts on pages that are about something else: the start page, an article.

Templates ask for it by name (``desk.collections_with(article.slug)``), so that those pages need not know of it.
"""

from __future__ import annotations

from kb.storage import collections
from kb.web.access import reader
from kb.web.collection_cards import Shown, shown
from kb.web.site import site

ON_THE_START_PAGE = 3


class Desk:
    """Small questions of templates, each answered for whoever is reading."""

    def collections_with(self, slug: str) -> list[Shown]:
        """The published collections that an article is in."""
        return [shown(each) for each in collections.listed(site().database, reader(), article=slug)]

    def newest_collections(self) -> list[Shown]:
        """A few collections for the start page, the one changed last first."""
        found = collections.listed(site().database, reader())
        newest = sorted(found, key=lambda each: each.collection.changed_at, reverse=True)
        return [shown(each) for each in newest[:ON_THE_START_PAGE]]
