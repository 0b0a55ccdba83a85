"""Looking after accounts: roles, schools, leavers, second factors. Every change ends the person's sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kb.domain.account import Account, Role, SchoolNeeded
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.permission import Verb, may
from kb.storage import accounts, credentials, journal, sessions
from kb.storage.database import Database

UNUSED = timedelta(days=90)
"""After this long an account is asked about. Source: DfE's cyber security standards for schools."""


class LastAdministrator(BadRequest):
    """Somebody must be left who can look after accounts."""

    field = "role"

    def __init__(self) -> None:
        super().__init__("This is the only administrator. Make somebody else an administrator first.")


def change(
    db: Database, actor: Account | None, account_id: int, *, role: Role, schools: Sequence[str]
) -> Account:
    """Give a person a role and schools. Raises NotAllowed, NotFound, SchoolNeeded, LastAdministrator.

    actor  None for whoever may run commands on the machine
    """
    _insist(actor)
    if not schools and role is not Role.ADMINISTRATOR:
        raise SchoolNeeded
    with db.write():
        person = _person(db, account_id)
        _keep_one_administrator(db, person, stays=role is Role.ADMINISTRATOR)
        accounts.change_role(db, account_id, role)
        accounts.work_at(db, account_id, schools)
        if (role, set(schools)) != (person.role, set(person.schools)):
            sessions.end(db, account_id)  # what they may do has changed: they sign in anew
        _record(
            db,
            actor,
            "change-account",
            account_id,
            {
                "role": [person.role.value, role.value],
                "schools": [list(person.schools), sorted(schools)],
            },
        )
        return _person(db, account_id)


def leave(db: Database, actor: Account | None, account_id: int) -> None:
    """Close a leaver's account; their sessions end at once. Raises NotAllowed, NotFound, LastAdministrator."""
    _insist(actor)
    with db.write():
        person = _person(db, account_id)
        _keep_one_administrator(db, person, stays=False)
        accounts.leave(db, account_id, datetime.now(UTC))
        sessions.end(db, account_id)
        _record(db, actor, "close-account", account_id)


def come_back(db: Database, actor: Account | None, account_id: int) -> None:
    """Open the account of somebody who has come back. Raises NotAllowed, NotFound."""
    _insist(actor)
    with db.write():
        if _person(db, account_id).email is None:
            raise NotFound("This person’s data were erased. Invite them anew.")
        accounts.come_back(db, account_id)
        _record(db, actor, "open-account", account_id)


def reset_second_factor(db: Database, actor: Account | None, account_id: int) -> None:
    """Take a second factor away, for somebody who has lost the phone; they set it up anew when they sign in.

    Make sure that it is really them who ask. Raises NotAllowed, NotFound.
    """
    _insist(actor)
    with db.write():
        _person(db, account_id)
        credentials.set_second_factor(db, account_id, None)
        sessions.end(db, account_id)
        _record(db, actor, "reset-second-factor", account_id)


def sign_out_everywhere(db: Database, actor: Account | None, account_id: int) -> int:
    """End every session of a person; return how many. Raises NotAllowed, NotFound."""
    _insist(actor)
    with db.write():
        _person(db, account_id)
        ended = sessions.end(db, account_id)
        _record(db, actor, "end-sessions", account_id, {"sessions": ended})
    return ended


def unused(db: Database, now: datetime) -> tuple[Account, ...]:
    """Active accounts that nobody has used for 90 days, longest unused first."""
    before = now - UNUSED
    return tuple(sorted((each for each in accounts.everybody(db) if _last(each) < before), key=_last))


def _last(account: Account) -> datetime:
    """When an account was last used, or made when it never was."""
    return account.used or account.made or datetime.max.replace(tzinfo=UTC)


def _insist(actor: Account | None) -> None:
    if actor is not None and not may(actor, Verb.MANAGE_ACCOUNTS):
        raise NotAllowed


def _person(db: Database, account_id: int) -> Account:
    found = accounts.find(db, account_id)
    if found is None:
        raise NotFound("There is no such account. Choose one from the list.")
    return found


def _keep_one_administrator(db: Database, person: Account, *, stays: bool) -> None:
    if person.role is not Role.ADMINISTRATOR or stays or not person.active:
        return
    if [each.id for each in accounts.everybody(db, role=Role.ADMINISTRATOR)] == [person.id]:
        raise LastAdministrator


def _record(
    db: Database, actor: Account | None, verb: str, account_id: int, detail: dict[str, object] | None = None
) -> None:
    journal.record(
        db, actor=actor.id if actor else None, verb=verb, subject=f"account:{account_id}", detail=detail
    )
