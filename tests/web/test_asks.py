"""“Ask for this”: what is missing is said, counted by school, answered, and never told to who may not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from kb.actions import wanting
from kb.domain.ask import AskState
from kb.domain.permission import State
from kb.settings import Settings
from kb.storage import accounts, asks, journal, texts
from tests.browser import Browser
from tests.sharing import database, emptied, letters, shop

CALM = "calm-starts-after-lunch"
INSET = "one-inset-day-on-trauma"
ASK = {
    "question": "Swimming lessons for pupils who cannot bear noise",
    "detail": "The pool is loud.",
    "school": "castle-bridge-primary",
    "audience": "trust",
    "key_stages": ["ks2"],
    "do": "ask",
}


@pytest.fixture(scope="module")
def workshop(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with shop(demo, tmp_path_factory.mktemp("own")) as app:
        yield app


@pytest.fixture
def own(workshop: Flask) -> Flask:
    return emptied(workshop)


def asked(own: Flask, who: str = "reader", **changes: object) -> int:
    """The number of an ask that somebody made on the page."""
    page = Browser(own).sign_in(who).post("/asks/new", data=ASK | changes)
    assert page.status_code == 303, page.words()
    return int(page.headers["Location"].rsplit("/", 1)[1])


def state(own: Flask, number: int) -> AskState:
    found = asks.find(database(own), number)
    assert found is not None
    return found.state


def test_a_search_that_finds_nothing_leads_to_an_ask_that_is_filled_in(own: Flask) -> None:
    reader = Browser(own).sign_in("reader")
    nothing = reader.get("/search?q=tractor+carburettor&key_stage=ks2")

    link = str(nothing.select("a[href^='/asks/new']")[0]["href"])
    form = reader.get(link)

    assert form.select("#question")[0]["value"] == "tractor carburettor"
    assert [each["value"] for each in form.select("input[name=key_stages][checked]")] == ["ks2"]


def test_what_is_there_already_is_shown_before_an_ask_is_sent(own: Flask) -> None:
    asked(own)
    reader = Browser(own).sign_in("contributor")

    page = reader.get("/asks/new?q=noisy+swimming+pool+sensory+needs")
    looked = reader.post("/asks/new", data=ASK | {"question": "calm starts after lunch", "do": "look"})

    assert "Swimming lessons" in page.words("#alike")
    assert "Calm starts after lunch" in looked.words("#alike")
    assert len(asks.seen(database(own), everything())) == 1


def everything() -> asks.Seer:
    return asks.seer(account=None, schools=(), trust=True, everything=True)


def test_a_confidential_ask_does_not_exist_for_anybody_but_its_asker_and_the_lead(own: Flask) -> None:
    secret, plain = asked(own, audience="lead"), asked(own, question="Another thing entirely")

    seen = {
        who: (
            Browser(own).sign_in(who).get(f"/asks/{secret}").status_code,
            "Swimming" in Browser(own).sign_in(who).get("/asks/?state=open").words(),
            Browser(own).sign_in(who).post(f"/asks/{secret}/too", data={"school": "x"}).status_code,
        )
        for who in ("reader", "contributor", "partner", "reviewer", "administrator", "lead")
    }

    assert seen["reader"][:2] == seen["lead"][:2] == (200, True)
    assert {who for who, (status, *_) in seen.items() if status == 404} == {
        "contributor",
        "partner",
        "reviewer",
        "administrator",
    }
    assert [seen[who] for who in ("contributor", "partner", "reviewer")] == [(404, False, 404)] * 3
    assert Browser(own).sign_in("partner").get(f"/asks/{plain}").status_code == 404
    contributor = Browser(own).sign_in("contributor")
    assert "cannot bear noise" not in contributor.get("/asks/new?q=swimming+lessons").words("main")
    with database(own).read() as reading:
        told = reading.execute("select content from letters").fetchall()
    assert "Swimming" not in str(told)


def test_schools_that_need_it_too_are_counted_once_each(own: Flask) -> None:
    number = asked(own)
    reviewer = Browser(own).sign_in("reviewer")

    for _ in range(2):
        reviewer.post(f"/asks/{number}/too", data={"school": "saltmarsh-central"})
    twice = reviewer.get(f"/asks/{number}").words()
    own_school = (
        Browser(own)
        .sign_in("contributor")
        .post(f"/asks/{number}/too", data={"school": "castle-bridge-primary"})
    )
    reviewer.post(f"/asks/{number}/too", data={"school": "saltmarsh-central", "do": "undo"})

    found = asks.find(database(own), number)
    assert "needs it too" in twice
    assert own_school.status_code == 400
    assert found is not None
    assert found.needed_by == ()


def test_an_answer_is_told_to_the_asker_who_may_say_that_it_does_not_help(own: Flask) -> None:
    number, asker = asked(own), Browser(own).sign_in("reader")
    assert asker.person is not None

    Browser(own).sign_in("contributor").post(
        f"/asks/{number}/answer",
        data={"article": f"https://practice.example/articles/{CALM}?from=x#top", "note": "The last part."},
    )
    answered, shown = state(own, number), asker.get(f"/asks/{number}").words()
    asker.post(f"/asks/{number}/again")

    assert answered is AskState.ANSWERED
    assert "Calm starts after lunch" in shown
    assert ("ask-answered", asker.person.id) in letters(own)
    assert state(own, number) is AskState.OPEN


@pytest.mark.parametrize("article", ["no-such-article", "", "../../etc/passwd", "https://example.org/"])
def test_an_answer_that_is_no_article_is_refused_and_nothing_typed_is_lost(own: Flask, article: str) -> None:
    number = asked(own)

    page = (
        Browser(own)
        .sign_in("contributor")
        .post(f"/asks/{number}/answer", data={"article": article, "note": "My own words"})
    )

    assert page.status_code == 400
    assert "My own words" in page.text
    assert state(own, number) is AskState.OPEN


def test_an_article_that_the_asker_may_not_read_is_no_answer(own: Flask) -> None:
    number = asked(own, "partner", school="brindle-hill-primary")

    page = Browser(own).sign_in("lead").post(f"/asks/{number}/answer", data={"article": INSET})

    assert "may not read this article" in page.words(".govuk-error-summary")
    assert "trauma" not in Browser(own).sign_in("partner").get(f"/asks/{number}").words("main")


def test_an_article_that_is_written_for_an_ask_answers_it_when_it_is_published(own: Flask) -> None:
    db, number = database(own), asked(own)
    now = datetime.now(UTC)

    begun = Browser(own).sign_in("contributor").post(f"/asks/{number}/write")
    text_id = int(begun.headers["Location"].rsplit("/", 1)[1])
    taken_up = state(own, number)
    reviewer = accounts.by_handle(db, "r.yeboah")
    assert reviewer is not None
    texts.move(db, text_id, was=[State.DRAFT], to=State.PUBLISHED, now=now, reviewer=reviewer.id, slug=CALM)
    for _ in range(2):
        wanting.answered_by(db, CALM)

    assert taken_up is AskState.TAKEN_UP
    assert state(own, number) is AskState.ANSWERED
    assert [each.slug for each in asks.replies(db, number)] == [CALM]
    assert [kind for kind, _ in letters(own)].count("ask-answered") == 1
    with db.write() as writing:
        writing.execute("update texts set slug = null, state = 'draft' where id = ?", [text_id])


def test_an_ask_is_closed_with_a_reason_by_its_asker_or_the_lead(own: Flask) -> None:
    number, lead = asked(own), Browser(own).sign_in("lead")

    others = Browser(own).sign_in("contributor").post(f"/asks/{number}/close", data={"reason": "No."})
    without = lead.post(f"/asks/{number}/close", data={"reason": ""})
    closed = lead.post(f"/asks/{number}/close", data={"reason": "We wrote to all heads."})

    entry = journal.entries(database(own), subject=f"ask:{number}")[0]
    assert (others.status_code, without.status_code, closed.status_code) == (404, 400, 303)
    assert (entry.verb, entry.reason) == ("close-ask", "We wrote to all heads.")
    assert "We wrote to all heads" in Browser(own).sign_in("reader").get(f"/asks/{number}").words()


def test_an_ask_is_changed_by_its_asker_until_somebody_takes_it_up(own: Flask) -> None:
    number, asker = asked(own), Browser(own).sign_in("reader")

    asker.post(f"/asks/{number}/edit", data=ASK | {"question": "Quiet changing rooms"})
    lead = Browser(own).sign_in("lead").get(f"/asks/{number}/edit").status_code
    changed = asker.get(f"/asks/{number}").words("h1")
    Browser(own).sign_in("contributor").post(f"/asks/{number}/write")

    assert (changed, lead) == ("Quiet changing rooms", 404)
    assert asker.get(f"/asks/{number}/edit").status_code == 404


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"question": ""}, "Say in a line"),
        ({"detail": "Ellie Thompson in Year 4 cannot bear it."}, "pupil’s name"),
        ({"school": "seawall-academy"}, "Choose from the list"),
        ({"audience": "everybody"}, "Choose from the list"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_that_say_what_to_do(
    own: Flask, changes: dict[str, object], advice: str
) -> None:
    page = Browser(own).sign_in("reader").post("/asks/new", data=ASK | changes)

    assert page.status_code == 400
    assert advice in page.words(".govuk-error-summary")
    assert asks.seen(database(own), everything()) == ()
