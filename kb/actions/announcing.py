"""The lead tells people something for a while; each puts it away once they have read it."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.domain.account import Account
from kb.domain.announcement import Announcement, checked
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.storage import announcements, journal
from kb.storage.database import Database


def announce(db: Database, account: Account, announcement: Announcement) -> int:
    """Tell something, or tell it otherwise when it has a number; give the number.

    Raises AnnouncementRefused, NotFound.
    """
    _refuse_others(account)
    good = checked(announcement)
    with db.write():
        if good.id and announcements.find(db, good.id) is None:
            raise NotFound("There is no such announcement any more.")
        if good.id:
            announcements.change(db, good)
        number = good.id or announcements.add(db, good, by=account.id, now=datetime.now(UTC))
        _note(db, account, "announce", number)
    return number


def take_back(db: Database, account: Account, number: int) -> None:
    """Tell it no more. Raises NotFound."""
    _refuse_others(account)
    with db.write():
        announcements.remove(db, number)
        _note(db, account, "take-back-announcement", number)


def put_away(db: Database, account: Account, number: int) -> None:
    """Show it to this person no more."""
    announcements.put_away(db, number, account.id)


def _refuse_others(account: Account) -> None:
    if not may(account, Verb.CURATE):
        raise NotFound("There is no such announcement.")


def _note(db: Database, account: Account, verb: str, number: int) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"announcement:{number}")
