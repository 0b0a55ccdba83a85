from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.domain.errors import BadRequest, ContentInvalid
from kb.domain.library import Library
from kb.storage.content import (
    article_text,
    front_matter_of,
    load_group,
    load_library,
    read_articles,
    write_article,
)
from tests.samples import CONTENT, make_article, write_content, write_text

LINES = article_text(front_matter_of(make_article()), "We met the class at the door.").split("\n")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def refused(content: Path, library: Library) -> dict[str, str]:
    reading = read_articles(content, library)
    assert reading.articles == ()
    return {mistake.path.name: mistake.message for mistake in reading.mistakes}


def test_links_are_not_followed(tmp_path, library):
    content = write_content(tmp_path, [])
    write_text(tmp_path / "outside/secret.md", "\n".join(LINES))
    (content / "articles/file.md").symlink_to(tmp_path / "outside/secret.md")
    (content / "articles/folder").symlink_to(tmp_path / "outside")
    (content / "articles/nowhere.md").symlink_to(tmp_path / "nothing")

    found = refused(content, library)

    assert found.keys() == {"file.md", "folder", "nowhere.md"}
    assert all("link to another place" in message for message in found.values())


def test_a_linked_articles_folder_is_not_followed(tmp_path, library):
    content = write_content(tmp_path, [])
    write_text(tmp_path / "outside/secret.md", "\n".join(LINES))
    (content / "articles").rmdir()
    (content / "articles").symlink_to(tmp_path / "outside")

    assert "link to another place" in refused(content, library)["articles"]
    with pytest.raises(BadRequest, match="leads out of the content folder"):
        write_article(content, "secret", "x")
    assert (tmp_path / "outside/secret.md").read_text() == "\n".join(LINES)


def test_a_linked_vocabulary_file_is_not_followed(tmp_path):
    content = write_content(tmp_path, [])
    (content / "schools.yaml").unlink()
    (content / "schools.yaml").symlink_to(CONTENT / "schools.yaml")

    with pytest.raises(ContentInvalid, match="link to another place"):
        load_group(content)


def test_a_pipe_does_not_hold_the_reader_up(tmp_path, library):
    content = write_content(tmp_path, [])
    os.mkfifo(content / "articles/pipe.md")

    assert "ordinary file" in refused(content, library)["pipe.md"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "---\ntitle: x\n---\n" + "x" * 5_000_000,
            "This file has 5.0 MB, more than 217 kB; split it into two",
        ),
        (
            "\n".join(LINES) + "é" * 100_000,
            "The text has 201 kB, more than 200 kB; split it into two articles",
        ),
        ("---\nsummary: " + "x" * 16_000 + "\n---\nText", "longer than 16 kB"),
        ("# A title and no front matter\n", "There is no front matter"),
        ("\n" + "\n".join(LINES), "There is no front matter"),
        ("---\ntitle: x\n", "The front matter does not end"),
        ("---\n---\nText", "An article needs keys with values"),
        ("---\njust words\n---\nText", "An article needs keys with values"),
        ("---\ntitle: x\n---\n\n  \n", "no text under the front matter"),
        ("---\ntitle: x\n---\nText\0", "U+0000"),
    ],
)
def test_a_file_that_is_no_article_is_told_what_to_do(tmp_path, library, text, words):
    content = write_content(tmp_path, [], texts={"articles/bad.md": text})

    assert words in next(mistake.message for mistake in read_articles(content, library).mistakes)


def test_a_text_of_just_200_kb_is_read(tmp_path, library):
    text = article_text(front_matter_of(make_article()), "x" * 199_999)
    content = write_content(tmp_path, [], texts={"articles/long.md": text})

    assert len(read_articles(content, library).articles[0].body) == 200_000


def test_latin_letters_of_another_code_name_their_line(tmp_path, library):
    content = write_content(tmp_path, [])
    (content / "articles/old.md").write_bytes(b"---\ntitle: Caf\xe9\n---\nText")

    (mistake,) = read_articles(content, library).mistakes

    assert (mistake.line, "UTF-8" in mistake.message) == (2, True)


@pytest.mark.parametrize(
    "name", ["Big.md", "two words.md", "-x.md", "x" * 121 + ".md", "café.md", "x.MD", "x.markdown"]
)
def test_the_name_of_a_file_must_make_an_address(tmp_path, library, name):
    content = write_content(tmp_path, [], texts={f"articles/{name}": "\n".join(LINES)})

    assert "rename it" in refused(content, library)[name]


def test_a_name_that_cannot_be_printed_is_still_told(tmp_path, library):
    content = write_content(tmp_path, [])
    folder = os.fsencode(content / "articles") + b"/caf\xe9"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/x.md")).write_text("\n".join(LINES))

    (mistake,) = read_articles(content, library).mistakes

    assert "rename it" in str(mistake).encode().decode()


def test_half_written_files_and_other_files_are_passed_over(tmp_path, library):
    texts = {"articles/.calm.md.1.new": "half", "articles/.git/x.md": "x", "articles/notes.txt": "x"}

    assert refused(write_content(tmp_path, [], texts=texts), library) == {}


def test_two_articles_may_not_share_an_address(tmp_path, library):
    content = write_content(tmp_path, [make_article(), make_article(path="articles/more/calm-starts.md")])

    reading = read_articles(content, library)

    assert [article.path for article in reading.articles] == ["articles/calm-starts.md"]
    assert [(mistake.path, mistake.message) for mistake in reading.mistakes] == [
        (
            content / "articles/more/calm-starts.md",
            "‘calm-starts’ is also the name of articles/calm-starts.md; rename one of the two.",
        )
    ]


def test_folders_without_end_are_refused(tmp_path, library):
    content = write_content(tmp_path, [], texts={"articles/" + "d/" * 30 + "x.md": "\n".join(LINES)})

    assert "folders deep" in refused(content, library)["d"]
