"""Who looks after late articles is asked, once a fortnight; the lead reads about the week, once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.actions.reminding import Reminding
from kb.domain.job import Job, JobState
from kb.domain.permission import State
from kb.storage import accounts, articles, outbox
from kb.storage.database import Database
from kb.storage.outbox import Letter
from tests.samples import make_article
from tests.texts import ANNA, BEN, LEAH, NOW, make_people, make_text

THURSDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 30)


@pytest.fixture
def reminding(db: Database) -> Reminding:
    """Two late articles of Anna's, one of Ben's that is late soon, one that is nobody's."""
    make_people(db)
    for slug, owner, review_by in (
        ("late", ANNA.handle, date(2026, 11, 20)),
        ("later", ANNA.handle, date(2026, 11, 25)),
        ("soon", BEN.handle, date(2026, 12, 10)),
        ("nobodys", "n.body", date(2026, 11, 1)),
    ):
        articles.put(db, make_article(slug=slug, title=f"About {slug}", owner=owner, review_by=review_by), {})
    return Reminding(db)


def job(turn: date) -> Job:
    return Job(
        id=1,
        kind="remind",
        payload={"turn": turn.isoformat()},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=datetime.now(UTC),
        changed=datetime.now(UTC),
    )


def letters(db: Database, kind: str) -> list[Letter]:
    return [letter for letter in outbox.listed(db) if letter.kind == kind]


def titles(letter: Letter, key: str) -> list[str]:
    return [each["title"] for each in letter.content[key]]


def test_one_letter_names_all_late_articles_of_a_person_and_no_others(
    db: Database, reminding: Reminding
) -> None:
    reminding.remind(job(THURSDAY))

    (letter,) = letters(db, "overdue")
    assert letter.account == ANNA.id
    assert titles(letter, "articles") == ["About late", "About later"]
    assert letter.content["articles"][0]["since"] == "20 November 2026"


def test_a_person_is_asked_once_a_fortnight_however_often_the_job_is_done(
    db: Database, reminding: Reminding
) -> None:
    for days in range(28):
        for _ in range(2):
            reminding.remind(job(date.fromordinal(THURSDAY.toordinal() + days)))

    assert len([letter for letter in letters(db, "overdue") if letter.account == ANNA.id]) in (2, 3)


def test_who_has_left_is_asked_nothing(db: Database, reminding: Reminding) -> None:
    accounts.leave(db, ANNA.id, NOW)

    reminding.remind(job(THURSDAY))

    assert letters(db, "overdue") == []


def test_the_lead_reads_about_the_week_once(db: Database, reminding: Reminding) -> None:
    make_text(db, state=State.SUBMITTED, title="A text that waits")

    for _ in range(2):
        reminding.digest(job(MONDAY))

    (letter,) = letters(db, "digest")
    assert letter.account == LEAH.id
    assert titles(letter, "waiting") == ["A text that waits"]
    assert titles(letter, "overdue") == ["About nobodys", "About late", "About later"]
    assert titles(letter, "soon") == ["About soon"]
    assert letter.content["week"] == "23 November 2026"


def test_of_a_week_without_anything_no_letter_is_written(db: Database) -> None:
    make_people(db)

    Reminding(db).digest(job(MONDAY))

    assert letters(db, "digest") == []
