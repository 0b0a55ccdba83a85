"""What an import does not take is told with a reason, and nothing leaves the content folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest

from kb.actions.importing import Verdict
from kb.domain.errors import BadRequest, Unavailable
from tests.imports import CALM, articles, bodies, run, verdicts
from tests.samples import make_article, write_content, write_text
from tests.word_files import word_file


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path, articles=())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    return folder


def _refusals(tree: Path) -> Iterator[tuple[str, str]]:
    """Bad files put into a tree, and a word of the reason each must get."""
    (tree / "latin.md").write_bytes("Fine.\nCaf\xe9\n".encode("latin-1"))
    yield "latin.md", "Line 2 is not written in UTF-8"
    write_text(tree / "empty.md", "\n \n")
    yield "empty.md", "empty"
    write_text(tree / "front-only.md", "---\ntitle: Nothing below\n---\n")
    yield "front-only.md", "no text"
    write_text(tree / "picture-only.md", "![](a.png)\n")
    yield "picture-only.md", "only pictures"
    write_text(tree / "nul.md", "Some\nwords\0\n")
    yield "nul.md", "Line 2 holds an invisible character"
    write_text(tree / "large.md", "word " * 40_001)
    yield "large.md", "more than 200 kB"
    os.mkfifo(tree / "pipe.md")
    yield "pipe.md", "not an ordinary file"
    (tree / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    yield "old.doc", "save it as .docx"
    (tree / "fake.docx").write_bytes(b"Words, and no zip.")
    yield "fake.docx", "not a Word file"
    (tree / "blank.docx").write_bytes(word_file())
    yield "blank.docx", "no text"
    (tree / "out.md").symlink_to("/etc/hostname")
    yield "out.md", "leads out of the folder"
    (tree / "out").symlink_to("/etc", target_is_directory=True)
    yield "out", "leads out of the folder"
    (tree / "in.md").symlink_to(tree / "good.md")
    yield "in.md", "another place in this folder"
    for name in (".hidden.md", "~$open.docx", "a.png", "b.png", "Makefile"):
        write_text(tree / name, "x")
    yield ".*", "Hidden"
    yield "*.png", "Only Markdown"
    yield "*", "Only Markdown"


def test_every_file_that_cannot_be_taken_is_told_with_its_reason_and_the_others_go_on(
    content: Path, tree: Path
) -> None:
    write_text(tree / "good.md", CALM)
    expected = dict(_refusals(tree))

    report = run(content, tree)

    skipped = {entry.path: entry.reason for entry in report.entries if entry.verdict is Verdict.SKIPPED}
    assert skipped.keys() == expected.keys()
    for path, word in expected.items():
        assert word in skipped[path], path
        assert "\n" not in skipped[path]
    assert list(articles(content)) == ["good"]
    assert next(entry.files for entry in report.entries if entry.path == "*.png") == 2
    assert all(entry.slug == "" for entry in report.entries if entry.verdict is Verdict.SKIPPED)


def test_a_path_with_nothing_to_take_is_refused(content: Path, tree: Path) -> None:
    with pytest.raises(BadRequest, match="nothing at"):
        run(content, tree / "missing")
    with pytest.raises(BadRequest, match="no file in"):
        run(content, tree)
    with pytest.raises(BadRequest, match="content folder itself"):
        run(content, content / "articles")


def test_a_school_that_is_none_of_ours_is_refused(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)

    with pytest.raises(BadRequest, match="no school here"):
        run(content, tree, school="nowhere-high")


def test_a_content_folder_inside_the_tree_is_not_imported_into_itself(tmp_path: Path) -> None:
    content = write_content(tmp_path / "all", articles=[make_article()])
    write_text(tmp_path / "all" / "page.md", CALM)

    report = run(content, tmp_path / "all")

    assert verdicts(report) == {"page.md": "imported", "content": "skipped"}


def test_imported_articles_never_leave_the_content_folder(content: Path, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (content / "articles" / "imported").symlink_to(tmp_path / "outside", target_is_directory=True)
    write_text(tree / "a.md", CALM)

    with pytest.raises(BadRequest, match="leads out"):
        run(content, tree)

    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"entries": [{"slug": "../../x"}]}', '{"entries": [{"slug": "a"}]}']
)
def test_a_damaged_register_stops_the_import_before_anything_is_written(
    content: Path, tree: Path, text: str
) -> None:
    write_text(tree / "a.md", CALM)
    write_text(content / "articles" / "imported" / ".imports.json", text)

    with pytest.raises(Unavailable, match="cannot be read"):
        run(content, tree)

    assert bodies(content) == {}


def test_the_register_tells_nobody_where_the_tree_lay(content: Path, tree: Path, tmp_path: Path) -> None:
    write_text(tree / "a.md", CALM)
    run(content, tree)

    text = (content / "articles" / "imported" / ".imports.json").read_text(encoding="utf-8")

    assert str(tmp_path) not in text
    assert json.loads(text)["entries"][0]["source"] == "a.md"


def test_two_imports_do_not_run_at_once(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    run(content, tree)

    with (
        filelock.FileLock(content / "articles" / "imported" / ".imports.json.lock"),
        pytest.raises(Unavailable, match="Another import is running"),
    ):
        run(content, tree)
