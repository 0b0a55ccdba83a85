"""Saving what somebody has typed, and bringing two versions together. No sentence is ever lost on the way.

Each page that is open for writing says which revision it began with and carries a name of its own, its *pen*. When
nobody else has saved since, a save becomes the text. When somebody has: what the page saves by itself is put aside
under its pen, and what a person saves is put together with the other's where the two do not touch. Where they do, it
is put aside and the person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from kb.actions.text_journal import note
from kb.actions.text_rights import NotYours, could_ever, text_for
from kb.domain.account import Account, Role
from kb.domain.errors import BadRequest, NotFound, TooLarge
from kb.domain.merging import Choice, Merging, merging
from kb.domain.permission import Verb, may
from kb.domain.text import Content, Kind, Revision, Text
from kb.domain.text_fields import tidied
from kb.storage import text_revisions, texts
from kb.storage.database import Database

LONGEST_BODY = 200_000
LONGEST_FIELD = 5_000
_ANY_SCHOOL = frozenset({Role.LEAD, Role.REVIEWER})


class Outcome(StrEnum):
    """What became of a save."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    ASIDE = "aside"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save, and the revision that counts now.

    aside  the number of the revision that was put aside, None when none was
    """

    outcome: Outcome
    revision: int
    aside: int | None = None


class Overtaken(BadRequest):
    """Somebody has saved between two looks of a person who brings two versions together."""

    def __init__(self) -> None:
        super().__init__("The article has been saved again in the meantime. Look at both versions once more.")


class Undecided(BadRequest):
    """A place that two people changed was left open."""

    def __init__(self) -> None:
        super().__init__("Choose for each place which words should stay.")


def save(
    db: Database,
    account: Account,
    text_id: int,
    *,
    based_on: int,
    pen: str,
    changes: Mapping[str, object],
    body: str | None = None,
    auto: bool = False,
) -> Saved:
    """Keep what was typed on a page.

    based_on  the number of the revision that the page began with
    changes   the fields that the page shows, empty ones too; the others stay
    body      None when the page does not show the text itself
    auto      True for what the page saves by itself

    Raises NotFound, NotYours, BadRequest and TooLarge. What comes too late to be part of the text, because it was
    sent in meanwhile, is put aside: LATE.
    """
    _refuse_too_long(changes, body)
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.SEE)
        before = _beginning(db, text, based_on)
        mine = _changed(before.content, changes, body)
        if not may(account, Verb.EDIT, text.standing):
            return _late(db, account, text, before, mine, pen, now)
        if mine in (before.content, text.content):
            return Saved(outcome=Outcome.UNCHANGED, revision=text.revision)
        _refuse_foreign_school(account, text, mine)
        if based_on == text.revision:
            return _write(db, account, text, mine, Kind.AUTOSAVE if auto else Kind.SAVE, pen, now)
        together = None if auto else merging(before.content, mine, text.content)
        if together is None or together.clashes:
            return _put_aside(db, account, text, before, mine, pen, now)
        saved = _write(db, account, text, together.settled({}), Kind.MERGE, pen, now)
        text_revisions.settle_pen(db, text.id, pen, by=saved.revision)
        return replace(saved, outcome=Outcome.MERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A version that was put aside, next to the text as it is now."""

    text: Text
    aside: Revision
    together: Merging


def side_by_side(db: Database, account: Account, text_id: int, number: int) -> Side:
    """A version that waits for a decision, put together with the text as far as that goes.

    Raises NotFound, NotNow, NotYours.
    """
    text = text_for(db, account, text_id, Verb.EDIT)
    aside = text_revisions.find(db, text_id, number)
    if aside is None or aside.kind is not Kind.ASIDE or aside.settled_by is not None:
        raise NotFound("This version has been dealt with already. Look at the article as it is now.")
    before = _beginning(db, text, aside.based_on)
    return Side(text=text, aside=aside, together=merging(before.content, aside.content, text.content))


def bring_together(
    db: Database, account: Account, text_id: int, number: int, *, onto: int, choices: Mapping[str, Choice]
) -> int:
    """Take a version that was put aside into the text; return the number of the revision that counts now.

    onto     the revision that the person saw beside it
    choices  name of each place that both changed → what stays

    Raises Overtaken, Undecided and what ``side_by_side`` raises.
    """
    now = datetime.now(UTC)
    with db.write():
        side = side_by_side(db, account, text_id, number)
        if side.text.revision != onto:
            raise Overtaken
        if any(clash.name not in choices for clash in side.together.clashes):
            raise Undecided
        content = side.together.settled(choices)
        revision = side.text.revision
        if content != side.text.content:
            _refuse_foreign_school(account, side.text, content)
            revision = _write(db, account, side.text, content, Kind.MERGE, side.aside.pen, now).revision
        text_revisions.settle(db, text_id, number, by=revision)
    return revision


def leave_out(db: Database, account: Account, text_id: int, number: int) -> None:
    """Decide that a version that was put aside is not needed; it stays in the history."""
    with db.write():
        side = side_by_side(db, account, text_id, number)
        text_revisions.settle(db, text_id, number, by=side.text.revision)
        note(db, account, side.text, "leave-out", revision=number)


def restore(db: Database, account: Account, text_id: int, number: int, *, onto: int) -> int:
    """Make an older version the text again, as a new revision; return its number.

    Raises Overtaken when somebody has saved since the person looked, NotFound, NotNow, NotYours.
    """
    now = datetime.now(UTC)
    with db.write():
        text = text_for(db, account, text_id, Verb.EDIT)
        older = text_revisions.find(db, text_id, number)
        if older is None:
            raise NotFound("There is no such version of this article. Choose one from its history.")
        if text.revision != onto:
            raise Overtaken
        if older.content == text.content:
            return text.revision
        _refuse_foreign_school(account, text, older.content)
        return _write(db, account, text, older.content, Kind.RESTORE, "", now).revision


def _beginning(db: Database, text: Text, number: int) -> Revision:
    found = text_revisions.base(db, text.id, number) if 0 < number <= _newest(db, text) else None
    if found is None:
        raise BadRequest("This page is not of this article. Copy your words, then open the article again.")
    return found


def _newest(db: Database, text: Text) -> int:
    return max(text.revision, text_revisions.newest(db, text.id))


def _changed(content: Content, changes: Mapping[str, object], body: str | None) -> Content:
    kept = {key: value for key, value in content.fields.items() if key not in changes}
    return Content(fields=kept | dict(tidied(changes)), body=content.body if body is None else body)


def _write(
    db: Database, account: Account, text: Text, content: Content, kind: Kind, pen: str, now: datetime
) -> Saved:
    number = text_revisions.add(
        db,
        text.id,
        based_on=text.revision,
        kind=kind,
        saved_by=account.id,
        pen=pen,
        content=content,
        now=now,
    )
    school = content.one("school")
    if school and school != text.school:
        texts.set_school(db, text.id, school)
    if kind is Kind.AUTOSAVE:
        text_revisions.thin(db, text.id)
    else:
        note(db, account, text, kind.value, revision=number)
    return Saved(outcome=Outcome.SAVED, revision=number)


def _put_aside(
    db: Database, account: Account, text: Text, before: Revision, mine: Content, pen: str, now: datetime
) -> Saved:
    """Keep a version beside the text; of what one page puts aside the last is enough."""
    last = text_revisions.of_pen(db, text.id, pen)
    if last and last.content == mine:
        return Saved(outcome=Outcome.ASIDE, revision=text.revision, aside=last.number)
    number = text_revisions.add(
        db,
        text.id,
        based_on=before.number,
        kind=Kind.ASIDE,
        saved_by=account.id,
        pen=pen,
        content=mine,
        now=now,
    )
    text_revisions.drop_older_of_pen(db, text.id, pen, but=number)
    return Saved(outcome=Outcome.ASIDE, revision=text.revision, aside=number)


def _late(
    db: Database, account: Account, text: Text, before: Revision, mine: Content, pen: str, now: datetime
) -> Saved:
    if not could_ever(account, Verb.EDIT, text):
        raise NotYours(Verb.EDIT)
    if mine in (before.content, text.content):
        return Saved(outcome=Outcome.UNCHANGED, revision=text.revision)
    return replace(_put_aside(db, account, text, before, mine, pen, now), outcome=Outcome.LATE)


def _refuse_too_long(changes: Mapping[str, object], body: str | None) -> None:
    if len((body or "").encode("utf-8", "replace")) > LONGEST_BODY:
        raise TooLarge(
            f"The text is longer than {LONGEST_BODY // 1000} kB. Split it into two articles; nothing was lost."
        )
    for key, value in changes.items():
        if isinstance(value, str) and len(value) > LONGEST_FIELD:
            error = BadRequest(f"Use at most {LONGEST_FIELD} characters here.")
            error.field = key
            raise error


def _refuse_foreign_school(account: Account, text: Text, content: Content) -> None:
    school = content.one("school")
    if school in ("", text.school, *account.schools) or account.role in _ANY_SCHOOL:
        return
    error = BadRequest("Choose a school where you work.")
    error.field = "school"
    raise error
