"""Word files become Markdown, and files made to do harm are refused with a reason."""

from __future__ import annotations

import io
import random
import time
import zipfile

import pytest

from kb.domain.errors import BadRequest, TooLarge
from kb.storage.word import LARGEST, word_text
from tests.samples import shared
from tests.word_files import footnote_mark, link, packed, paragraph, picture, table, word_file, word_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_headings_lists_tables_links_and_notes_come_through() -> None:
    raw = word_file(
        paragraph("Calm starts", style="Title"),
        paragraph("What we did", style="Heading 1"),
        paragraph("Met the class at the door", item=True),
        paragraph("Breathed together", item=True),
        paragraph("It worked.", bold=True),
        table([["Term", "Calls"], ["Autumn", "22"], ["Spring", "10"]]),
        link("out", "the guidance"),
        footnote_mark(),
        links={"out": "https://example.org/guidance"},
        footnote="Principles of instruction, 2012.",
    )

    text = word_text(raw).markdown

    assert "# Calm starts\n" in text
    assert "# What we did\n" in text
    assert "- Met the class at the door\n- Breathed together\n" in text
    assert "**It worked.**" in text
    assert "| Term | Calls |\n| --- | --- |\n| Autumn | 22 |\n| Spring | 10 |" in text
    assert "[the guidance](https://example.org/guidance)" in text
    assert "As Rosenshine says[^1]" in text
    assert "[^1]: Principles of instruction, 2012." in text


def test_what_somebody_typed_as_a_mark_stays_what_it_was() -> None:
    raw = word_file(
        paragraph("<script>alert(1)</script> 2 * 3 * 4 [x](y) A_B # & so on"), paragraph("# not a heading")
    )

    text = word_text(raw).markdown

    assert "&lt;script>" in text
    assert r"2 \* 3 \* 4 \[x\](y) A_B # &amp; so on" in text
    assert r"\# not a heading" in text


def test_a_box_which_word_keeps_as_a_table_of_one_column_becomes_a_paragraph() -> None:
    text = word_text(word_file(table([["Remember to breathe."]]))).markdown

    assert text.strip() == "Remember to breathe."


def test_a_stroke_in_a_cell_does_not_make_another_cell() -> None:
    text = word_text(word_file(table([["Sign", "Meaning"], ["a|b", "either"]]))).markdown

    assert r"| a\|b | either |" in text


def test_a_picture_stands_as_its_description_and_its_file_comes_along_unopened() -> None:
    text = word_text(word_file(paragraph("Before."), picture("A talking board"), picture("The same board")))

    assert "![A talking board](word-picture-0)" in text.markdown
    assert "![The same board](word-picture-0)" in text.markdown
    assert text.pictures == (b"\x89PNG\r\n\x1a\n",)


def test_formulas_that_are_left_out_are_told() -> None:
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    formula = f'<w:p><m:oMath xmlns:m="{math}"><m:r><m:t>x=2</m:t></m:r></m:oMath></w:p>'

    assert word_text(word_file(paragraph("Before."), formula)).lost_formulas
    assert not word_text(word_file(paragraph("Before."))).lost_formulas


def _with(name: str, raw: bytes) -> bytes:
    return packed(word_parts(paragraph("Text.")) | {name: raw})


def _bomb() -> bytes:
    """300 MB of spaces in one part."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in word_parts(paragraph("Text.")).items():
            archive.writestr(name, raw)
        with archive.open("word/large.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)
    return packet.getvalue()


def _many_parts() -> bytes:
    return packed(
        word_parts(paragraph("Text.")) | {f"word/media/{number}.png": b"x" for number in range(2_001)}
    )


def _noise() -> bytes:
    """So much that the mark behind it lies across the border of two pieces that are read at a time."""
    return random.Random(1).randbytes(524_285).hex().encode()


def _high_ratio() -> bytes:
    return _with("word/large.xml", b"<a>" + b" " * 30_000_000 + b"</a>")


def _locked() -> bytes:
    """A zip whose entries say that they are encrypted."""
    raw = bytearray(word_file(paragraph("Text.")))
    for place in range(len(raw) - 4):
        if raw[place : place + 4] == b"PK\x01\x02":
            raw[place + 8] |= 1
    return bytes(raw)


def _linked() -> bytes:
    packet = io.BytesIO(word_file(paragraph("Text.")))
    with zipfile.ZipFile(packet, "a") as archive:
        entry = zipfile.ZipInfo("word/media/secret.png")
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return packet.getvalue()


def _twice() -> bytes:
    packet = io.BytesIO(word_file(paragraph("Text.")))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(packet, "a") as archive:
        archive.writestr("word/document.xml", word_parts(paragraph("Other."))["word/document.xml"])
    return packet.getvalue()


def _deep() -> bytes:
    parts = word_parts(paragraph("Text."))
    inside = b"<w:sdt><w:sdtContent>" * 60_000 + b"</w:sdtContent></w:sdt>" * 60_000
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + inside)
    return packed(parts, method=zipfile.ZIP_STORED)


HARMFUL = {
    "unpacks to 300 MB": (_bomb, "unpacks to far more"),
    "unpacks to a thousand times its size": (_high_ratio, "unpacks to far more"),
    "has two thousand parts": (_many_parts, "more than 2000 parts"),
    "points out of the file": (lambda: _with("../../evil.xml", b"<a/>"), "points out of it"),
    "has an absolute name": (lambda: _with("/etc/evil.xml", b"<a/>"), "points out of it"),
    "has a Windows path": (lambda: _with("word\\..\\..\\evil.xml", b"<a/>"), "points out of it"),
    "holds a link": (_linked, "holds a link"),
    "holds one name twice": (_twice, "two parts with one name"),
    "declares entities": (
        lambda: _with("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
        "document type",
    ),
    "declares entities in UTF-16": (
        lambda: _with("word/x.xml", '\ufeff<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16-le")),
        "document type",
    ),
    "declares entities late": (lambda: _with("word/x.xml", _noise() + b"<!DOCTYPE a><a/>"), "document type"),
    "is locked": (_locked, "password"),
    "is locked by Word": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "is packed otherwise": (
        lambda: packed(word_parts(paragraph("T.")), method=zipfile.ZIP_BZIP2),
        "packed in a way",
    ),
    "is an old Word file": (lambda: OLE + b"WordDocument", r"old Word file \(.doc\)"),
    "is a picture": (lambda: b"\x89PNG\r\n\x1a\n", "not a Word file"),
    "is a spreadsheet": (
        lambda: packed({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}),
        "another kind",
    ),
    "is cut in half": (lambda: word_file(paragraph("Text."))[:900], "half of it is missing"),
    "is broken inside": (lambda: _with("word/document.xml", b"<w:document"), "damaged"),
    "is nested too deeply": (_deep, "nested too deeply|damaged|too long|too much"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_file_is_refused_in_one_sentence_when_it(kind: str) -> None:
    make, reason = HARMFUL[kind]
    raw = make()

    began = time.monotonic()
    with pytest.raises(BadRequest, match=reason) as refused:
        word_text(raw)

    assert time.monotonic() - began < 45
    assert "\n" not in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_file_of_more_than_twenty_megabytes_is_refused_unopened() -> None:
    with pytest.raises(TooLarge, match="20 MB"):
        word_text(b"PK\x03\x04" + b"x" * LARGEST)


@pytest.mark.parametrize("name", ["Classic_XXE.xml", "Classic_XXE_-_etc_passwd.xml", "XXE_PHP_Wrapper.xml"])
def test_known_attacks_with_entities_are_refused(name: str) -> None:
    attack = (shared("data/hostile/xxe") / name).read_bytes()

    with pytest.raises(BadRequest, match=r"document type|damaged"):
        word_text(_with("word/document.xml", attack))


def test_a_link_that_runs_script_is_still_there_for_the_cleaning_that_follows() -> None:
    raw = word_file(link("bad", "press"), links={"bad": "javascript:alert(1)"})

    assert "press" in word_text(raw).markdown
