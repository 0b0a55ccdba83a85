"""Writing and review through the pages, without script, as four people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.permission import State
from kb.domain.review import Check, Verdict
from kb.settings import Settings
from kb.storage import reviews, text_revisions, texts
from kb.storage.database import Database
from tests.browser import Browser, Page
from tests.workplace import workplace

PARAGRAPH = (
    "We met the class at the door, breathed together for two minutes and then began with a quiet task. "
)
SETTING = {
    "school": "brindle-hill-primary",
    "key_stages": ["ks1", "ks2"],
    "provisions": ["mainstream"],
    "themes": ["behaviour-routines"],
}
RESULTS = {
    "outcome": "mixed",
    "how_we_know": "We counted calls for help in two half terms.",
    "level": "2",
    "pupils": "24",
}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("own")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def person(own: Flask) -> Callable[[str], Browser]:
    return lambda who: Browser(own).sign_in(who)


@pytest.fixture
def db(own: Flask) -> Database:
    database: Database = own.extensions["kb"].database
    return database


def sent(page: Page, **changes: Any) -> dict[str, Any]:
    """What the main form of a page sends when nothing but ``changes`` was filled in."""
    form = page.select("main form.form")[0]
    values: dict[str, Any] = {}
    for field in form.select("input, textarea"):
        if field.name == "input" and field["type"] in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        values.setdefault(str(field["name"]), []).append(
            field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        )
    return values | changes


def begin(browser: Browser, school: str = "brindle-hill-primary") -> int:
    """An article begun from an idea; its number."""
    idea = {"kind": "case-study", "title": "Calm starts in Year 4", "idea": "We breathe.", "school": school}
    answer = browser.post("/contribute/new", data=idea | {"do": "begin"})
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def fill(browser: Browser, text_id: int, step: str, **changes: Any) -> Page:
    """Save one page of an article."""
    page = browser.get(f"/contribute/{text_id}/{step}")
    return browser.post(f"/contribute/{text_id}/{step}", data=sent(page, **changes))


def written(browser: Browser, body: str = PARAGRAPH * 8) -> int:
    """A complete article; its number."""
    text_id = begin(browser)
    fill(browser, text_id, "about", summary="Two minutes of breathing.", visibility="public")
    fill(browser, text_id, "setting", **SETTING)
    parts = [body, "", PARAGRAPH, "Two hours.", "Counted.", ""]
    page = browser.get(f"/contribute/{text_id}/write")
    browser.post(f"/contribute/{text_id}/write", data=sent(page, part=parts))
    fill(browser, text_id, "results", **RESULTS)
    return text_id


def send_in(browser: Browser, text_id: int) -> Page:
    page = browser.get(f"/contribute/{text_id}/submit")
    keys = [each["value"] for each in page.select("input[name=looked_at]")]
    return browser.post(f"/contribute/{text_id}/submit", data=sent(page, looked_at=keys))


def state_of(db: Database, text_id: int) -> State:
    text = texts.find(db, text_id)
    assert text is not None
    return text.state


def test_an_idea_is_answered_with_what_is_there_already(person: Callable[[str], Browser]) -> None:
    idea = {
        "kind": "case-study",
        "title": "Calm starts after lunch",
        "idea": "We breathe together after lunch.",
        "school": "brindle-hill-primary",
    }

    page = person("partner").post("/contribute/new", data=idea | {"do": "look"})

    assert page.status_code == 200
    assert "Is one of these the same?" in page.words()
    assert page.select('#similar a[href^="/articles/"]')


def test_an_idea_that_lacks_something_keeps_what_was_typed(person: Callable[[str], Browser]) -> None:
    page = person("partner").post("/contribute/new", data={"title": "Only a title", "do": "look"})

    assert page.status_code == 400
    assert "Choose what you would like to write." in page.words(".govuk-error-summary")
    assert page.select("#title")[0]["value"] == "Only a title"


def test_a_reviewer_reads_the_names_of_terms_and_schools_and_no_ids(
    person: Callable[[str], Browser],
) -> None:
    text_id = written(person("partner"))
    send_in(person("partner"), text_id)

    facts = person("reviewer").get(f"/review/{text_id}").words(".facts")

    for words in (
        "Brindle Hill Primary School",
        "Key Stage 1, Key Stage 2",
        "Mainstream",
        "Behaviour routines",
    ):
        assert words in facts
    assert "brindle-hill" not in facts


def test_an_article_goes_from_an_idea_to_accepted(person: Callable[[str], Browser], db: Database) -> None:
    writer, reviewer = person("partner"), person("reviewer")
    text_id = written(writer)
    assert "thing missing" not in writer.get(f"/contribute/{text_id}").words()

    assert send_in(writer, text_id).status_code == 303
    assert "Waiting for a reviewer" in writer.get("/contribute/").words()
    assert "Calm starts in Year 4" in reviewer.get("/review/?school=brindle-hill-primary").words()
    reviewer.post(f"/review/{text_id}/take")
    page = reviewer.get(f"/review/{text_id}")
    returned = reviewer.post(
        f"/review/{text_id}/decide", data=sent_decision(page, verdict="return", advice="Say what it cost.")
    )
    assert returned.status_code == 303
    assert "Say what it cost." in writer.get(f"/contribute/{text_id}").words()
    fill(writer, text_id, "results", staff_hours_setup="6")
    send_in(writer, text_id)
    reviewer.post(f"/review/{text_id}/take")
    page = reviewer.get(f"/review/{text_id}")
    reviewer.post(
        f"/review/{text_id}/decide",
        data=sent_decision(page, verdict="accept", ticks=[check.value for check in Check]),
    )

    assert state_of(db, text_id) is State.PUBLISHED
    assert "Two minutes of breathing." in writer.get("/articles/calm-starts-in-year-4").words()


def sent_decision(page: Page, **changes: Any) -> dict[str, Any]:
    revision = page.select('form[action$="/decide"] input[name=revision]')[0]["value"]
    return {"revision": revision, **changes}


def test_a_review_without_advice_or_with_open_points_is_refused(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer, reviewer = person("partner"), person("reviewer")
    text_id = written(writer)
    send_in(writer, text_id)
    reviewer.post(f"/review/{text_id}/take")
    page = reviewer.get(f"/review/{text_id}")

    without = reviewer.post(f"/review/{text_id}/decide", data=sent_decision(page, verdict="return"))
    half = reviewer.post(
        f"/review/{text_id}/decide", data=sent_decision(page, verdict="accept", ticks=["cost"])
    )

    assert (without.status_code, half.status_code) == (400, 400)
    assert without.select('a[href="#advice"]')
    assert half.select("input[name=ticks][value=cost][checked]")
    assert state_of(db, text_id) is State.IN_REVIEW


def test_a_pupils_name_is_shown_and_must_be_dealt_with(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer = person("partner")
    text_id = written(writer, PARAGRAPH * 8 + "Jamie in Y4 told his mum that he liked it.")

    page = writer.get(f"/contribute/{text_id}/submit")
    refused = writer.post(f"/contribute/{text_id}/submit", data=sent(page))

    assert "Jamie" in page.words()
    assert refused.status_code == 400
    assert state_of(db, text_id) is State.DRAFT


@pytest.mark.parametrize("who", ["reader", "contributor", "administrator"])
def test_a_foreign_text_looks_like_none_at_all(person: Callable[[str], Browser], who: str) -> None:
    text_id = begin(person("partner"))
    stranger = person(who)

    for path in ("", "/about", "/write", "/history", "/submit", "/history/1"):
        assert (
            stranger.get(f"/contribute/{text_id}{path}").status_code
            == stranger.get(f"/contribute/999999{path}").status_code
        )
        assert "Calm starts" not in stranger.get(f"/contribute/{text_id}{path}").text


def test_a_text_that_cannot_be_changed_now_says_where_it_stands_and_leads_back_to_it(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer = person("partner")
    text_id = begin(writer)
    texts.move(db, text_id, was=[State.DRAFT], to=State.SUBMITTED, now=datetime.now(UTC))

    page = writer.get(f"/contribute/{text_id}/write")

    assert page.words("h1") == "That cannot be done now"
    assert "waits for a reviewer" in page.words("main")
    assert writer.get(page.select(f"main a[href='/contribute/{text_id}']")[0]["href"]).status_code == 200


def test_two_people_on_one_text_are_asked_and_lose_nothing(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer = person("contributor")
    text_id = begin(writer, "castle-bridge-primary")
    one, two = (writer.get(f"/contribute/{text_id}/write?view=whole") for _ in range(2))

    writer.post(f"/contribute/{text_id}/write", data=sent(one, body="The first words."))
    answer = writer.post(f"/contribute/{text_id}/write", data=sent(two, body="The second words."))

    asked = writer.get(answer.headers["Location"])
    assert "The first words." in asked.words()
    assert "The second words." in asked.words()
    undecided = writer.post(answer.headers["Location"], data=sent(asked, do="together"))
    assert undecided.status_code == 400
    writer.post(answer.headers["Location"], data=sent(asked, **{"place-body-1": "both", "do": "together"}))
    text = texts.find(db, text_id)
    assert text is not None
    assert text.content.body == "The first words. The second words."


def test_the_page_saves_by_itself(person: Callable[[str], Browser], db: Database) -> None:
    writer = person("partner")
    text_id = begin(writer)
    page = writer.get(f"/contribute/{text_id}/write?view=whole")

    answer = writer.post(f"/contribute/{text_id}/write/autosave", data=sent(page, body="Half a sent"))

    assert answer.json == {"revision": 2, "kept": True, "said": "Saved."}
    assert texts.find(db, text_id).content.body == "Half a sent"  # type: ignore[union-attr]
    assert "Half a sent" in writer.get(f"/contribute/{text_id}/write").text


def test_a_preview_saves_nothing_and_keeps_what_was_typed(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer = person("partner")
    text_id = begin(writer)
    page = writer.get(f"/contribute/{text_id}/write?view=whole")

    shown = writer.post(
        f"/contribute/{text_id}/write", data=sent(page, body="Some **bold** words.", do="preview")
    )

    assert shown.select(".preview strong")[0].get_text() == "bold"
    assert "Some **bold** words." in shown.select("#body")[0].get_text()
    assert len(text_revisions.history(db, text_id)) == 1


def test_an_older_version_is_shown_and_brought_back(person: Callable[[str], Browser], db: Database) -> None:
    writer = person("partner")
    text_id = begin(writer)
    for words in ("First words.", "Second words."):
        page = writer.get(f"/contribute/{text_id}/write?view=whole")
        writer.post(f"/contribute/{text_id}/write", data=sent(page, body=words, do="stay"))

    page = writer.get(f"/contribute/{text_id}/history/2")
    assert re.search(r"taken out: First.*added: Second", page.words(".changes"))
    writer.post(f"/contribute/{text_id}/history/2", data={"revision": "3"})

    assert texts.find(db, text_id).content.body == "First words."  # type: ignore[union-attr]


def test_comments_go_to_and_fro_and_are_settled(person: Callable[[str], Browser]) -> None:
    writer, reviewer = person("partner"), person("reviewer")
    text_id = written(writer)

    reviewer.post(
        f"/contribute/{text_id}/comments",
        data={"said": "How many?", "section": "What we did", "origin": "review"},
    )
    page = writer.get(f"/contribute/{text_id}")
    opening = page.select("input[name=parent]")[0]["value"]
    writer.post(f"/contribute/{text_id}/comments", data={"said": "Twenty-four.", "parent": opening})
    reviewer.post(f"/contribute/{text_id}/comments/{opening}", data={"do": "settle", "origin": "review"})

    words = reviewer.get(f"/review/{text_id}").words("#comments")
    assert "On “What we did”: settled" in words
    assert "Twenty-four." in words


def test_a_published_article_gets_a_new_version_with_what_changed(person: Callable[[str], Browser]) -> None:
    lead, reviewer = person("lead"), person("reviewer")
    answer = lead.post("/contribute/articles/calm-starts-after-lunch")
    text_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    page = lead.get(f"/contribute/{text_id}/write?view=whole")
    body = page.select("#body")[0].get_text()

    lead.post(f"/contribute/{text_id}/write", data=sent(page, body=body + "\nOne more sentence here.\n"))

    words = reviewer.get(f"/review/{text_id}").words()
    assert "4 words new, 0 words taken out." in words
    assert "[added: One more sentence here.]" in words


def test_what_is_thrown_away_is_put_back(person: Callable[[str], Browser]) -> None:
    writer = person("partner")
    text_id = begin(writer)

    writer.post(f"/contribute/{text_id}/discard")
    assert writer.get(f"/contribute/{text_id}").status_code == 404
    writer.post(f"/contribute/{text_id}/put-back")

    assert writer.get(f"/contribute/{text_id}").status_code == 200


def test_nobody_takes_a_text_of_their_own(person: Callable[[str], Browser], db: Database) -> None:
    reviewer = person("second reviewer")
    text_id = begin(reviewer, "seawall-academy")
    texts.move(db, text_id, was=[State.DRAFT], to=State.SUBMITTED, now=texts.find(db, text_id).created_at)  # type: ignore[union-attr]

    answer = reviewer.post(f"/review/{text_id}/take")

    assert answer.status_code != 303
    assert "somebody else reviews it" in answer.words()
    assert state_of(db, text_id) is State.SUBMITTED


def test_a_forged_form_changes_nothing(person: Callable[[str], Browser], db: Database) -> None:
    writer = person("partner")
    text_id = begin(writer)

    answer = writer.post(
        f"/contribute/{text_id}/write", data={"csrf_token": "", "revision": "1", "body": "Forged"}
    )

    assert answer.status_code in (400, 403)
    assert texts.find(db, text_id).content.body == ""  # type: ignore[union-attr]


def test_on_a_full_disk_the_page_says_so_keeps_what_was_typed_and_saves_it_later(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer = person("partner")
    text_id = begin(writer)
    page = writer.get(f"/contribute/{text_id}/write?view=whole")
    words = "We counted the calls for help. " * 4000

    with db.write() as writing:
        (most,) = writing.execute("pragma max_page_count").fetchone()
        writing.execute("pragma max_page_count = 1")  # no page more than there are
    refused = writer.post(f"/contribute/{text_id}/write", data=sent(page, body=words))
    with db.write() as writing:
        writing.execute(f"pragma max_page_count = {most}")
    later = writer.post(f"/contribute/{text_id}/write", data=sent(refused))

    assert refused.status_code >= 400
    assert "The disk is full" in refused.words()
    assert "We counted the calls for help." in refused.select("textarea")[0].get_text()
    assert later.status_code == 303
    assert texts.find(db, text_id).content.body.startswith("We counted the calls")  # type: ignore[union-attr]


def test_a_decision_that_is_sent_again_from_an_older_page_changes_nothing(
    person: Callable[[str], Browser], db: Database
) -> None:
    writer, reviewer = person("partner"), person("reviewer")
    text_id = written(writer)
    send_in(writer, text_id)
    reviewer.post(f"/review/{text_id}/take")
    page = reviewer.get(f"/review/{text_id}")
    decision = {"revision": page.select("input[name=revision]")[0]["value"], "advice": "Say what it cost."}

    first = reviewer.post(f"/review/{text_id}/decide", data=decision | {"verdict": "return"})
    again = reviewer.post(f"/review/{text_id}/decide", data=decision | {"verdict": "return"})
    other = reviewer.post(
        f"/review/{text_id}/decide",
        data=decision | {"verdict": "accept", "ticks": [check.value for check in Check]},
    )

    assert first.status_code == 303
    assert (again.status_code, other.status_code) != (303, 303)
    assert state_of(db, text_id) is State.CHANGES_ASKED
    verdicts = [each.verdict for each in reviews.of_text(db, text_id)]
    assert verdicts == [Verdict.TAKEN, Verdict.RETURNED]
