"""Texts brought from Word, from Markdown files and from the clipboard: whole, safe, and with their pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.actions import bringing
from kb.domain.errors import BadRequest
from kb.domain.picture import shown_in
from kb.domain.text import Text
from kb.storage import pictures, texts
from kb.storage.database import Database
from tests.bad_files import picture
from tests.texts import ANNA, make_text
from tests.word_files import link, packed, paragraph, table, word_parts
from tests.word_files import picture as word_picture


@pytest.fixture
def text(db: Database) -> Text:
    found = texts.find(db, make_text(db))
    assert found is not None
    return found


def test_a_word_file_comes_in_with_its_headings_tables_and_pictures(
    db: Database, text: Text, tmp_path: Path
) -> None:
    blocks = (
        paragraph("A calm start", style="Title"),
        paragraph("What we did", style="Heading 1"),
        table([["Week", "Late"], ["1", "14"]]),
        word_picture("Coats on labelled pegs"),
        word_picture(""),
    )
    raw = packed(word_parts(*blocks) | {"word/media/p.png": picture()})

    brought = bringing.from_word(db, tmp_path, ANNA, text, raw, virus_check="none")

    (kept,) = pictures.of_text(db, text.id)
    assert brought.title == "A calm start"
    assert "## What we did" in brought.body
    assert "| 1 | 14 |" in brought.body
    assert f"![Coats on labelled pegs](../pictures/{kept.name}.webp)" in brought.body
    assert shown_in(brought.body) == (kept.name,)
    assert kept.about is None
    assert any("nobody else sees it before" in note for note in brought.notes)


def test_a_picture_that_cannot_be_taken_leaves_the_rest_of_the_word_file(
    db: Database, text: Text, tmp_path: Path
) -> None:
    raw = packed(word_parts(paragraph("Words."), word_picture("A map")))

    brought = bringing.from_word(db, tmp_path, ANNA, text, raw, virus_check="none")

    assert "Words." in brought.body
    assert "*Picture: A map*" in brought.body
    assert any("Picture 1 was left out" in note for note in brought.notes)
    assert pictures.of_text(db, text.id) == ()


def test_links_that_run_script_or_reach_into_the_machine_are_plain_words(
    db: Database, text: Text, tmp_path: Path
) -> None:
    targets = {"javascript:alert(1)": "one", "file:///etc/passwd": "two", "https://example.org/": "three"}
    raw = packed(
        word_parts(*(link(to, words) for to, words in targets.items()), links={to: to for to in targets})
    )

    brought = bringing.from_word(db, tmp_path, ANNA, text, raw, virus_check="none")

    assert "javascript" not in brought.body
    assert "file:" not in brought.body
    assert "[three](https://example.org/)" in brought.body
    assert any("2 links led nowhere" in note for note in brought.notes)


def test_what_is_pasted_from_word_keeps_lists_and_tables_and_loses_words_own_marks() -> None:
    html = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
    <head><style>p.MsoNormal{color:red}</style></head>
    <body><!--StartFragment--><h2>What we did</h2><p class=MsoNormal>First <b>breathe</b>.<o:p></o:p></p>
    <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·<span>&nbsp; </span>
    </span><![endif]>Greet everyone</p>
    <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span>·&nbsp;</span>Count to ten</p>
    <table><tr><td>Week</td><td>Late</td></tr><tr><td>1</td><td>14</td></tr></table>
    <img src="file:///C:/Users/amy/photo.jpg" alt="A child"><script>alert(1)</script><!--EndFragment--></body></html>"""

    body = bringing.from_paste(html).body

    assert "## What we did" in body
    assert "First **breathe**." in body
    assert "- Greet everyone" in body
    assert "- Count to ten" in body
    assert "| 1 | 14 |" in body
    assert not any(left in body for left in ("Mso", "script", "color", "file:", "Fragment"))


def test_a_markdown_file_comes_in_without_its_front_matter() -> None:
    raw = (
        b"---\ntitle: Calm starts\nowner: somebody\n---\n\nWe <script>alert(1)</script>greeted *everyone*.\n"
    )

    brought = bringing.from_markdown(raw, virus_check="none")

    assert brought.title == "Calm starts"
    assert brought.body == "We greeted *everyone*.\n"


def test_a_file_is_taken_for_what_it_is_not_for_what_it_is_called(
    db: Database, text: Text, tmp_path: Path
) -> None:
    word = packed(word_parts(paragraph("Words.")))

    named_wrongly = bringing.from_file(db, tmp_path, ANNA, text, "notes.md", word, virus_check="none")

    assert named_wrongly.body == "Words.\n"
    with pytest.raises(BadRequest, match="not a Word file, whatever its name says"):
        bringing.from_file(db, tmp_path, ANNA, text, "notes.docx", b"Words.", virus_check="none")
