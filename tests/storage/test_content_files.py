from __future__ import annotations

import os
import stat

import pytest

from kb.domain.errors import BadRequest, TooLarge, Unavailable
from kb.storage.content import (
    article_text,
    front_matter_of,
    load_library,
    read_articles,
    write_article,
)
from tests.samples import CONTENT, make_article, write_content


def test_a_written_article_can_be_read(tmp_path):
    content = write_content(tmp_path, [])
    text = article_text(front_matter_of(make_article()), make_article().body)

    path = write_article(content, "calm-starts", text)

    assert path == content / "articles/calm-starts.md"
    assert path.read_text() == text
    assert read_articles(content, load_library(CONTENT)).articles[0].title == "Calm starts after lunch"
    assert [entry.name for entry in (content / "articles").iterdir()] == ["calm-starts.md"]
    assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRUSR


def test_an_article_is_saved_where_it_lies(tmp_path):
    content = write_content(tmp_path, [make_article(path="articles/primary/calm-starts.md")])

    path = write_article(content, "calm-starts", article_text(front_matter_of(make_article()), "New words."))

    assert path == content / "articles/primary/calm-starts.md"
    assert not (content / "articles/calm-starts.md").exists()


@pytest.mark.parametrize(
    "slug", ["../x", "/etc/passwd", "a/b", "", ".hidden", "x.md", "x\0", "X" * 3, "x" * 121]
)
def test_a_name_that_is_no_address_is_not_written(tmp_path, slug):
    content = write_content(tmp_path, [])

    with pytest.raises(BadRequest, match="small letters"):
        write_article(content, slug, "x")

    assert list((content / "articles").iterdir()) == []


def test_a_text_that_no_file_can_hold_is_not_written(tmp_path):
    content = write_content(tmp_path, [])

    with pytest.raises(TooLarge, match="200 kB"):
        write_article(content, "long", "x" * 300_000)
    with pytest.raises(BadRequest, match="half a character"):
        write_article(content, "half", "x\ud800")
    with pytest.raises(BadRequest, match=r"U\+0000"):
        write_article(content, "nul", "x\0")
    assert list((content / "articles").iterdir()) == []


def test_when_the_disk_refuses_the_old_text_stands_and_nothing_is_left_over(tmp_path):
    content = write_content(tmp_path, [make_article()])
    path = content / "articles/calm-starts.md"
    before = path.read_text()
    path.unlink()
    path.mkdir()  # a folder in the way: the rename fails whoever runs this, root too

    with pytest.raises(Unavailable, match="could not be saved"):
        write_article(content, "calm-starts", before)

    assert [entry.name for entry in (content / "articles").iterdir()] == ["calm-starts.md"]


def test_writers_at_the_same_time_leave_one_whole_text(tmp_path):
    content = write_content(tmp_path, [])
    texts = [letter * 50_000 for letter in "abcd"]
    children = []
    for text in texts:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                for _ in range(20):
                    write_article(content, "shared", text)
                status = 0
            finally:
                os._exit(status)
        children.append(child)

    seen = set()
    while children:
        done, status = os.waitpid(children[0], os.WNOHANG)
        if done:
            assert status == 0
            children.pop(0)
        path = content / "articles/shared.md"
        if path.exists():
            seen.add(path.read_text())

    assert seen <= set(texts)
    assert [entry.name for entry in (content / "articles").iterdir()] == ["shared.md"]
