"""A second import knows its pages again, goes on where one was killed, and never overwrites an edit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.actions.importing import Imported, Verdict, import_path
from kb.domain.article import Visibility
from kb.storage.content import load_library
from tests.imports import CALM, articles, bodies, run, verdicts
from tests.samples import ROOT, write_content, write_text
from tests.word_files import paragraph, word_file


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path, articles=())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    return folder


def test_a_second_import_changes_nothing(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b" / "c.md", "# Why\n\nSee [a](../a.md).\n")
    (tree / "d.docx").write_bytes(word_file(paragraph("Some words.")))
    run(content, tree)
    before = bodies(content)

    report = run(content, tree)

    assert report.count(Verdict.UNCHANGED) == 3
    assert bodies(content) == before


def test_a_page_that_changed_at_its_source_changes_here_and_keeps_its_address(
    content: Path, tree: Path
) -> None:
    write_text(tree / "a.md", CALM)
    run(content, tree)
    write_text(tree / "a.md", CALM.replace("Ten", "Twelve"))

    report = run(content, tree)

    assert verdicts(report) == {"a.md": "changed"}
    assert list(articles(content)) == ["a"]
    assert articles(content)["a"].summary.startswith("Twelve")


def test_an_article_edited_here_is_never_overwritten(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b.md", CALM)
    run(content, tree)
    edited = content / "articles" / "imported" / "a.md"
    write_text(edited, edited.read_text(encoding="utf-8") + "\nAdded here.\n")
    write_text(tree / "a.md", CALM.replace("Ten", "Twelve"))

    report = run(content, tree)

    entry = next(entry for entry in report.entries if entry.path == "a.md")
    assert (entry.verdict, entry.slug) == (Verdict.SKIPPED, "a")
    assert (
        entry.reason == "Edited here since it was imported, and changed at its source too: compare the two."
    )
    assert edited.read_text(encoding="utf-8").endswith("Added here.\n")


def test_an_article_edited_while_the_import_runs_is_not_overwritten(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b.md", CALM)
    run(content, tree)
    for name in ("a.md", "b.md"):
        write_text(tree / name, CALM.replace("Ten", "Twelve"))
    article = content / "articles" / "imported" / "b.md"

    def edit(entry: Imported) -> None:
        if entry.path == "a.md":
            write_text(article, "edited")

    report = import_path(
        content, tree, visibility=Visibility.TRUST, school=None, library=load_library(content), report=edit
    )

    assert verdicts(report) == {"a.md": "changed", "b.md": "skipped"}
    assert article.read_text(encoding="utf-8") == "edited"


def test_an_article_deleted_here_stays_deleted_and_a_moved_one_is_found(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b.md", CALM)
    run(content, tree)
    (content / "articles" / "imported" / "a.md").unlink()
    (content / "articles" / "imported" / "b.md").rename(content / "articles" / "b.md")
    write_text(tree / "b.md", CALM.replace("Ten", "Twelve"))

    report = run(content, tree)

    assert verdicts(report) == {"a.md": "skipped", "b.md": "changed"}
    assert articles(content)["b"].path == "articles/b.md"
    assert articles(content)["b"].summary.startswith("Twelve")


def test_other_readers_asked_for_change_the_article(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    run(content, tree)

    report = run(content, tree, visibility=Visibility.PUBLIC)

    assert verdicts(report) == {"a.md": "changed"}
    assert articles(content)["a"].visibility is Visibility.PUBLIC


def test_one_page_of_a_tree_imported_alone_is_known_again(content: Path, tree: Path) -> None:
    for week in ("1", "2"):
        write_text(
            tree / "maths" / f"week-{week}.md", "---\ntitle: Reflect\n---\n\nSee [the start](/start).\n"
        )
    write_text(tree / "start.md", "Where it starts.\n")
    run(content, tree)
    before = articles(content)["maths-week-1"]
    write_text(tree / "maths" / "week-1.md", "---\ntitle: Reflect\n---\n\nSee now [the start](/start).\n")

    report = run(content, tree / "maths" / "week-1.md")

    after = articles(content)["maths-week-1"]
    assert verdicts(report) == {"maths/week-1.md": "changed"}
    assert len(articles(content)) == 3
    assert (
        (after.title, after.source)
        == (before.title, before.source)
        == ("Reflect (maths, week 1)", "maths/week-1.md")
    )
    assert after.body == "See now [the start](start.md).\n"


def test_a_copy_of_the_tree_elsewhere_is_known_again(content: Path, tree: Path, tmp_path: Path) -> None:
    for name in "abc":
        write_text(tree / f"{name}.md", f"{CALM}\n{name}\n")
    run(content, tree)
    copy = tmp_path / "new" / "handbook"
    shutil.copytree(tree, copy)
    write_text(copy / "a.md", CALM.replace("Ten", "Twelve"))

    assert verdicts(run(content, copy)) == {"a.md": "changed", "b.md": "unchanged", "c.md": "unchanged"}


def test_another_tree_with_a_page_of_the_same_name_takes_nothing_away(
    content: Path, tree: Path, tmp_path: Path
) -> None:
    write_text(tree / "index.md", CALM)
    write_text(tmp_path / "other" / "index.md", "# Another book\n\nAbout other things.\n")
    run(content, tree)

    report = run(content, tmp_path / "other")

    assert [entry.verdict for entry in report.entries] == [Verdict.IMPORTED]
    assert {article.title for article in articles(content).values()} == {
        "Calm starts after lunch",
        "Another book",
    }


KILLED = """
import os, sys
from pathlib import Path
from kb.actions.importing import import_path
from kb.domain.article import Visibility
from kb.storage.content import load_library
content, tree, after = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
told = []
def report(entry):
    told.append(entry)
    if len(told) == after:
        os.kill(os.getpid(), 9)
import_path(content, tree, visibility=Visibility.TRUST, school=None, library=load_library(content), report=report)
"""


@pytest.mark.parametrize("after", [1, 4, 7])
def test_an_import_that_is_killed_goes_on_without_leaving_anything_double_or_out(
    content: Path, tree: Path, tmp_path: Path, after: int
) -> None:
    for number in range(5):
        write_text(tree / f"page-{number}.md", f"{CALM}\nSee [one](page-1.md). {number}\n")
    run(content, tree)
    for number in range(3, 9):
        write_text(tree / f"page-{number}.md", f"{CALM}\nSee [seven](page-7.md), new. {number}\n")
    whole = write_content(tmp_path / "whole", articles=())
    run(whole, tree)

    killed = subprocess.run(  # the report kills its own process
        [sys.executable, "-c", KILLED, str(content), str(tree), str(after)], cwd=ROOT, check=False
    )
    report = run(content, tree)

    assert killed.returncode == -9
    assert report.count(Verdict.SKIPPED) == 0
    assert bodies(content) == bodies(whole)
    assert run(content, tree).count(Verdict.UNCHANGED) == 9


def test_an_article_edited_after_an_import_was_killed_is_not_overwritten(content: Path, tree: Path) -> None:
    for name in ("a.md", "b.md"):
        write_text(tree / name, CALM)
    run(content, tree)
    for name in ("a.md", "b.md"):
        write_text(tree / name, CALM.replace("Ten", "Twelve"))
    subprocess.run([sys.executable, "-c", KILLED, str(content), str(tree), "1"], cwd=ROOT, check=False)
    edited = content / "articles" / "imported" / "b.md"
    write_text(edited, "edited")

    report = run(content, tree)

    assert verdicts(report) == {"a.md": "unchanged", "b.md": "skipped"}
    assert edited.read_text(encoding="utf-8") == "edited"


def test_half_written_articles_are_no_articles(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)

    run(content, tree)

    names = {path.name for path in (content / "articles" / "imported").iterdir()}
    assert names == {"a.md", ".imports.json", ".imports.json.lock"}


def test_a_lost_register_overwrites_nothing(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b.md", CALM)
    run(content, tree)
    folder = content / "articles" / "imported"
    (folder / ".imports.json").unlink()
    write_text(folder / "b.md", (folder / "b.md").read_text(encoding="utf-8") + "\nAdded here.\n")
    before = bodies(content)

    report = run(content, tree)

    assert verdicts(report) == {"a.md": "unchanged", "b.md": "skipped"}
    assert bodies(content) == before
