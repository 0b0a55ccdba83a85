"""Tokens of programmes: whose rights they carry, and when they open nothing more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from kb.actions import managing, tokens
from kb.domain.account import Account, Role
from kb.domain.api_token import Scope
from kb.domain.errors import NotFound
from kb.storage import accounts, api_tokens, journal
from kb.storage.database import Database

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
READ = [Scope.READ]


def add(db: Database, name: str = "Ruth") -> Account:
    return accounts.add(
        db, name=name, email=f"{name.lower()}@example.org", role=Role.READER, schools=["a"], now=NOON
    )


def test_a_token_is_its_owners_for_what_it_was_made_for_and_the_file_does_not_hold_it(db: Database) -> None:
    me = add(db)

    token = tokens.issue(db, me, name="Intranet", scopes=READ, days=30)

    assert tokens.owner(db, token, Scope.READ) == me
    assert tokens.owner(db, token, Scope.TABLES) is None
    assert tokens.owner(db, token[:-1], Scope.READ) is None
    with db.read() as reading:
        assert token not in str(reading.execute("select * from api_tokens").fetchall())
    assert [line.verb for line in journal.entries(db, subject=f"account:{me.id}")] == ["issue-token"]


def test_a_token_ends_by_itself(db: Database) -> None:
    me = add(db)
    token = tokens.issue(db, me, name="Intranet", scopes=READ, days=30)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=30, seconds=2)):
        assert tokens.owner(db, token, Scope.READ) is None


def test_an_ended_token_opens_nothing_and_nobody_ends_anothers(db: Database) -> None:
    me, other = add(db), add(db, "Sam")
    token = tokens.issue(db, me, name="Intranet", scopes=READ, days=30)
    number = api_tokens.of_account(db, me.id)[0].id

    with pytest.raises(NotFound):
        tokens.end(db, other, number)
    assert tokens.owner(db, token, Scope.READ) == me
    tokens.end(db, me, number)

    assert tokens.owner(db, token, Scope.READ) is None


def test_tokens_of_leavers_open_nothing(db: Database) -> None:
    me = add(db)
    token = tokens.issue(db, me, name="Intranet", scopes=READ, days=30)

    managing.leave(db, None, me.id)

    assert tokens.owner(db, token, Scope.READ) is None


def test_nobody_keeps_more_tokens_than_they_can_look_after(db: Database) -> None:
    me = add(db)
    for number in range(tokens.MOST):
        tokens.issue(db, me, name=str(number), scopes=READ, days=30)

    with pytest.raises(tokens.TooMany):
        tokens.issue(db, me, name="one more", scopes=READ, days=30)
