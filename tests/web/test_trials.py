"""“We tried it”: told on an article’s page, shown there as a count and a list, found by words, and never merged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.article import Visibility
from kb.domain.search import Reader
from kb.settings import Settings
from kb.storage import accounts, editions, journal, trials
from kb.storage.database import Database
from tests.browser import Browser
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"
INSET = "one-inset-day-on-trauma"
"""An article that only the trust reads."""

EVERYBODY = Reader(visibilities=frozenset(Visibility))
TOLD = {
    "school": "brindle-hill-primary",
    "outcome": "mixed",
    "how_we_know": "We counted calls for help: nine a week before, seven after. The zebra corner was used daily.",
    "changed": "We did it at the end of lunch instead.",
    "began": "September 2026",
    "ended": "20 October 2026",
    "how_often": "Every day, ten minutes",
    "how_long": "Six weeks",
    "key_stages": ["ks2"],
    "provisions": ["mainstream"],
    "pupils": "58",
    "visibility": "public",
}


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
    """The same, where nobody has tried anything."""
    with workshop.extensions["kb"].database.write() as writing:
        for table in ("trials", "letters", "taken_down"):
            writing.execute(f"delete from {table}")
    return workshop


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def told(own: Flask, who: str = "partner", slug: str = CALM, **changes: object) -> int:
    """The number of a trial that somebody told of on the page."""
    page = Browser(own).sign_in(who).post(f"/articles/{slug}/tried", data=TOLD | changes)
    assert page.status_code == 303, page.words()
    return int(page.headers["Location"].rsplit("/", 1)[1])


def test_a_trial_is_counted_and_listed_on_its_article_beside_the_result_of_its_writer(own: Flask) -> None:
    told(own)
    told(own, "reviewer", school="saltmarsh-central", outcome="worked", visibility="trust")

    page = Browser(own).sign_in("reader").get(f"/articles/{CALM}")

    assert "Tried in 2 schools: 1 worked, 1 mixed" in page.words()
    assert "Brindle Hill" in page.words(".trials")
    assert "Tried" not in page.words(".glance")


def test_a_trial_is_told_to_the_owner_of_the_article_without_its_words(own: Flask) -> None:
    db = database(own)
    article_of_lead = "writing-a-case-study-colleagues-trust"

    told(own, slug=article_of_lead)

    lead = accounts.by_handle(db, "a.quintero")
    letters = [each for each in letters_of(db) if each[0] == "tried"]
    assert lead is not None
    assert [each[1] for each in letters] == [lead.id]
    assert "zebra" not in str(letters)


def letters_of(db: Database) -> list[tuple[str, int, str]]:
    with db.read() as reading:
        return list(reading.execute("select kind, account, content from letters order by id").fetchall())


@pytest.mark.parametrize(
    ("changes", "field", "advice"),
    [
        ({"began": "lately"}, "began", "Enter a day such as"),
        ({"began": "1 January 2099"}, "began", "Enter the day on which you began"),
        ({"ended": "1 August 2026"}, "ended", "after the beginning"),
        ({"pupils": "4"}, "pupils", "a small number tells who it is"),
        ({"school": "castle-bridge-primary"}, "school", "Choose from the list"),
        ({"how_we_know": ""}, "how_we_know", "how you know"),
        ({"how_we_know": "Ellie Thompson in Year 4 was calmer."}, "how_we_know", "pupil’s name"),
        ({"visibility": "trust"}, "visibility", "Choose from the list"),
        ({"key_stages": []}, "key_stages", "at least one key stage"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    own: Flask, changes: dict[str, object], field: str, advice: str
) -> None:
    page = Browser(own).sign_in("partner").post(f"/articles/{CALM}/tried", data=TOLD | changes)

    assert page.status_code == 400
    assert advice in page.words(".govuk-error-summary")
    assert page.select(f".govuk-error-summary a[href^='#{field}']")
    assert "end of lunch instead" in page.words("#changed")
    assert trials.seen(database(own), EVERYBODY) == ()


def test_a_small_group_is_said_without_a_number(own: Flask) -> None:
    number = told(own, pupils="", small_group="yes")

    assert "A small group" in Browser(own).get(f"/trials/{number}").words(".facts--trial")


def test_a_warning_is_looked_at_and_ticked_before_a_trial_is_kept(own: Flask) -> None:
    partner = Browser(own).sign_in("partner")
    doubtful = TOLD | {"how_we_know": "Two boys with ADHD in Year 5 stayed for whole lessons."}

    first = partner.post(f"/articles/{CALM}/tried", data=doubtful)
    keys = [str(each["value"]) for each in first.select("input[name=looked_at]")]
    second = partner.post(f"/articles/{CALM}/tried", data=doubtful | {"looked_at": keys})

    assert (first.status_code, second.status_code) == (400, 303)
    assert keys


def test_the_school_that_wrote_the_article_does_not_count_itself(own: Flask) -> None:
    page = Browser(own).sign_in("contributor").get(f"/articles/{CALM}")
    sent = (
        Browser(own)
        .sign_in("contributor")
        .post(f"/articles/{CALM}/tried", data=TOLD | {"school": "castle-bridge-primary"})
    )

    assert not page.select(f"a[href='/articles/{CALM}/tried']")
    assert "Your school wrote this article" in sent.words(".govuk-error-summary")


def test_a_trial_is_seen_by_those_who_may_read_it_and_its_article_and_by_nobody_else(own: Flask) -> None:
    narrow = told(own, "reviewer", school="saltmarsh-central", visibility="trust")
    secret = told(own, "reader", slug=INSET, school="castle-bridge-primary", visibility="trust")
    wide = told(own)

    seen = {
        who: [
            Browser(own).sign_in(who).get(f"/trials/{each}").status_code
            if who
            else Browser(own).get(f"/trials/{each}").status_code
            for each in (narrow, secret, wide)
        ]
        for who in ("", "partner", "reader")
    }

    assert seen == {"": [404, 404, 200], "partner": [404, 404, 200], "reader": [200, 200, 200]}
    assert "1 trial" in Browser(own).get("/trials/").words()
    assert "3 trials" in Browser(own).sign_in("reader").get("/trials/").words()


def test_a_trial_of_an_article_that_is_taken_down_is_gone_with_it(own: Flask) -> None:
    number = told(own)

    editions.take_down(database(own), CALM, editions.Why.WITHDRAWN, path="x", reason="A pupil.")

    assert Browser(own).get(f"/trials/{number}").status_code == 404
    assert "0 trials" in Browser(own).get("/trials/").words()


def test_a_trial_goes_with_an_article_that_moves(own: Flask) -> None:
    db = database(own)
    told(own)
    editions.redirect(db, CALM, "talking-boards-in-every-room")  # stands for the new address

    page = Browser(own).get("/articles/talking-boards-in-every-room")
    editions.redirect(db, "talking-boards-in-every-room", CALM)

    assert "Tried in 1 school: 1 mixed" in page.words()


def test_trials_are_found_by_words_in_any_form_and_by_how_they_went(own: Flask) -> None:
    told(own)
    told(own, "reviewer", school="saltmarsh-central", outcome="worked", how_we_know="Fewer late marks.")
    anybody = Browser(own)

    assert "1 trial " in anybody.get("/trials/?q=zebras+counting").words() + " "
    assert "Fewer late marks" in anybody.get("/trials/?outcome=worked&key_stage=ks2").words(".trials")
    assert "0 trials" in anybody.get("/trials/?q=tractors").words()
    assert anybody.get("/trials/?outcome=nonsense&page=99&school=nowhere").status_code == 200


def test_a_trial_is_changed_by_its_author_or_its_school_and_by_nobody_else(own: Flask) -> None:
    number = told(own)
    allowed = {
        who: Browser(own).sign_in(who).get(f"/trials/{number}/edit").status_code
        for who in ("partner", "reader", "contributor", "reviewer", "lead")
    }

    Browser(own).sign_in("partner").post(f"/trials/{number}/edit", data=TOLD | {"outcome": "did-not-work"})

    assert allowed == {"partner": 200, "reader": 404, "contributor": 404, "reviewer": 404, "lead": 404}
    assert "1 did not" in Browser(own).get(f"/articles/{CALM}").words()


def test_a_trial_that_is_taken_back_is_gone(own: Flask) -> None:
    number = told(own)

    sent = Browser(own).sign_in("partner").post(f"/trials/{number}/withdraw")

    assert sent.status_code == 303
    assert Browser(own).sign_in("partner").get(f"/trials/{number}").status_code == 404
    assert Browser(own).sign_in("partner").post(f"/trials/{number}/withdraw").status_code == 404


def test_the_lead_hides_a_trial_with_a_reason_which_its_author_reads(own: Flask) -> None:
    number, lead = told(own), Browser(own).sign_in("lead")

    without = lead.post(f"/trials/{number}/hide", data={"reason": " "})
    hidden = lead.post(f"/trials/{number}/hide", data={"reason": "It is about another article."})

    entry = journal.entries(database(own), subject=f"trial:{number}")[0]
    assert (without.status_code, hidden.status_code) == (400, 303)
    assert (entry.verb, entry.reason) == ("hide-trial", "It is about another article.")
    assert Browser(own).sign_in("reader").get(f"/trials/{number}").status_code == 404
    assert "about another article" in Browser(own).sign_in("partner").get(f"/trials/{number}").words()
    assert Browser(own).sign_in("reviewer").post(f"/trials/{number}/show").status_code == 404
    assert lead.post(f"/trials/{number}/show").status_code == 303
    assert Browser(own).get(f"/trials/{number}").status_code == 200


def test_a_school_that_has_left_is_named_in_words(own: Flask) -> None:
    number = told(own)
    with database(own).write() as writing:
        writing.execute("update trials set school = 'a-school-that-left' where id = ?", [number])

    page = Browser(own).get(f"/trials/{number}")

    assert "no longer with us" in page.words()
    assert not page.select("a[href='/schools/a-school-that-left']")


def test_a_search_hit_says_who_tried_it(own: Flask) -> None:
    told(own)

    page = Browser(own).get("/search?q=calm+starts+after+lunch")

    assert "Tried in 1 school: 1 mixed" in page.words(".results")
