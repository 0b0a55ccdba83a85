"""Review dates as a calendar that a calendar program fetches by an address with a secret in it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from kb.actions.printing import standing_of
from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.domain.search import Reader
from kb.storage import accounts, articles, calendar_keys, journal
from kb.storage.database import Database

_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_SECRET_BYTES = 32


def begin(db: Database, account: Account) -> str:
    """The secret of a person's calendar, 43 letters; it is told this once, and the one before opens nothing more."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    with db.write():
        calendar_keys.put(db, account.id, token)
        journal.record(db, actor=account.id, verb="begin-calendar", subject=f"account:{account.id}")
    return token


def end(db: Database, account: Account) -> None:
    """Let a person's calendar be opened no more."""
    with db.write():
        calendar_keys.remove(db, account.id)
        journal.record(db, actor=account.id, verb="end-calendar", subject=f"account:{account.id}")


def has_calendar(db: Database, account_id: int) -> bool:
    """True when a person has a calendar."""
    return calendar_keys.has_one(db, account_id)


def calendar(db: Database, token: str, *, home: str) -> bytes:
    """The review dates of what a person may verify, as iCalendar (RFC 5545). Raises NotFound for a secret of no one's.

    home  the address of the site, for links
    """
    number = calendar_keys.account_of(db, token)
    account = accounts.find(db, number) if number is not None else None
    if account is None or not account.active:
        raise NotFound(
            "This calendar’s address does not work any more. Make a new one on the page of review dates."
        )
    feed = Calendar()
    feed.add("prodid", "-//Good practice//Review dates//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Articles to look at again")
    feed.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for article in articles.to_review(db, _EVERYBODY):
        if may(account, Verb.VERIFY, standing_of(db, article)):
            feed.add_component(_event(article, home))
    made: bytes = feed.to_ical()
    return made


def _event(article: Article, home: str) -> Event:
    event = Event()
    event.add("uid", f"{article.slug}@{urlsplit(home).hostname}")
    event.add("dtstamp", datetime.now(UTC))
    event.add("summary", f"Still right? {article.title}")
    if article.review_by:
        event.add("dtstart", article.review_by)
        event.add("dtend", article.review_by + timedelta(days=1))
    event.add("url", f"{home}/articles/{article.slug}")
    event.add("transp", "TRANSPARENT")
    return event
