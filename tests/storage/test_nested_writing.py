"""What storage writes within an action is one piece: kept together, seen at once by the action, undone together."""

from __future__ import annotations

import pytest

from kb.domain.errors import BadRequest
from kb.storage.database import Database


def _write(db: Database, version: str) -> None:
    with db.write() as writing:
        writing.table("renderings").insert(
            {"content_sha256": "a", "version": version, "html": "", "contents": "[]", "words": 1}
        )


def _write_and_fail(db: Database, version: str) -> None:
    with db.write():
        _write(db, version)
        raise BadRequest("no")


def _versions(db: Database) -> list[str]:
    with db.read() as connection:
        return [row[0] for row in connection.execute("select version from renderings order by version")]


def test_an_action_sees_what_it_has_written_and_keeps_all_of_it(db: Database) -> None:
    with db.write():
        _write(db, "1")
        _write(db, "2")
        within = _versions(db)

    assert within == _versions(db) == ["1", "2"]


def test_what_fails_at_the_end_of_an_action_undoes_its_beginning(db: Database) -> None:
    with pytest.raises(BadRequest):
        _write_and_fail(db, "1")

    assert _versions(db) == []


def test_a_part_that_fails_is_undone_alone_when_the_action_goes_on(db: Database) -> None:
    with db.write():
        _write(db, "1")
        with pytest.raises(BadRequest):
            _write_and_fail(db, "2")

    assert _versions(db) == ["1"]
