"""A person's own record of learning: written, mended, planned and reminded of. Nobody else reads it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from kb.actions.notifying import notify
from kb.domain.account import Account
from kb.domain.cpd import LONGEST, Entry, NextStep
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.permission import Verb, may
from kb.domain.schedule import Schedule
from kb.storage import cpd, cpd_plans
from kb.storage.database import Database

NEXT_STEPS = Schedule(kind="next-steps", at=time(7))
MOST_PLANNED = 50
_GONE = "This is not in your record any more. Look at the record as it is now."


class NotYetDone(BadRequest):
    """A record is of what was done."""

    field = "done_on"

    def __init__(self) -> None:
        super().__init__(
            "This day is still to come. Write it down when it is done, or plan it as a next step."
        )


def log(db: Database, account: Account, entry: Entry) -> int:
    """Write something into a person's record and give its number. Raises NotAllowed, NotYetDone, BadRequest."""
    _good(account, entry)
    return cpd.add(db, account.id, entry, datetime.now(UTC))


def change(db: Database, account: Account, entry: Entry) -> None:
    """Mend a line. Raises NotAllowed, NotYetDone, NotFound, BadRequest."""
    _good(account, entry)
    if not cpd.change(db, account.id, entry):
        raise NotFound(_GONE)


def remove(db: Database, account: Account, entry_id: int) -> None:
    """Take a line out; one of a pathway's step goes with its tick alone. Raises NotFound, BadRequest."""
    with db.write():
        entry = cpd.find(db, account.id, entry_id)
        if entry is None:
            raise NotFound(_GONE)
        if entry.step is not None:
            raise BadRequest("This line belongs to a step of a pathway. Take the tick back there.")
        cpd.remove(db, account.id, entry_id)


def plan(db: Database, account: Account, step: NextStep) -> int:
    """Keep what a person means to do and give its number. Raises NotAllowed, BadRequest."""
    if not may(account, Verb.LEARN):
        raise NotAllowed
    if step.remind and step.due is None:
        raise _at("due", "Choose a day, so that we know when to remind you.")
    with db.write():
        if len([each for each in cpd_plans.planned(db, account.id) if not each.done_at]) >= MOST_PLANNED:
            raise BadRequest(f"You have {MOST_PLANNED} next steps. Finish or remove some first.")
        return cpd_plans.plan(db, account.id, step, datetime.now(UTC))


def settle(db: Database, account: Account, step_id: int, *, done: bool) -> None:
    """Tick what was planned, or take the tick back. Raises NotFound."""
    if not cpd_plans.set_done(db, account.id, step_id, datetime.now(UTC) if done else None):
        raise NotFound(_GONE)


def drop(db: Database, account: Account, step_id: int) -> None:
    """Plan something no longer. Raises NotFound."""
    if not cpd_plans.drop(db, account.id, step_id):
        raise NotFound(_GONE)


def remind(db: Database, turn: date) -> int:
    """Write to everybody who wished to be reminded of a day that has come, once; how many they are."""
    due = cpd_plans.to_remind(db, turn)
    for account_id, step in due:
        notify(
            db,
            to=account_id,
            kind="next-step",
            values={"link": "/cpd/", "due": f"{step.due.day} {step.due:%B %Y}" if step.due else ""},
            key=f"next-step:{step.id}",
        )
    return len(due)


def _good(account: Account, entry: Entry) -> None:
    if not may(account, Verb.LEARN):
        raise NotAllowed
    if entry.done_on > datetime.now(UTC).date():
        raise NotYetDone
    if not 1 <= entry.minutes <= LONGEST:
        raise _at("minutes", "Say how long it took, from 1 minute to 1,000 hours.")


def _at(field: str, message: str) -> BadRequest:
    error = BadRequest(message)
    error.field = field
    return error
