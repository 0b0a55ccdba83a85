"""The database keeps what it accepted: whatever is killed, full, damaged or done by several at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.utils import sqlite3

from kb.domain.errors import Unavailable
from kb.storage.database import Database, DatabaseUnusable, has_reset_bug, open_database
from tests.small_disks import may_mount
from tests.storage.database_processes import seen_by

PRAGMAS = {
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    "synchronous": 2,  # full
    "journal_mode": "wal",
    "mmap_size": 0,
}


@pytest.mark.parametrize(
    ("version", "damaging"),
    [
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 44, 9), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((3, 53, 4), False),
        ((4, 0, 0), False),
    ],
)
def test_the_versions_of_sqlite_that_can_lose_pages_are_known(
    version: tuple[int, ...], damaging: bool
) -> None:
    assert has_reset_bug(version) is damaging


def test_the_sqlite_in_use_is_a_sound_one() -> None:
    assert not has_reset_bug(sqlite3.sqlite_version_info)


def test_a_damaging_sqlite_is_refused_before_anything_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))

    with pytest.raises(DatabaseUnusable, match=r"can damage the database\. Install pysqlite3 0\.6\.1"):
        open_database(tmp_path / "kb.sqlite")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", PRAGMAS)
def test_readers_and_writers_are_opened_in_the_one_safe_way(db: Database, name: str) -> None:
    with db.read() as reading:
        assert reading.execute(f"pragma {name}").fetchone()[0] == PRAGMAS[name]
    with db.write() as writing:
        assert writing.execute(f"pragma {name}").fetchone()[0] == PRAGMAS[name]


def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(Unavailable), db.read() as reading:
        reading.execute("delete from articles")
    with db.read() as reading:
        reading.execute("pragma query_only = off")
    with pytest.raises(Unavailable), db.read() as reading:
        reading.execute("delete from articles")


def test_what_one_transaction_did_is_all_kept_or_nothing(db: Database) -> None:
    def insert_two(name: str) -> None:
        with db.write() as writing:
            for part in "ab":
                writing.execute(
                    "insert into renderings values (:sha, 'v', '', '[]', 0)", {"sha": name + part}
                )
            if name == "bad":
                raise ValueError(name)

    insert_two("good")
    with pytest.raises(ValueError, match="bad"):
        insert_two("bad")
    insert_two("again")

    with db.read() as reading:
        kept = [row[0] for row in reading.execute("select content_sha256 from renderings order by 1")]
    assert kept == ["againa", "againb", "gooda", "goodb"]


def test_a_broken_rule_of_the_schema_is_told_as_such_and_undone(db: Database) -> None:
    two = "insert into renderings values ('a', 'v', '', '[]', 0), ('b', 'v', '', 'no json', 0)"

    with pytest.raises(sqlite3.IntegrityError), db.write() as writing:
        writing.execute(two)

    with db.read() as reading:
        assert reading.execute("select count(*) from renderings").fetchone()[0] == 0


def test_a_term_must_belong_to_an_article(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), db.write() as writing:
        writing.execute("insert into article_terms values ('nowhere', 'theme', 'x')")


def test_a_reader_never_sees_half_a_transaction(db: Database) -> None:
    with db.write() as writing:
        writing.execute("insert into renderings values ('a', 'v', '', '[]', 0)")

        with Database(db.path).read() as reading:
            assert reading.execute("select count(*) from renderings").fetchone()[0] == 0

    with db.read() as reading:
        assert reading.execute("select count(*) from renderings").fetchone()[0] == 1


def test_a_writer_waits_for_another(db: Database) -> None:
    inside, order = threading.Event(), []

    def slow() -> None:
        with db.write():
            inside.set()
            time.sleep(0.3)
            order.append("slow")
        db.close()

    thread = threading.Thread(target=slow)
    thread.start()
    inside.wait()
    with db.write():
        order.append("quick")
    thread.join()

    assert order == ["slow", "quick"]


def test_each_thread_has_connections_of_its_own(db: Database) -> None:
    seen: list[object] = []

    def look() -> None:
        with db.read() as reading:
            seen.append(reading)
        db.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    with db.read() as reading:
        assert reading is not seen[0]
    with db.read() as again:
        assert again is reading


def test_the_folder_is_made_and_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/kb.sqlite"
    open_database(path).close()
    before = path.read_bytes()

    again = open_database(path)

    assert not again.pending()
    again.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["no database", "torn pages"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "kb.sqlite"
    open_database(path).close()
    old = path.read_bytes()
    path.write_bytes(b"Dear diary, " * 400 if damage == "no database" else old[:100] + b"\xff" * 4000)

    with pytest.raises(DatabaseUnusable, match=r"kb\.sqlite is damaged. Restore it from a backup, or delete"):
        open_database(path)


def test_a_place_that_cannot_hold_a_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "kb.sqlite").mkdir()

    with pytest.raises(DatabaseUnusable, match=r"cannot be opened\. Check that its folder exists"):
        open_database(tmp_path / "kb.sqlite")


def test_reading_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be opened"), Database(tmp_path / "kb.sqlite").read():
        pass

    assert not list(tmp_path.iterdir())


def test_a_deleted_word_is_gone_from_the_file(db: Database) -> None:
    with db.write() as writing:
        writing.execute("insert into renderings values ('a', 'v', 'xyzzyplugh', '[]', 0)")
    with db.write() as writing:
        writing.execute("delete from renderings")
    with db.write() as writing:
        pass
    connection = sqlite_utils.Database(db.path).conn
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()

    assert b"xyzzyplugh" not in db.path.read_bytes()


def test_of_2400_transactions_of_eight_processes_none_is_refused_or_lost(tmp_path: Path) -> None:
    assert seen_by("contending", tmp_path) == {"said": ["done"], "sum": 2400, "integrity": "ok"}


def test_parent_and_child_of_a_fork_do_not_share_a_connection(tmp_path: Path) -> None:
    assert seen_by("forking", tmp_path) == {"exit": 0, "after": 101, "integrity": "ok"}


def test_when_files_may_not_grow_reading_goes_on_and_nothing_is_torn(tmp_path: Path) -> None:
    seen = seen_by("filling", tmp_path)

    assert "The disk" in seen["small"]
    assert "The disk" in seen["large"]
    assert "Nothing was lost" in seen["small"]
    assert 10 < seen["kept"] == seen["readable"] == seen["after"] - 1
    assert seen["integrity"] == "ok"


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount a small disk (unshare -rm)")
def test_on_a_full_disk_reading_goes_on_nothing_is_torn_and_it_recovers_by_itself(tmp_path: Path) -> None:
    seen = seen_by("filling_a_small_disk", tmp_path, "unshare", "-rm")

    full = "The disk is full. Nothing was lost; free some space and try again."
    assert (seen["small"], seen["large"]) == (full, full)
    assert 10 < seen["kept"] == seen["readable"] == seen["after"] - 1
    assert seen["opened"] == str(seen["kept"])
    assert seen["integrity"] == "ok"
