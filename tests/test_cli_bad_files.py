"""Whatever lies in content/ or on the disk: ``kb validate`` and ``kb index`` say it in a sentence and lose nothing."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from kb.settings import Settings
from tests.commands import kb, refused
from tests.shelves import Shelf, indexed_shelf

GOOD = """\
type: how-to
title: A talking board
summary: How to make a board of twenty symbols in an hour.
key_stages: [eyfs]
provisions: [mainstream]
themes: [communication-aids]
school: reedbed-nursery
authors: [A. Example]
visibility: public
published: 2026-03-02
reviewed: 2026-09-01
review_by: 2027-09-01
owner: a.example
"""
LAUGHS = "a: &a [x,x]\n" + "".join(
    f"{new}: &{new} [*{old},*{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def text(front: str = GOOD, body: str = "Begin with twenty words.\n") -> str:
    return f"---\n{front}---\n\n{body}"


BAD_FILES = {
    "no front matter": ("Hello.", "---"),
    "an empty file": ("", "---"),
    "broken YAML": (text(GOOD + "needs: [unclosed\n"), "YAML"),
    "an alias bomb": (text(GOOD + LAUGHS), "& or *"),
    "duplicate keys": (text(GOOD + "title: Another\n"), "already on line"),
    "a wrong type": (text(GOOD.replace("[eyfs]", "{a: b}")), "key_stages"),
    "a list for a text": (text(GOOD.replace("A talking board", "[a, b]")), "title"),
    "the 30th of February": (text(GOOD.replace("2026-03-02", "2026-02-30")), "2026-02-30"),
    "an unknown key": (text(GOOD + "key_stage: [ks1]\n"), "key_stages"),
    "an unknown id": (text(GOOD.replace("eyfs", "eyfss")), "eyfs"),
    "5 MB of text": (text(body="Word. " * 900_000), "kB"),
    "a long front matter": (text(GOOD + f"source: {'x' * 20_000}\n"), "16 kB"),
    "a NUL in the text": (text(body="a\0b\n"), "U+0000"),
    "16,000 brackets in front": (text(GOOD + f"needs: {'[' * 15_000}\n"), "levels"),
}


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_named_with_what_to_do_and_the_others_stay(shelf: Shelf, kind: str) -> None:
    written, words = BAD_FILES[kind]
    (shelf.articles / "bad.md").write_text(written, encoding="utf-8")
    before, began = shelf.serving, time.perf_counter()

    validated, indexed = kb(shelf, "validate"), kb(shelf, "index")

    assert time.perf_counter() - began < 20
    assert validated.exit_code == indexed.exit_code == 1
    lines = [line for line in validated.stdout.splitlines() if "bad.md" in line]
    assert lines
    assert any(words in line for line in lines), lines
    assert all(len(line) < 600 for line in lines)
    assert "Left out: " in indexed.stderr
    assert "3 unchanged" in indexed.stdout
    assert "Traceback" not in validated.output + indexed.output
    assert shelf.serving == before


@pytest.mark.parametrize("data", [b"\xff\xfe\x00bad", "---\ntitle: ü\n---\n".encode("latin-1"), bytes(1000)])
def test_bytes_that_are_no_text_are_named(shelf: Shelf, data: bytes) -> None:
    (shelf.articles / "bad.md").write_bytes(data)

    result = kb(shelf, "validate")

    assert result.exit_code == 1
    assert "bad.md" in result.stdout
    assert "Traceback" not in result.output


def test_sixteen_thousand_opening_brackets_are_a_text_like_any_other(shelf: Shelf) -> None:
    (shelf.articles / "odd.md").write_text(text(body="[" * 16_000 + "\n"), encoding="utf-8")
    began = time.perf_counter()

    result = kb(shelf, "validate")

    assert time.perf_counter() - began < 20
    assert result.exit_code == 0, result.stdout


def test_a_link_out_of_the_folder_and_a_name_used_twice_are_named(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text(text(), encoding="utf-8")
    (shelf.articles / "inside.md").symlink_to(tmp_path / "outside.md")
    (shelf.articles / "more").mkdir()
    (shelf.articles / "more/calm-starts.md").write_text(text(), encoding="utf-8")

    result = kb(shelf, "validate")

    assert result.exit_code == 1
    assert "inside.md" in result.stdout
    assert "calm-starts" in result.stdout


def test_a_folder_and_a_pipe_with_the_name_of_an_article_do_no_harm(shelf: Shelf) -> None:
    import os

    (shelf.articles / "folder.md").mkdir()
    os.mkfifo(shelf.articles / "pipe.md")
    began = time.perf_counter()

    result = kb(shelf, "validate")

    assert time.perf_counter() - began < 20
    assert "Traceback" not in result.output


@contextmanager
def full_disk() -> Iterator[None]:
    """In the block no file of this process may grow beyond 40 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_when_nothing_can_be_written_index_says_so_and_the_old_index_serves_on(shelf: Shelf) -> None:
    path = shelf.articles / "calm-starts.md"
    path.write_text(path.read_text(encoding="utf-8").replace("at the door", "at the gate"), encoding="utf-8")
    before = shelf.serving

    with full_disk():
        result = kb(shelf, "index")
        found = kb(shelf, "search", "breathed together")

    refused(result, "disk")
    assert shelf.serving == before
    assert found.exit_code == 0, found.output
    assert "articles/calm-starts" in found.stdout


def test_each_file_of_the_index_cut_short_empty_or_missing_is_told_and_never_crashes(shelf: Shelf) -> None:
    files = [path for path in sorted(shelf.serving.rglob("*")) if path.is_file() and path.stat().st_size]
    changes = cycle([lambda data: data[: len(data) // 2], lambda _: b"", lambda _: None])

    for path, change in zip(files, changes, strict=False):
        data = path.read_bytes()
        changed = change(data)
        path.unlink()
        if changed is not None:
            path.write_bytes(changed)

        result = kb(shelf, "search", "breathed together")

        assert "Traceback" not in result.output
        if result.exit_code == 0:
            assert "articles/calm-starts" in result.stdout, path
        else:
            refused(result, "kb index --rebuild")
        path.unlink(missing_ok=True)
        path.write_bytes(data)
    assert kb(shelf, "check").exit_code == 0
