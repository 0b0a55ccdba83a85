"""What the improvement lead puts on pages that are about something else: the start page, an article, a card.

Templates ask for it by name (``desk.collections_with(article.slug)``), so that those pages need not know of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import g

from kb.actions import pinning
from kb.domain.announcement import Announcement
from kb.domain.approach import Approach, Asked
from kb.domain.permission import Verb, may
from kb.domain.pin import PinKind
from kb.storage import announcements, approaches, collections, follows, reading_lists
from kb.web.access import current, reader
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

    def is_approach(self, slug: str) -> bool:
        """True for an article that is a trust approach."""
        return ("article", slug) in self._approaches()

    def is_common(self, slug: str) -> bool:
        """True for a collection that is a trust approach."""
        return ("collection", slug) in self._approaches()

    def approach_about(self, kind: str, slug: str) -> Approach | None:
        """The trust approach that an article or a collection is; None when it is none."""
        return self._approaches().get((kind, slug))

    def asked_of_me(self) -> list[Asked]:
        """What whoever reads this is asked to read and has not confirmed."""
        me = current()
        asked = approaches.asked_of(site().database, me.id, reader()) if me else ()
        return [each for each in asked if each.read_at is None]

    def announcements(self) -> tuple[Announcement, ...]:
        """What is announced to whoever reads this and not put away."""
        me = current()
        return announcements.for_person(site().database, me.id, self.today()) if me else ()

    def pinned(self, question: str) -> tuple[tuple[PinKind, str, str, str], ...]:
        """(kind, address, title, reason) of what the lead shows before the results of a question."""
        return pinning.shown_for(site().database, question, reader())

    def follows(self, kind: str, subject: str) -> bool:
        """True when whoever reads this follows something."""
        me = current()
        if me is None:
            return False
        if "follows" not in g:
            g.follows = {(each.kind.value, each.subject) for each in follows.of(site().database, me.id)}
        return (kind, subject) in g.follows

    def reading_lists(self) -> list[tuple[int, str]]:
        """(number, name) of the reader's own lists."""
        me = current()
        return [(each.id, each.title) for each in reading_lists.of(site().database, me.id)] if me else []

    def may_curate(self) -> bool:
        """True when whoever reads this looks after collections and approaches."""
        return may(current(), Verb.CURATE)

    def post_name(self, post: str) -> str:
        """What a post is called."""
        return site().library.taxonomy["roles"].label_of(post)

    def today(self) -> date:
        """The day."""
        return datetime.now(UTC).date()

    def _approaches(self) -> dict[tuple[str, str], Approach]:
        """(kind, address) → approach; asked once for each page."""
        if "approaches" not in g:
            found = approaches.listed(site().database, reader())
            g.approaches = {(each.kind.value, each.subject): each for each in found}
        kept: dict[tuple[str, str], Approach] = g.approaches
        return kept
