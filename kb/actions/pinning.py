"""Pins: the lead says what is shown before the results of which searches, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.domain.account import Account
from kb.domain.article import Visibility
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.domain.pin import PinKind, PinRefused, checked_reason, fitting, phrases
from kb.domain.search import Reader
from kb.storage import approaches, articles, collections, journal, pins
from kb.storage.database import Database

MOST_SHOWN = 2
"""So many pins are shown above one list; more would push the answers away."""

_EVERYBODY = Reader(visibilities=frozenset(Visibility))


def pin(
    db: Database, account: Account, kind: PinKind, target: str, *, reason: str, words: str, check: Checker
) -> int:
    """Show something before the results of searches that hold one of these phrases.

    words  phrases, one a line or between commas

    Raises NotFound, PinRefused, PersonalData.
    """
    _refuse_others(account)
    good, told = phrases(words), checked_reason(reason)
    keep_pupils_out(check, {"reason": told, "words": "\n".join(good)})
    with db.write():
        if title_of(db, kind, target, _EVERYBODY) is None:
            raise PinRefused("target", "There is nothing at this address. Choose from the list.")
        number = pins.add(db, kind, target, reason=told, words=good, by=account.id, now=datetime.now(UTC))
        _note(db, account, "pin", number, {"kind": kind.value, "target": target})
    return number


def change(db: Database, account: Account, number: int, *, reason: str, words: str, check: Checker) -> None:
    """Say other words or another reason. Raises NotFound, PinRefused, PersonalData."""
    _refuse_others(account)
    good, told = phrases(words), checked_reason(reason)
    keep_pupils_out(check, {"reason": told, "words": "\n".join(good)})
    with db.write():
        if not pins.change(db, number, reason=told, words=good):
            raise NotFound("There is no such pin any more.")
        _note(db, account, "change-pin", number)


def unpin(db: Database, account: Account, number: int) -> None:
    """Show it first no more. Raises NotFound."""
    _refuse_others(account)
    with db.write():
        pins.remove(db, number)
        _note(db, account, "unpin", number)


def shown_for(db: Database, question: str, reader: Reader) -> tuple[tuple[PinKind, str, str, str], ...]:
    """(kind, address, title, reason) of what this reader is shown before the results of a question."""
    if not question:
        return ()
    found = []
    for each in fitting(pins.every(db), question):
        title = title_of(db, each.kind, each.target, reader)
        if title is not None:
            found.append((each.kind, address_of(each.kind, each.target), title, each.reason))
    return tuple(found[:MOST_SHOWN])


def title_of(db: Database, kind: PinKind, target: str, reader: Reader) -> str | None:
    """What is pinned, by its title; None when this reader may not see it."""
    if kind is PinKind.ARTICLE:
        article = articles.find(db, target, reader)
        return article.title if article else None
    if kind is PinKind.COLLECTION:
        collection = collections.find(db, target, reader)
        return collection.about.title if collection else None
    approach = approaches.find(db, target, reader)
    return approach.title if approach else None


def address_of(kind: PinKind, target: str) -> str:
    """The page of what is pinned."""
    folder = {PinKind.ARTICLE: "articles", PinKind.COLLECTION: "collections", PinKind.APPROACH: "approaches"}
    return f"/{folder[kind]}/{target}"


def _refuse_others(account: Account) -> None:
    if not may(account, Verb.CURATE):
        raise NotFound("There is no such pin.")


def _note(
    db: Database, account: Account, verb: str, number: int, detail: dict[str, object] | None = None
) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"pin:{number}", detail=detail)
