"""Rendered texts are found again under the fingerprint and the version they were kept with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.storage import renderings
from kb.storage.database import Database, open_database
from kb.storage.renderings import Stored

SHA = "a" * 64
TEXT = Stored(
    html="<h2 id='text-why'>Why ‘now’?</h2>",
    contents=((2, "text-why", "Why ‘now’?"), (3, "text-b", "B")),
    words=2,
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "kb.sqlite")
    yield database
    database.close()


def count(db: Database) -> int:
    with db.read() as connection:
        rows: int = connection.execute("select count(*) from renderings").fetchone()[0]
    return rows


def test_a_text_is_found_as_it_was_kept(db: Database) -> None:
    renderings.keep(db, SHA, "version 1", TEXT)

    assert renderings.find(db, SHA, "version 1") == TEXT


def test_a_text_is_not_found_for_another_fingerprint_or_version(db: Database) -> None:
    renderings.keep(db, SHA, "version 1", TEXT)

    assert renderings.find(db, "b" * 64, "version 1") is None
    assert renderings.find(db, SHA, "version 2") is None


def test_keeping_again_replaces(db: Database) -> None:
    renderings.keep(db, SHA, "version 1", TEXT)
    other = Stored(html="<p>x</p>", contents=(), words=1)

    renderings.keep(db, SHA, "version 1", other)

    assert renderings.find(db, SHA, "version 1") == other


def test_a_new_version_takes_the_place_of_the_old_and_leaves_other_texts_alone(db: Database) -> None:
    renderings.keep(db, SHA, "version 1", TEXT)
    renderings.keep(db, "b" * 64, "version 1", TEXT)

    renderings.keep(db, SHA, "version 2", TEXT)

    assert renderings.find(db, SHA, "version 2") == TEXT
    assert renderings.find(db, "b" * 64, "version 1") == TEXT
    assert count(db) == 2
