"""The journal: every line stays as it was written, and a forged one is noticed."""

from __future__ import annotations

import pytest
from sqlite_utils.utils import sqlite3

from kb.storage import journal
from kb.storage.database import Database


@pytest.fixture
def three(db: Database) -> Database:
    journal.record(db, actor=None, verb="begin", subject="site")
    journal.record(db, actor=7, verb="invite", subject="invitation:1", school="a", detail={"role": "reader"})
    journal.record(db, actor=7, verb="withdraw", subject="article:x", reason="A pupil could be recognised.")
    return db


def tampered(db: Database, statement: str) -> list[str]:
    """What is found after somebody with the file in their hands has changed it, guards and all."""
    with db.write() as writing:
        writing.execute("drop trigger journal_is_never_changed")
        writing.execute("drop trigger journal_is_never_shortened")
        writing.execute(statement)
    return list(journal.problems(db))


def test_lines_are_found_again_newest_first(three: Database) -> None:
    newest, second, _ = journal.entries(three)

    assert (newest.verb, newest.reason, newest.actor) == ("withdraw", "A pupil could be recognised.", 7)
    assert second.detail == {"role": "reader"}
    assert [each.id for each in journal.entries(three, school="a")] == [2]
    assert [each.id for each in journal.entries(three, before=2)] == [1]
    assert not list(journal.problems(three))


@pytest.mark.parametrize("statement", ["update journal set actor = 8", "delete from journal where id = 3"])
def test_the_database_itself_refuses_to_change_a_line(three: Database, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"), three.write() as writing:
        writing.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set actor = 8 where id = 2",
        "update journal set at = replace(at, '2', '3') where id = 2",
        "update journal set detail = '{}' where id = 2",
        "delete from journal where id = 2",
        "update journal set reason_sha256 = '' where id = 3",
        "update journal_reasons set reason = 'No reason.' where entry = 3",
    ],
)
def test_a_line_that_was_changed_all_the_same_is_noticed(three: Database, statement: str) -> None:
    assert len(tampered(three, statement)) == 1


def test_a_reason_can_be_erased_and_the_chain_stays_whole(three: Database) -> None:
    with three.write() as writing:
        writing.execute("delete from journal_reasons")

    assert not list(journal.problems(three))
    assert journal.entries(three)[0].reason == ""


def test_a_line_goes_when_what_it_tells_of_did_not_happen(three: Database) -> None:
    def fails_after_writing() -> None:
        with three.write():
            journal.record(three, actor=7, verb="invite", subject="invitation:2")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one above
        fails_after_writing()

    assert len(journal.entries(three)) == 3
