"""Accounts and sessions, down to the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kb.domain.account import Role, handle_from
from kb.domain.session import LONG, SHORT, Limits, Way, alive
from kb.storage import accounts, sessions
from kb.storage.accounts import EmailTaken
from kb.storage.database import Database

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def add(db: Database, name: str = "Ruth Okonjo", email: str = "ruth@example.org", **more: object) -> int:
    options: dict[str, object] = {"role": Role.CONTRIBUTOR, "schools": ["a", "b"], "now": NOON}
    return accounts.add(db, name=name, email=email, **(options | more)).id  # type: ignore[arg-type]


def test_a_person_is_found_by_number_address_and_handle(db: Database) -> None:
    number = add(db, email="Ruth@Example.org")

    found = accounts.find(db, number)

    assert found is not None
    assert (found.email, found.handle, found.schools) == ("ruth@example.org", "r.okonjo", ("a", "b"))
    assert accounts.by_email(db, " RUTH@example.org ") == accounts.by_handle(db, "r.okonjo") == found


def test_two_people_of_one_name_have_two_handles_and_never_one_address(db: Database) -> None:
    add(db)
    other = accounts.find(db, add(db, "Rosa Okonjo", "rosa@example.org"))

    assert other is not None
    assert other.handle == "r.okonjo-2"
    with pytest.raises(EmailTaken):
        add(db, "Somebody Else", "RUTH@example.org")


def test_people_are_listed_by_school_role_and_whether_they_left(db: Database) -> None:
    ruth, sam = add(db), add(db, "Sam Mistry", "sam@example.org", role=Role.READER, schools=["b"])

    accounts.leave(db, sam, NOON)

    assert [each.id for each in accounts.everybody(db, school="b")] == [ruth]
    assert [each.id for each in accounts.everybody(db, active=None)] == [ruth, sam]
    assert [each.id for each in accounts.everybody(db, active=False, role=Role.READER)] == [sam]


def test_a_token_finds_its_session_and_the_file_does_not_hold_it(db: Database) -> None:
    number = add(db)

    token = sessions.begin(db, number, way=Way.PASSWORD, browser="Firefox", now=NOON)

    found = sessions.find(db, token)
    assert found is not None
    assert (found.account_id, found.used) == (number, NOON)
    assert sessions.find(db, token[:-1]) is None
    files = [path for path in db.path.parent.iterdir() if path.is_file()]
    assert files
    assert not any(token.encode() in path.read_bytes() for path in files)


def test_a_person_ends_sessions_of_their_own_and_of_nobody_else(db: Database) -> None:
    ruth, sam = add(db), add(db, "Sam Mistry", "sam@example.org")
    of_ruth = [sessions.begin(db, ruth, way=Way.PASSWORD, browser="", now=NOON) for _ in range(3)]
    of_sam = sessions.begin(db, sam, way=Way.PASSWORD, browser="", now=NOON)
    first, last = (sessions.find(db, token) for token in (of_ruth[0], of_sam))
    assert first is not None
    assert last is not None

    assert sessions.end(db, ruth, [first.id, last.id]) == 1
    assert sessions.end(db, ruth) == 2

    assert len(sessions.of_account(db, ruth)) == 0
    assert len(sessions.of_account(db, sam)) == 1


@pytest.mark.parametrize(("role", "limits"), [(Role.CONTRIBUTOR, LONG), (Role.ADMINISTRATOR, SHORT)])
def test_a_session_counts_until_it_is_idle_or_old(db: Database, role: Role, limits: Limits) -> None:
    token = sessions.begin(db, add(db, role=role), way=Way.PASSWORD, browser="", now=NOON)
    found = sessions.find(db, token)
    assert found is not None
    just, second = timedelta(seconds=1), timedelta(0)

    assert alive(found, role, NOON + limits.idle - just)
    assert not alive(found, role, NOON + limits.idle + second)
    sessions.note_use(db, found.id, NOON + limits.whole - just)
    used = sessions.find(db, token)
    assert used is not None
    assert alive(used, role, NOON + limits.whole - just)
    assert not alive(used, role, NOON + limits.whole)


def test_a_session_from_the_future_does_not_count(db: Database) -> None:
    token = sessions.begin(db, add(db), way=Way.PASSWORD, browser="", now=NOON)
    found = sessions.find(db, token)
    assert found is not None

    assert not alive(found, Role.READER, NOON - timedelta(hours=1))


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("R. Okonjo", "r.okonjo"),
        ("Zoë van der Berg-Müller", "z.berg-muller"),
        ("Cher", "cher"),
        ("李小龍", "person"),
    ],
)
def test_a_handle_is_plain_letters(name: str, handle: str) -> None:
    assert handle_from(name) == handle
