"""Word and Markdown files brought into a text through its page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.actions import demo_people
from kb.application import create_app
from kb.domain.picture import shown_in
from kb.settings import Settings
from kb.storage import pictures, text_revisions, texts
from tests.bad_files import picture
from tests.browser import Browser
from tests.drafts import begin, send, site_of
from tests.word_files import packed, paragraph, table, word_parts
from tests.word_files import picture as word_picture
from tests.workplace import workplace


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        demo_people.make(site_of(app).database)
        yield app
        site_of(app).renderer.close()


def word() -> bytes:
    blocks = (paragraph("What we did", style="Heading 1"), table([["a", "b"]]), word_picture("Coats on pegs"))
    return packed(word_parts(*blocks) | {"word/media/p.png": picture()})


def test_a_word_file_with_pictures_comes_into_a_text_and_the_version_before_stays(own: Flask) -> None:
    db, text = site_of(own).database, begin(own)
    browser = Browser(own).sign_in("contributor")

    answer = send(
        browser, f"/contribute/{text}/import", {"file": (io.BytesIO(word()), "plan.docx"), "place": "replace"}
    )
    now = texts.find(db, text)

    assert answer.status_code == 303
    assert now is not None
    assert shown_in(now.content.body) == tuple(each.name for each in pictures.of_text(db, text))
    assert now.content.body.startswith("## What we did\n")
    assert "We made a corner." not in now.content.body
    assert "We made a corner." in text_revisions.history(db, text)[-1].content.body


def test_a_file_can_be_added_to_what_stands_there(own: Flask) -> None:
    text = begin(own)

    send(
        Browser(own).sign_in("contributor"),
        f"/contribute/{text}/import",
        {"file": (io.BytesIO(b"And then a second one."), "more.md"), "place": "add"},
    )
    now = texts.find(site_of(own).database, text)

    assert now is not None
    assert now.content.body == "We made a corner.\n\nAnd then a second one.\n"


def test_a_file_that_cannot_be_taken_is_refused_beside_its_field_and_the_text_stays(own: Flask) -> None:
    text = begin(own)

    page = send(
        Browser(own).sign_in("contributor"),
        f"/contribute/{text}/import",
        {"file": (io.BytesIO(b"PK\x03\x04 no zip"), "plan.docx"), "place": "replace"},
    )
    now = texts.find(site_of(own).database, text)

    assert page.status_code == 400
    assert '<a href="#file">This is not a Word file, or half of it is missing' in page.text
    assert now is not None
    assert now.content.body == "We made a corner."


def test_a_stranger_brings_nothing_in(own: Flask) -> None:
    text = begin(own)
    data = {"file": (io.BytesIO(b"Words."), "a.md"), "place": "replace"}

    assert send(Browser(own).sign_in("partner"), f"/contribute/{text}/import", data).status_code == 404
