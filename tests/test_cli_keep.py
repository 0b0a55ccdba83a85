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
from kb.actions.searching import Search
from kb.domain.account import Role
from kb.domain.edition import Why
from kb.domain.pathway import Outline, Step, StepKind
from kb.domain.search import Facet, Narrowing, Question
from kb.settings import Settings
from kb.storage import accounts, editions, journal, pathways
from kb.storage.database import open_database
from tests.commands import kb, refused
from tests.shelves import EVERYBODY, Shelf, indexed_shelf
from tests.workplace import workplace


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
    assert "Search is up to date: 3 articles, 0 passages read anew" in done.output
    found = searching.ask(again.search(), Question(text="breathed together", mode="words"), EVERYBODY)
    assert [find.article.slug for find in found.finds] == ["calm-starts"]


QUESTIONS = (
    Question(text="settling a class after lunch"),
    Question(text="helping a child who cannot read yet"),
    Question(text="disregulation in year 2"),
    Question(text="retrieval practice", mode="words"),
    Question(text="retrieval practice", mode="meaning"),
    Question(text="SEMH"),
    Question(text="EAL", per_page=50),
    Question(text="marking takes too long", sort="newest"),
    Question(text="what does it cost to start"),
    Question(text='"worked examples"'),
    Question(text="maths -algebra"),
    Question(text="visual timetables", chosen={Facet.KEY_STAGE: ("ks1",)}),
    Question(text="behaviour", chosen={Facet.KEY_STAGE: ("ks3", "ks4")}),
    Question(text="transition to secondary"),
    Question(text="parents", page=2),
    Question(text="attendance letters", sort="reviewed"),
    Question(text="feedback", correct_spelling=False),
    Question(text="teaching assistants", expand_synonyms=False),
    Question(text="outdoor learning in the rain"),
    Question(),
)


def test_after_a_restore_twenty_searches_answer_as_before_without_another_command(
    demo: Settings, tmp_path: Path
) -> None:
    with workplace(demo, tmp_path / "site", own_index=True):
        shelf = Shelf(tmp_path / "site")
        before = answers(shelf)
        kb(shelf, "backup", str(tmp_path / "b.zip"))
        shutil.rmtree(shelf.settings.index)

        done = kb(shelf, "restore", str(tmp_path / "b.zip"), str(tmp_path / "new"))

    assert done.exit_code == 0, done.output
    assert " 0 passages read anew" in done.output
    assert answers(Shelf(tmp_path / "new")) == before
    assert all(slugs for slugs, *_ in before[:5])


def answers(shelf: Shelf) -> list[tuple[list[str], list[float], int, tuple[Narrowing, ...]]]:
    """What the questions find on a shelf."""
    search = shelf.search()
    try:
        return [answered(search, question) for question in QUESTIONS]
    finally:
        search.engine.close()


def answered(search: Search, question: Question) -> tuple[list[str], list[float], int, tuple[Narrowing, ...]]:
    """Which articles in which order, with their scores, how many in all, and the counts beside the filters."""
    answer = searching.ask(search, question, EVERYBODY)
    finds = [*answer.finds, *answer.weak]
    return (
        [find.article.slug for find in finds],
        [round(find.score, 3) for find in finds],
        answer.total,
        answer.narrowings,
    )


def test_a_backup_without_vectors_takes_those_of_this_machine(
    backed_up: tuple[Shelf, Path], tmp_path: Path
) -> None:
    shelf, backup = backed_up
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(tmp_path / "old.zip", "w") as target:
        given = json.loads(source.read("backup.json"))
        del given["sha256"]["var/index/embeddings.sqlite"]
        target.writestr("backup.json", json.dumps(given | {"format": 2}))
        for each in given["sha256"]:
            target.writestr(each, source.read(each))

    done = kb(shelf, "restore", str(tmp_path / "old.zip"), str(tmp_path / "new"))

    assert done.exit_code == 0, done.output
    assert "Search is up to date: 3 articles, 0 passages read anew" in done.output


def test_damaged_vectors_do_not_keep_anybody_from_a_backup(
    backed_up: tuple[Shelf, Path], tmp_path: Path
) -> None:
    shelf = backed_up[0].copied(tmp_path / "shelf")
    (shelf.settings.index / "embeddings.sqlite").write_bytes(b"damaged" * 1000)

    done = kb(shelf, "backup", str(tmp_path / "b.zip"))

    assert done.exit_code == 0, done.output
    assert "var/index/embeddings.sqlite" not in zipfile.ZipFile(tmp_path / "b.zip").namelist()


def test_a_model_that_is_missing_keeps_nothing_but_search_from_being_restored(
    backed_up: tuple[Shelf, Path], tmp_path: Path
) -> None:
    shelf, backup = backed_up

    done = kb(shelf, "restore", str(backup), str(tmp_path / "new"), KB_MODEL=str(tmp_path / "none"))

    refused(done, "Everything is restored but search")
    assert [entry.verb for entry in journal.entries(Shelf(tmp_path / "new").database)] == ["test"]


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
