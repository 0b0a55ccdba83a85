"""A backup holds everything, is proved at once, and is refused when one bit of it is another."""

from __future__ import annotations

import csv
import json
import shutil
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.actions import searching
from kb.domain.account import Role
from kb.domain.edition import Why
from kb.domain.pathway import Outline, Step, StepKind
from kb.domain.search import Question
from kb.settings import Settings
from kb.storage import accounts, editions, journal, pathways
from kb.storage.database import open_database
from tests.commands import kb, refused
from tests.shelves import EVERYBODY, Shelf, indexed_shelf


@pytest.fixture(scope="module")
def backed_up(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, Path]:
    """Three articles with a journal, and a backup of them. Read only."""
    root = tmp_path_factory.mktemp("kept")
    shelf = indexed_shelf(root / "shelf", demo)
    journal.record(shelf.database, actor=None, verb="test", subject="article:calm-starts")
    done = kb(shelf, "backup", str(root / "backup.zip"))
    assert done.exit_code == 0, done.output
    return shelf, root / "backup.zip"


def test_what_is_restored_is_what_was_there(backed_up: tuple[Shelf, Path], tmp_path: Path) -> None:
    shelf, backup = backed_up

    done = kb(shelf, "restore", str(backup), str(tmp_path / "new"))

    again = Shelf(tmp_path / "new")
    assert done.exit_code == 0, done.output
    assert {path.name: path.read_bytes() for path in again.articles.glob("*.md")} == {
        path.name: path.read_bytes() for path in shelf.articles.glob("*.md")
    }
    assert [entry.verb for entry in journal.entries(again.database)] == ["test"]
    assert list(journal.problems(again.database)) == []
    shutil.copytree(shelf.settings.index / "encoders", again.settings.index / "encoders")
    again.index()
    found = searching.ask(again.search(), Question(text="breathed together", mode="words"), EVERYBODY)
    assert [find.article.slug for find in found.finds] == ["calm-starts"]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
@pytest.mark.parametrize("what", ["cut", "bit"])
def test_a_backup_that_was_cut_or_changed_is_refused_and_nothing_of_it_restored(
    backed_up: tuple[Shelf, Path], tmp_path: Path, share: float, what: str
) -> None:
    shelf, backup = backed_up
    raw = bytearray(backup.read_bytes())
    at = int(len(raw) * share)
    if what == "cut":
        del raw[at:]
    else:
        raw[at] ^= 1
    (tmp_path / "backup.zip").write_bytes(raw)

    done = kb(shelf, "restore", str(tmp_path / "backup.zip"), str(tmp_path / "new"))

    if done.exit_code == 0:  # a bit that means nothing, such as a time in the table of contents
        assert (tmp_path / "new/content/articles/calm-starts.md").read_bytes() == (
            shelf.articles / "calm-starts.md"
        ).read_bytes()
    else:
        refused(done, "not a whole, unchanged backup")
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "name", ["../outside", "/outside", "content/../../outside", "content\\..\\outside", "other/x"]
)
def test_a_backup_never_writes_outside_its_folder(
    backed_up: tuple[Shelf, Path], tmp_path: Path, name: str
) -> None:
    shelf, backup = backed_up
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(tmp_path / "bad.zip", "w") as target:
        given = json.loads(source.read("backup.json"))
        given["sha256"][name] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
        for each in source.namelist():
            target.writestr(each, json.dumps(given) if each == "backup.json" else source.read(each))
        target.writestr(name, "x")

    refused(kb(shelf, "restore", str(tmp_path / "bad.zip"), str(tmp_path / "a/new")), "not a whole")

    assert list(tmp_path.rglob("outside")) == []


def test_nothing_is_written_over(backed_up: tuple[Shelf, Path], tmp_path: Path) -> None:
    shelf, backup = backed_up
    (tmp_path / "there").mkdir()
    (tmp_path / "there/mine").write_text("mine")

    refused(kb(shelf, "restore", str(backup), str(tmp_path / "there")), "is not empty")
    refused(kb(shelf, "backup", str(backup)), "is there already")


def test_a_backup_while_somebody_writes_holds_one_moment(
    backed_up: tuple[Shelf, Path], tmp_path: Path
) -> None:
    shelf, _ = backed_up
    over = threading.Event()

    def write() -> None:
        database = open_database(shelf.settings.database)
        while not over.is_set():
            journal.record(database, actor=None, verb="test", subject="article:calm-starts")
        database.close()

    writing = threading.Thread(target=write)
    writing.start()
    done = kb(shelf, "backup", str(tmp_path / "busy.zip"))
    over.set()
    writing.join()
    kb(shelf, "restore", str(tmp_path / "busy.zip"), str(tmp_path / "new"))

    assert done.exit_code == 0, done.output
    assert list(journal.problems(Shelf(tmp_path / "new").database)) == []


def test_an_export_holds_what_is_published_and_a_table_that_runs_nothing(
    demo: Settings, tmp_path: Path
) -> None:
    shelf = indexed_shelf(tmp_path / "shelf", demo)
    path = shelf.articles / "calm-starts.md"
    path.write_text(path.read_text().replace("title: Calm starts after lunch", "title: '=1+1 after lunch'"))
    shelf.index()
    editions.take_down(
        shelf.database, "what-testing-does", Why.WITHDRAWN, path="articles/what-testing-does.md"
    )

    outline = Outline(title="One", summary="For all.").adding(Step(id=0, kind=StepKind.TASK, title="Try it"))
    made = pathways.insert(shelf.database, slug="one", outline=outline, now=datetime.now(UTC))
    kept = pathways.of_ids(shelf.database, [made])[made]
    lead = accounts.add(
        shelf.database, name="A", email="a@example.org", role=Role.LEAD, schools=["a"], now=datetime.now(UTC)
    )
    pathways.publish(shelf.database, kept, by=lead.id, note="", now=datetime.now(UTC))

    done = kb(shelf, "export", str(tmp_path / "out"))

    assert "## 1. Try it" in (tmp_path / "out/pathways/one.md").read_text(encoding="utf-8")
    with (tmp_path / "out/articles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["slug"]: row for row in csv.DictReader(file)}
    assert done.output.startswith("2 articles in ")
    assert rows.keys() == {"calm-starts", "a-talking-board-in-an-hour"}
    assert rows["calm-starts"]["title"] == "'=1+1 after lunch"
    assert (tmp_path / "out/articles/calm-starts.md").read_bytes() == path.read_bytes()
    assert (tmp_path / "out/vocabulary").is_dir()
