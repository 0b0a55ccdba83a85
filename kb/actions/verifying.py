"""Keeping articles right: one click says that one still is, and lists say which ones are late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kb.actions.printing import Press, article_at, renew, standing_of, text_of
from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.edition import EditionKind
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import Verb, may
from kb.domain.search import Reader
from kb.storage import articles, journal
from kb.storage.content import with_days
from kb.storage.database import Database

AGAIN_AFTER = timedelta(days=365)
LONGEST_NOTE = 500
SOON = timedelta(days=30)

_EVERYBODY = Reader(visibilities=frozenset(Visibility))


class NoteTooLong(BadRequest):
    """More was written than a note holds."""

    field = "note"

    def __init__(self) -> None:
        super().__init__(f"Write at most {LONGEST_NOTE} characters; to change the article, edit it.")


class DayWrong(BadRequest):
    """The next review date is none."""

    field = "review_by"

    def __init__(self) -> None:
        super().__init__("Enter a day within the next three years.")


def still_right(
    press: Press, account: Account, slug: str, *, note: str = "", review_by: date | None = None
) -> date:
    """Note that an article is still right, in its file, too; the day by which it is looked at again.

    Raises NotFound when it is not theirs to verify, NoteTooLong, DayWrong.
    """
    today = datetime.now(UTC).date()
    until = review_by or today + AGAIN_AFTER
    with press.database.write():
        article = article_at(press.database, slug)
        if article is None or not may(account, Verb.VERIFY, standing_of(press.database, article)):
            raise NotFound("There is no such article, or it is not yours to look after.")
        if len(note) > LONGEST_NOTE:
            raise NoteTooLong
        if not today < until <= today + 3 * AGAIN_AFTER:
            raise DayWrong
        text = text_of(press.database, press.content, article)
        text = with_days(text, {"reviewed": today, "review_by": until})
        renew(press, account, article, EditionKind.VERIFIED, text, note=note.strip())
        journal.record(
            press.database,
            actor=account.id,
            verb=Verb.VERIFY.value,
            subject=f"article:{slug}",
            school=article.school or "",
            reason=note.strip(),
            detail={"review_by": until.isoformat()},
        )
    return until


def overdue(db: Database, today: date) -> tuple[Article, ...]:
    """Articles whose review date has passed, the one that waits longest first."""
    return articles.to_review(db, _EVERYBODY, today - timedelta(days=1))


def coming(db: Database, today: date) -> tuple[Article, ...]:
    """Articles to be looked at soon, the next one first."""
    return tuple(
        each
        for each in articles.to_review(db, _EVERYBODY, today + SOON)
        if each.review_by and each.review_by >= today
    )


def to_verify(db: Database, account: Account, today: date) -> tuple[Article, ...]:
    """What a person may say is still right and whose date has passed or is near: a lead's are all of them."""
    return tuple(
        each for each in articles.to_review(db, _EVERYBODY, today + SOON) if may_verify(db, account, each)
    )


def may_verify(db: Database, account: Account | None, article: Article) -> bool:
    """True when a person may say that an article is still right."""
    return may(account, Verb.VERIFY, standing_of(db, article))
