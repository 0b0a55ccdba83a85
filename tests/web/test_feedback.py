"""Helpful, not for my setting, out of date: one word of each reader, for those who look after the article alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kb.actions.feeding_back import ON_ARTICLE, WeeklyFeedback
from kb.application import create_app
from kb.domain.feedback import FeedbackCount
from kb.settings import Settings
from kb.storage import accounts, feedback
from kb.storage.database import Database
from tests.browser import Browser
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"
LEADS = "writing-a-case-study-colleagues-trust"
"""An article that the lead looks after."""

OLD = {"verdict": "out-of-date", "reason": "The form it links to has gone."}


@pytest.fixture(scope="module")
def workshop(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("own")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def own(workshop: Flask) -> Flask:
    """The same, where nobody has said anything."""
    with workshop.extensions["kb"].database.write() as writing:
        for table in ("feedback", "letters", "tries"):
            writing.execute(f"delete from {table}")
    return workshop


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def letters(db: Database) -> list[tuple[str, int, str]]:
    with db.read() as reading:
        return list(reading.execute("select kind, account, content from letters order by id").fetchall())


def test_a_reader_says_one_thing_about_an_article_and_can_change_it_or_take_it_back(own: Flask) -> None:
    db, reader = database(own), Browser(own).sign_in("reader")

    reader.post(f"/articles/{CALM}/feedback", data={"verdict": "helpful"})
    first = feedback.counts(db)[CALM]
    reader.post(
        f"/articles/{CALM}/feedback", data={"verdict": "not-for-my-setting", "reason": "We have no hall."}
    )
    second, shown = feedback.counts(db)[CALM], reader.get(f"/articles/{CALM}").words()
    reader.post(f"/articles/{CALM}/feedback/take-back")

    assert first == FeedbackCount(helpful=1)
    assert second == FeedbackCount(not_for_my_setting=1)
    assert "You said: Not for my setting" in shown
    assert feedback.counts(db) == {}


@pytest.mark.parametrize(
    ("sent", "advice"),
    [
        ({}, "Choose what you think"),
        ({"verdict": "out-of-date", "reason": "  "}, "Say in a sentence why"),
        ({"verdict": "helpful", "reason": "Ellie Thompson in Year 4 liked it."}, "pupil’s name"),
        ({"verdict": "helpful", "reason": "x" * 700}, "at most 600 characters"),
        ({"verdict": "five stars"}, "Choose from the list"),
    ],
)
def test_what_helps_nobody_is_refused_in_words_that_say_what_to_do(
    own: Flask, sent: dict[str, str], advice: str
) -> None:
    page = Browser(own).sign_in("reader").post(f"/articles/{CALM}/feedback", data=sent)

    assert page.status_code == 400
    assert advice in page.words(".govuk-error-summary")
    assert feedback.counts(database(own)) == {}


def test_out_of_date_is_told_to_the_owner_at_once_and_the_rest_once_a_week(own: Flask) -> None:
    db = database(own)
    lead = accounts.by_handle(db, "a.quintero")
    assert lead is not None

    Browser(own).sign_in("reader").post(f"/articles/{LEADS}/feedback", data=OLD)
    Browser(own).sign_in("partner").post(f"/articles/{LEADS}/feedback", data={"verdict": "helpful"})
    at_once = letters(db)
    turn = datetime.now(UTC).date() + timedelta(days=1)
    for _ in range(2):
        WeeklyFeedback(db).about_the_week_before(turn)

    assert [(kind, to) for kind, to, _ in at_once] == [("out-of-date", lead.id)]
    weekly = [each for each in letters(db) if each[0] == "feedback-week"]
    assert [to for _, to, _ in weekly] == [lead.id]
    assert "1 helpful, 1 out of date" in weekly[0][2]
    assert "has gone" not in str(letters(db))


def test_an_article_whose_owner_is_not_here_is_told_to_the_lead(own: Flask) -> None:
    db = database(own)

    Browser(own).sign_in("reader").post(f"/articles/{CALM}/feedback", data=OLD)

    lead = accounts.by_handle(db, "a.quintero")
    assert lead is not None
    assert [(kind, to) for kind, to, _ in letters(db)] == [("out-of-date", lead.id)]


def test_those_who_look_after_an_article_read_what_is_said_and_deal_with_it(own: Flask) -> None:
    db, lead = database(own), Browser(own).sign_in("lead")
    Browser(own).sign_in("reader").post(f"/articles/{LEADS}/feedback", data=OLD)
    (one,) = feedback.of_articles(db)

    waiting = lead.get("/feedback/").words()
    others = Browser(own).sign_in("contributor")
    refused = others.post(f"/feedback/{one.id}/dealt-with").status_code
    lead.post(f"/feedback/{one.id}/dealt-with")

    assert "1 word waits" in waiting
    assert "has gone" in waiting
    assert "has gone" not in others.get("/feedback/").words()
    assert refused == 404
    assert "Nothing waits" in lead.get("/feedback/").words()


def test_somebody_who_is_not_signed_in_is_heard_a_few_times_and_not_more(own: Flask) -> None:
    anybody = Browser(own)

    answers = [
        anybody.post(f"/articles/{CALM}/feedback", data={"verdict": "helpful"}).status_code
        for _ in range(ON_ARTICLE.most + 1)
    ]

    assert answers[:-1] == [303] * ON_ARTICLE.most
    assert answers[-1] == 400
    assert feedback.counts(database(own))[CALM].helpful == ON_ARTICLE.most


def test_nobody_says_anything_about_what_they_may_not_read(own: Flask) -> None:
    sent = Browser(own).sign_in("partner").post("/articles/one-inset-day-on-trauma/feedback", data=OLD)

    assert sent.status_code == 404
