"""The schema is brought up to date once, whole, and never backwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.storage.database import Database, DatabaseUnusable, open_database
from tests.storage.database_processes import seen_by


def test_a_database_of_a_newer_program_is_refused_and_left_alone(db: Database) -> None:
    with db.write() as writing:
        writing.execute(
            "insert into _sqlite_migrations(migration_set, name, applied_at) values ('kb', 'm999_new', '')"
        )
    before = schema(db)

    with pytest.raises(DatabaseUnusable, match=r"newer version of this program \(m999_new\). Start that"):
        open_database(db.path)

    assert schema(db) == before


def test_a_database_that_lacks_a_step_gets_it_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "kb.sqlite"
    db = open_database(path)
    with db.write() as writing:
        writing.execute(
            "insert into articles values ('a','a.md','s','how-to','T','S','public',null,null,null,'{}','B')"
        )
        writing.execute("drop table renderings")
        writing.execute("delete from _sqlite_migrations where name like 'm002%'")
    assert db.pending()

    again = open_database(path)

    assert not again.pending()
    with again.read() as reading:
        assert reading.execute("select count(*) from articles").fetchone()[0] == 1
        assert reading.execute("select count(*) from renderings").fetchone()[0] == 0
        assert reading.execute("pragma foreign_key_check").fetchall() == []


def test_eight_processes_open_a_new_database_at_the_same_moment(tmp_path: Path) -> None:
    assert seen_by("opening", tmp_path) == {"said": ["up to date"], "times": 40}


def test_a_migration_that_is_killed_at_any_statement_runs_again(tmp_path: Path) -> None:
    seen = seen_by("killed_while_migrating", tmp_path)

    assert seen["wrong"] == []
    assert seen["kills"] > 10


def schema(db: Database) -> list[str]:
    with db.read() as reading:
        return [row[0] for row in reading.execute("select sql from sqlite_master order by name")]
