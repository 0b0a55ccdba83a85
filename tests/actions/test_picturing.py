"""Pictures of texts: who may add them, what must be said of them, and when they are not shown."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb.actions import picturing
from kb.domain.article import Visibility
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound, Unavailable
from kb.domain.permission import State
from kb.domain.picture import Answers, PictureRefused, markdown_for
from kb.domain.search import Reader
from kb.domain.text import Text
from kb.storage import journal, pictures, published_pictures, texts
from kb.storage.database import Database
from tests.bad_files import EICAR, picture
from tests.texts import ANNA, BEN, CARA, make_text

TODAY = datetime.now(tz=UTC).date()
NOBODY = Answers(alt="Three chairs in the calm corner", recognisable="no")
SOMEBODY = Answers(
    alt="A pupil reads to a younger one",
    recognisable="yes",
    consent="Photo consent form, school office",
    consent_until=TODAY + timedelta(days=30),
)


def draft(db: Database, **changes: object) -> Text:
    text = texts.find(db, make_text(db, **changes))  # type: ignore[arg-type]
    assert text is not None
    return text


def test_a_picture_comes_into_a_text_with_what_was_said_of_it(db: Database, tmp_path: Path) -> None:
    text = draft(db)

    kept = picturing.add(db, tmp_path, ANNA, text, picture(), SOMEBODY, virus_check="none")

    assert pictures.of_text(db, text.id) == (kept,)
    assert kept.about is not None
    assert kept.about.consent == "Photo consent form, school office"
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == sorted(kept.files)
    assert [entry.verb for entry in journal.entries(db)].count("add-picture") == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (Answers(alt="", recognisable="no"), "alt"),
        (Answers(alt="IMG_2043.JPG", recognisable="no"), "alt"),
        (Answers(alt="Chairs in a row", recognisable=""), "recognisable"),
        (Answers(alt="A pupil reads", recognisable="yes", consent_until=TODAY), "consent"),
        (Answers(alt="A pupil reads", recognisable="yes", consent="In the office"), "consent_until"),
        (
            Answers(
                alt="A pupil reads", recognisable="yes", consent="Office", consent_until=date(2020, 1, 1)
            ),
            "consent_until",
        ),
    ],
)
def test_every_question_about_a_picture_must_be_answered(
    db: Database, tmp_path: Path, answers: Answers, field: str
) -> None:
    text = draft(db)

    with pytest.raises(PictureRefused) as refusal:
        picturing.add(db, tmp_path, ANNA, text, picture(), answers, virus_check="none")

    assert refusal.value.field == field
    assert not (tmp_path / "pictures").exists()


def test_only_those_who_may_change_a_text_add_pictures_to_it(db: Database, tmp_path: Path) -> None:
    text, waiting = draft(db), draft(db, state=State.SUBMITTED)

    picturing.add(db, tmp_path, BEN, text, picture(), NOBODY, virus_check="none")  # of the same school

    for person, where in ((CARA, text), (ANNA, waiting)):
        with pytest.raises(NotFound):
            picturing.add(db, tmp_path, person, where, picture(), NOBODY, virus_check="none")


def test_a_picture_goes_with_its_article_and_says_in_a_file_beside_it_what_it_shows(
    db: Database, tmp_path: Path
) -> None:
    content, var = tmp_path / "content", tmp_path / "var"
    text = draft(db)
    kept = picturing.add(db, var, ANNA, text, picture(), SOMEBODY, virus_check="none")
    other = picturing.add(db, var, ANNA, text, picture(), NOBODY, virus_check="none")

    picturing.put_beside(db, content, var, f"Words.\n\n{markdown_for(kept.name, kept.alt)}\n")

    assert all((content / "pictures" / file).is_file() for file in kept.files)
    assert not any((content / "pictures" / file).exists() for file in other.files)
    assert published_pictures.published_about(content, kept.name) == kept.about


def test_a_picture_is_hidden_the_day_after_its_consent_ends_and_comes_back_with_a_new_one(
    db: Database, tmp_path: Path
) -> None:
    content, var = tmp_path / "content", tmp_path / "var"
    text = draft(db)
    kept = picturing.add(db, var, ANNA, text, picture(), SOMEBODY, virus_check="none")
    picturing.put_beside(db, content, var, markdown_for(kept.name, kept.alt))
    last = TODAY + timedelta(days=30)

    assert published_pictures.may_be_shown(content, kept.name, last)
    assert not published_pictures.may_be_shown(content, kept.name, last + timedelta(days=1))

    longer = Answers(
        alt=kept.alt, recognisable="yes", consent="New form", consent_until=last + timedelta(days=300)
    )
    picturing.describe(db, content, ANNA, text, kept.name, longer, var=var)

    assert published_pictures.may_be_shown(content, kept.name, last + timedelta(days=1))


def test_a_picture_of_which_nobody_has_said_who_is_on_it_is_shown_to_no_reader(
    db: Database, tmp_path: Path
) -> None:
    content, var = tmp_path / "content", tmp_path / "var"
    text = draft(db)
    kept = picturing.bring(db, var, ANNA, text, picture(), alt="The hall", virus_check="none")

    picturing.put_beside(db, content, var, markdown_for(kept.name, kept.alt))

    assert kept.about is None
    assert not published_pictures.may_be_shown(content, kept.name, TODAY)


def test_a_picture_is_taken_away_only_when_the_text_no_longer_shows_it(db: Database, tmp_path: Path) -> None:
    text = draft(db)
    kept = picturing.add(db, tmp_path, ANNA, text, picture(), NOBODY, virus_check="none")
    shown = draft(db, body=markdown_for(kept.name, kept.alt))
    with db.write() as writing:
        writing.execute("update pictures set text_id = ?", [shown.id])

    with pytest.raises(BadRequest, match="Take it out of the text first"):
        picturing.remove(db, tmp_path, ANNA, shown, kept.name)
    with db.write() as writing:
        writing.execute("update pictures set text_id = ?", [text.id])
    picturing.remove(db, tmp_path, ANNA, text, kept.name)

    assert pictures.of_text(db, text.id) == ()
    assert list((tmp_path / "pictures").iterdir()) == []


def test_a_reader_sees_a_picture_only_with_an_article_that_shows_it(db: Database) -> None:
    everybody, public = (
        Reader(visibilities=frozenset(Visibility)),
        Reader(visibilities=frozenset({Visibility.PUBLIC})),
    )
    with db.write() as writing:
        writing.execute(
            "insert into articles values "
            "('a', 'articles/a.md', 'x', 'how-to', 'T', 'S', 'trust', null, null, null, '{}', 'shows pictures/abc123')"
        )

    assert pictures.stands_in_an_article(db, "abc123", everybody)
    assert not pictures.stands_in_an_article(db, "abc123", public)
    assert not pictures.stands_in_an_article(db, "abc124", everybody)


def test_what_the_virus_scanner_refuses_is_not_kept(db: Database, tmp_path: Path) -> None:
    scanner = tmp_path / "scanner"
    scanner.write_text(f"#!{sys.executable}\nimport sys\nsys.exit(b'EICAR' in sys.stdin.buffer.read())\n")
    scanner.chmod(scanner.stat().st_mode | stat.S_IXUSR)
    text = draft(db)

    with pytest.raises(BadRequest, match="virus scanner refused this file"):
        picturing.add(db, tmp_path, ANNA, text, picture() + EICAR, NOBODY, virus_check=str(scanner))
    picturing.add(db, tmp_path, ANNA, text, picture(), NOBODY, virus_check=str(scanner))

    assert len(pictures.of_text(db, text.id)) == 1


def test_without_an_answer_of_the_virus_scanner_nothing_is_taken(db: Database, tmp_path: Path) -> None:
    text = draft(db)

    with pytest.raises(Unavailable, match="could not be checked for viruses"):
        picturing.add(db, tmp_path, ANNA, text, picture(), NOBODY, virus_check="/nowhere/scanner")


def test_a_disk_that_refuses_leaves_no_half_picture(db: Database, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    text = draft(db)

    with pytest.raises(KnowledgeBaseError, match="could not be saved"):
        picturing.add(db, tmp_path, ANNA, text, picture(), NOBODY, virus_check="none")

    assert pictures.of_text(db, text.id) == ()
