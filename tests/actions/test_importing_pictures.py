"""Pictures of imported Word files: made anew, in the article, and hidden until somebody says who is on them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from kb.actions.importing import ImportReport, Verdict
from kb.actions.validating import validate
from kb.domain.picture import About, shown_in
from kb.storage import published_pictures
from tests.bad_files import bad_pictures, picture
from tests.imports import articles, run, verdicts
from tests.samples import write_content
from tests.word_files import packed, paragraph, word_parts
from tests.word_files import picture as word_picture

TODAY = datetime.now(tz=UTC).date()
BAD = (
    *("gif-with-script.gif", "phone.heic", "paper.jpg", "page.png", "virus.png", "laughs.svg", "word.png"),
    *("cut-90.png", "81-million.png", "text-bomb.png", "more-than-it-says.png"),
)
WORDS = paragraph("Every coat has a peg with the name of its owner, so nobody waits at the door.")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path, articles=())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    return folder


def put(tree: Path, *blocks: str, image: bytes, name: str = "Pegs.docx") -> None:
    (tree / name).write_bytes(packed(word_parts(WORDS, *blocks) | {"word/media/p.png": image}))


def shown(content: Path) -> str:
    """The name of the one picture that the one article shows."""
    (article,) = articles(content).values()
    (name,) = shown_in(article.body)
    return name


def reasons(report: ImportReport) -> str:
    return " ".join(entry.reason for entry in report.entries)


def test_a_picture_of_a_word_file_stands_in_the_article_and_is_hidden_until_it_is_described(
    content: Path, tree: Path
) -> None:
    put(tree, word_picture("Coats on labelled pegs"), image=picture())

    report = run(content, tree)

    name = shown(content)
    assert f"![Coats on labelled pegs](../../pictures/{name}.webp)" in articles(content)["pegs"].body
    assert {path.suffix for path in (content / "pictures").glob(f"{name}*")} == {".webp", ".jpg", ".json"}
    assert not published_pictures.may_be_shown(content, name, TODAY)
    assert "1 picture is hidden until somebody says who can be recognised" in reasons(report)
    assert validate(content) == ()


def test_where_a_photo_was_taken_does_not_come_along(content: Path, tree: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Playground of Castle Bridge"
    put(tree, word_picture("A playground"), image=picture("JPEG", exif=exif))

    run(content, tree)

    kept = (content / "pictures" / f"{shown(content)}.jpg").read_bytes()
    assert b"Castle Bridge" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_picture_without_words_is_named_in_the_report(content: Path, tree: Path) -> None:
    put(tree, word_picture(""), image=picture())

    report = run(content, tree)

    assert "picture 1 has no words for people who cannot see it" in reasons(report)
    assert "![Picture 1: say what it shows](../../pictures/" in articles(content)["pegs"].body


def test_what_somebody_has_said_of_a_picture_outlasts_a_second_import(content: Path, tree: Path) -> None:
    put(tree, word_picture("Coats on labelled pegs"), image=picture())
    run(content, tree)
    name = shown(content)
    said = About(alt="Coats on pegs with names", recognisable=False)
    published_pictures.say(content, name, alt=said.alt, about=said, size=(80, 60))
    put(tree, word_picture("Coats on labelled pegs"), paragraph("And now it is quiet."), image=picture())

    report = run(content, tree)

    assert verdicts(report) == {"Pegs.docx": "changed"}
    assert shown(content) == name
    assert published_pictures.published_about(content, name) == said
    assert "hidden" not in reasons(report)


def test_pictures_that_were_lost_come_back_with_the_next_import(content: Path, tree: Path) -> None:
    put(tree, word_picture("Coats on labelled pegs"), image=picture())
    run(content, tree)
    for file in [*(content / "pictures").iterdir(), content / "articles" / "imported" / ".imports.json"]:
        file.unlink()

    run(content, tree)

    name = shown(content)
    assert (content / "pictures" / f"{name}.webp").is_file()
    assert published_pictures.published_about(content, name) is not None


def import_of_before(content: Path, tree: Path) -> Path:
    """A Word file as it was imported before pictures were taken over; the path of its article."""
    put(tree, word_picture("Coats on labelled pegs"), image=picture())
    run(content, tree)
    article = content / "articles" / "imported" / "pegs.md"
    text = article.read_text(encoding="utf-8").replace(
        f"![Coats on labelled pegs](../../pictures/{shown(content)}.webp)", ""
    )
    article.write_text(text, encoding="utf-8")
    shutil.rmtree(content / "pictures")
    register = article.with_name(".imports.json")
    noted = json.loads(register.read_text(encoding="utf-8"))
    del noted["entries"][0]["pictures"]
    noted["entries"][0]["written_sha256"] = hashlib.sha256(article.read_bytes()).hexdigest()
    register.write_text(json.dumps(noted), encoding="utf-8")
    return article


def test_a_word_file_imported_before_pictures_were_taken_over_gets_them_once(
    content: Path, tree: Path
) -> None:
    import_of_before(content, tree)

    first, second = run(content, tree), run(content, tree)

    assert verdicts(first) == {"Pegs.docx": "changed"}
    assert verdicts(second) == {"Pegs.docx": "unchanged"}
    assert (content / "pictures" / f"{shown(content)}.webp").is_file()
    assert "1 picture is hidden until somebody says who can be recognised" in reasons(first)


def test_what_was_edited_here_since_is_kept_even_without_its_pictures(content: Path, tree: Path) -> None:
    article = import_of_before(content, tree)
    article.write_text(article.read_text(encoding="utf-8") + "\nAnd a line of ours.\n", encoding="utf-8")
    before = article.read_bytes()

    report = run(content, tree)

    assert verdicts(report) == {"Pegs.docx": "skipped"}
    assert "Edited here since it was imported" in reasons(report)
    assert article.read_bytes() == before


def test_the_same_picture_in_two_articles_is_described_for_each(content: Path, tree: Path) -> None:
    for name in ("Pegs.docx", "Coats.docx"):
        put(tree, word_picture("Coats"), image=picture(), name=name)

    run(content, tree)

    assert len({shown_in(article.body) for article in articles(content).values()}) == 2


@pytest.mark.slow
def test_no_bad_picture_costs_the_words_of_its_file_or_stays_on_the_disk(content: Path, tree: Path) -> None:
    sent = {bad.name: bad.raw for bad in bad_pictures() if bad.name in BAD}
    for name, raw in sent.items():
        put(tree, word_picture("A board"), image=raw, name=f"{name}.docx")

    report = run(content, tree)

    assert len(sent) == report.count(Verdict.IMPORTED) == len(BAD)
    for entry in report.entries:
        assert "picture 1 cannot be taken: This " in entry.reason, entry.path
    for article in articles(content).values():
        assert "Every coat has a peg" in article.body
        assert "*Picture: A board*" in article.body
    assert not list((content / "pictures").glob("*"))


def test_what_the_virus_scanner_refuses_is_told_and_not_kept(content: Path, tree: Path) -> None:
    put(tree, word_picture("Coats"), image=picture())

    report = run(content, tree, virus_check=f"{sys.executable} -c 'raise SystemExit(1)'")

    assert verdicts(report) == {"Pegs.docx": "skipped"}
    assert "The virus scanner refused this file" in reasons(report)
    assert not list((content / "pictures").glob("*"))
