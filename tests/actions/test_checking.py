"""``kb check`` finds what a crash, a full disk or a careless hand may leave behind, and says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from kb.actions.checking import check
from kb.settings import Settings
from tests.shelves import Shelf, damage, indexed_shelf


@pytest.fixture(scope="module")
def sound(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("sound"), demo)


@pytest.fixture
def shelf(sound: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be damaged."""
    return sound.copied(tmp_path)


def findings(shelf: Shelf) -> tuple[str, ...]:
    settings = shelf.settings
    return check(settings.content, settings.database, settings.index)


def test_a_sound_knowledge_base_has_no_problem(sound: Shelf) -> None:
    assert findings(sound) == ()


def test_mistakes_in_the_files_are_found(shelf: Shelf) -> None:
    (shelf.articles / "calm-starts.md").write_text("no front matter", encoding="utf-8")

    assert any("calm-starts.md" in finding for finding in findings(shelf))


def test_an_article_that_is_not_indexed_is_found(shelf: Shelf) -> None:
    with shelf.database.write() as writing:
        writing.execute(
            "insert into articles values ('new','new.md','s','how-to','T','S','trust',null,null,null,'{}','B')"
        )

    assert findings(shelf) == ("1 articles are not in the index, such as new. Run ‘kb index’.",)


def test_an_article_that_is_gone_from_the_database_is_found(shelf: Shelf) -> None:
    with shelf.database.write() as writing:
        writing.execute("delete from articles where slug = 'calm-starts'")

    assert findings(shelf) == (
        "The index holds 1 articles that are gone, such as calm-starts. Run ‘kb index’.",
    )


def test_there_being_no_index_is_found(shelf: Shelf) -> None:
    shutil.rmtree(shelf.settings.index)

    assert findings(shelf) == ("There is no search index yet. Build it with ‘kb index’.",)


def test_every_damaged_file_of_the_index_is_named(shelf: Shelf) -> None:
    files = sorted(path for path in shelf.serving.rglob("*") if path.is_file() and path.stat().st_size)

    for path in files:
        if path.name == "manifest.json":
            continue
        data = path.read_bytes()
        damage(path, bytes([data[0] ^ 1]) + data[1:])
        changed = findings(shelf)
        path.write_bytes(data)

        name = path.relative_to(shelf.serving).as_posix()
        assert len(changed) == 1
        assert f"{name} is not what was written" in changed[0]
        assert "kb index --rebuild" in changed[0]
    assert findings(shelf) == ()


def test_a_missing_file_of_the_index_is_named(shelf: Shelf) -> None:
    (shelf.serving / "vectors.faiss").unlink()

    assert "vectors.faiss is missing" in findings(shelf)[0]


def test_files_that_were_swapped_are_found(shelf: Shelf) -> None:
    store, spelling = shelf.serving / "chunks.sqlite", shelf.serving / "spelling.tsv"
    store.rename(shelf.serving / "kept")
    spelling.rename(store)
    (shelf.serving / "kept").rename(spelling)

    assert len(findings(shelf)) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 999}', "null"])
def test_a_manifest_that_is_no_manifest_is_found(shelf: Shelf, text: str) -> None:
    (shelf.serving / "manifest.json").write_text(text, encoding="utf-8")

    assert "manifest.json" in findings(shelf)[0]
    assert "kb index --rebuild" in findings(shelf)[0]


def flushed(shelf: Shelf) -> bytes:
    """The database file with all that its log held."""
    connection = sqlite3.connect(shelf.settings.database)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return shelf.settings.database.read_bytes()


def test_a_torn_database_is_found(shelf: Shelf) -> None:
    with shelf.database.write() as writing:
        writing.execute("create table big(text text)")
        writing.execute(
            "insert into big select hex(randomblob(2000)) from json_each(json_array(1,2,3,4,5,6,7,8))"
        )
    data = bytearray(flushed(shelf))
    data[-6 * 4096 : -2 * 4096] = b"\xff" * (4 * 4096)
    shelf.settings.database.write_bytes(bytes(data))

    assert any("damaged" in finding and "Restore it from a backup" in finding for finding in findings(shelf))


def test_an_index_page_with_a_changed_byte_is_found(shelf: Shelf) -> None:
    with shelf.database.write() as writing:
        writing.execute("create table days(day integer)")
        writing.execute("insert into days values (31)")
        writing.execute("create index days_by_day on days(day)")
    data = bytearray(flushed(shelf))
    data[-2] ^= 2  # in the last page made, the number that the index keeps
    shelf.settings.database.write_bytes(bytes(data))

    assert findings(shelf) == (
        "The database is damaged: row 1 missing from index days_by_day. Restore it from a backup.",
    )


def test_rows_that_belong_to_nothing_are_found(shelf: Shelf) -> None:
    shelf.database.close()
    connection = sqlite3.connect(shelf.settings.database)
    connection.execute("insert into article_terms values ('nowhere', 'theme', 'x')")
    connection.commit()
    connection.close()

    assert findings(shelf) == ("The database holds 1 rows that belong to nothing. Run ‘kb index’.",)
    shelf.index()
    assert findings(shelf) == ()


def test_a_file_that_is_no_database_is_told_and_the_rest_is_left(shelf: Shelf) -> None:
    for path in shelf.settings.var.glob("kb.sqlite*"):
        path.unlink()
    shelf.settings.database.write_bytes(b"Dear diary, " * 500)

    assert [finding for finding in findings(shelf) if "Restore it from a backup" in finding]
