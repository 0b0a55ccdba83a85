"""Following themes, schools, authors and collections; a letter about each week; a feed of one's own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kb.actions import notifying
from kb.domain.account import Account, SiteMode, readable
from kb.domain.article import Article
from kb.domain.errors import NotFound
from kb.domain.following import FollowKind
from kb.domain.job import Job
from kb.domain.library import Library
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.storage import accounts, articles, collections, follows, journal
from kb.storage.database import Database

WEEK = Schedule(kind="following-week", at=time(7, 45), weekday=0)
"""On Monday mornings everybody who wants it is told what was new in the week before."""

STOPS_KEPT = timedelta(days=120)
_SECRET_BYTES = 32
_SEVEN_DAYS = timedelta(days=7)


def follow(
    db: Database, account: Account, kind: FollowKind, subject: str, *, library: Library, reader: Reader
) -> None:
    """Follow something that there is. Raises NotFound."""
    if not _is_there(db, kind, subject, library, reader):
        raise NotFound("There is no such thing to follow.")
    follows.add(db, account.id, kind, subject, datetime.now(UTC))


def unfollow(db: Database, account: Account, kind: FollowKind, subject: str) -> None:
    """Follow it no more."""
    follows.remove(db, account.id, kind, subject)


def set_digest(db: Database, account: Account, *, on: bool) -> None:
    """Write this person about each week, or no more."""
    follows.set_digest(db, account.id, on=on, now=datetime.now(UTC))


def stop(db: Database, token: str) -> None:
    """Stop the letters that carry this secret. Raises NotFound for one of no one's."""
    number = follows.stopped_by(db, token)
    if number is None:
        raise NotFound("This link is too old. Sign in and switch the letters off under Following.")
    follows.set_digest(db, number, on=False, now=datetime.now(UTC))


def begin_feed(db: Database, account: Account) -> str:
    """The secret of a person's feed, 43 letters; it is told this once, and the one before opens nothing more."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    with db.write():
        follows.put_feed_key(db, account.id, token, datetime.now(UTC))
        journal.record(db, actor=account.id, verb="begin-feed", subject=f"account:{account.id}")
    return token


def end_feed(db: Database, account: Account) -> None:
    """Let a person's feed be opened no more."""
    with db.write():
        follows.remove_feed_key(db, account.id)
        journal.record(db, actor=account.id, verb="end-feed", subject=f"account:{account.id}")


def feed_owner(db: Database, token: str) -> Account | None:
    """Whose feed a secret opens; None when it opens none any more."""
    number = follows.feed_of(db, token)
    account = accounts.find(db, number) if number is not None else None
    return account if account and account.active else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLetters:
    """Writes the letters about a week, each once however often its job is done."""

    database: Database
    library: Callable[[], Library]
    mode: SiteMode

    def write(self, job: Job) -> None:
        """Tell everybody who wants it what was new in what they follow, when there was something."""
        turn, now = date.fromisoformat(job.payload["turn"]), datetime.now(UTC)
        follows.forget_stops(self.database, now - STOPS_KEPT)
        for number in follows.with_digest(self.database):
            account = accounts.find(self.database, number)
            found = self._news(account, turn) if account else []
            if account and found:
                self._tell(account, found, turn, now)

    def _news(self, account: Account, turn: date) -> list[Article]:
        asking = Reader(visibilities=readable(account, self.library().group, self.mode))
        slugs = follows.news(self.database, account.id, asking, since=turn - _SEVEN_DAYS, until=turn)
        known = articles.find_all(self.database, slugs, asking)
        return [known[slug] for slug in slugs if slug in known]

    def _tell(self, account: Account, found: list[Article], turn: date, now: datetime) -> None:
        token = secrets.token_urlsafe(_SECRET_BYTES)
        monday = turn - _SEVEN_DAYS
        values = {
            "week": f"{monday.day} {monday:%B %Y}",
            "articles": [{"title": each.title, "link": f"/articles/{each.slug}"} for each in found],
            "stop": {"link": f"/following/stop/{token}"},
            "link": "/following/",
        }
        key = f"week:{account.id}:{turn.isoformat()}"
        with self.database.write():
            follows.keep_stop(self.database, account.id, token, now)
            notifying.notify(self.database, to=account.id, kind="week", values=values, key=key)


def _is_there(db: Database, kind: FollowKind, subject: str, library: Library, reader: Reader) -> bool:
    if kind is FollowKind.THEME:
        return subject in library.taxonomy["themes"]
    if kind is FollowKind.SCHOOL:
        return subject in library.group.schools
    if kind is FollowKind.AUTHOR:
        return follows.is_author(db, subject, reader)
    return collections.find(db, subject, reader) is not None
