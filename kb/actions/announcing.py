"""The lead tells people something for a while; each puts it away once they have read it."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.domain.account import Account
from kb.domain.announcement import Announcement, checked
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.storage import announcements, journal
from kb.storage.database import Database


def announce(db: Database, account: Account, announcement: Announcement, *, check: Checker) -> int:
    """Tell something, or tell it otherwise when it has a number; give the number.

    Raises AnnouncementRefused, PersonalData, NotFound.
    """
    _refuse_others(account)
    good = checked(announcement)
    with db.write():
        there = announcements.find(db, good.id) if good.id else None
        if good.id and there is None:
            raise NotFound("There is no such announcement any more.")
        keep_pupils_out(check, _words(good), before=_words(there) if there else {})
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


def _words(announcement: Announcement) -> dict[str, str]:
    return {"title": announcement.title, "words": announcement.words}


def _refuse_others(account: Account) -> None:
    if not may(account, Verb.CURATE):
        raise NotFound("There is no such announcement.")


def _note(db: Database, account: Account, verb: str, number: int) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"announcement:{number}")
