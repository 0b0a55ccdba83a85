"""Commissions through their pages, without script: as the lead, two heads, a supporter and people who may not know."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.commission import Kind, Need, Stage
from kb.domain.session import Way
from kb.settings import Settings
from kb.storage import accounts, commissions, sessions
from kb.storage.database import Database
from kb.web.cookies import TOKEN
from tests.browser import Browser, Page
from tests.workplace import workplace

RECEIVER, SUPPORTER = "harbour-heights-school", "castle-bridge-primary"
NEED = {
    "title": "Calmer starts after lunch",
    "kind": "support",
    "receiver": RECEIVER,
    "details": "Lessons after lunch begin late and loud in two year groups.",
    "standard": "attendance-behaviour",
    "key_stages": ["ks3"],
    "themes": ["behaviour-routines"],
    "secret": "no",
}
HEADS = {RECEIVER: "c.whitlock", SUPPORTER: "d.marchetti"}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("commissions")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def db(own: Flask) -> Database:
    database: Database = own.extensions["kb"].database
    return database


@pytest.fixture
def person(own: Flask, db: Database) -> Callable[[str], Browser]:
    """A browser of one of the demo's people, by a name of tests/browser.py or by their handle."""

    def signed_in(who: str) -> Browser:
        browser, account = Browser(own), accounts.by_handle(db, who)
        if account is None:
            return browser.sign_in(who)
        token = sessions.begin(db, account.id, way=Way.DEMO, browser="a test", now=datetime.now(UTC))
        browser.client.set_cookie(TOKEN, token)
        browser.person = account
        return browser

    return signed_in


def sent(page: Page, **changes: Any) -> dict[str, Any]:
    """What the form of a page sends when nothing but ``changes`` was filled in."""
    values: dict[str, Any] = {}
    for field in page.select("main form.form input, main form.form textarea"):
        if field.name == "input" and field["type"] in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        typed = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        values.setdefault(str(field["name"]), []).append(typed)
    for chosen in page.select("main form.form select"):
        option = next((each for each in chosen.select("option") if each.has_attr("selected")), None)
        values[str(chosen["name"])] = option["value"] if option else ""
    return values | changes


def begun(lead: Browser, **changes: Any) -> int:
    answer = lead.post("/commissions/new", data=NEED | changes)
    assert answer.status_code == 303, answer.words()
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def do(browser: Browser, path: str, **changes: Any) -> Page:
    """Fill in the form of a page and send it."""
    return browser.post(path, data=sent(browser.get(path), **changes))


def matched(lead: Browser, **changes: Any) -> int:
    number = begun(lead, **changes)
    assert do(lead, f"/commissions/{number}/fund", funding="trust", ceiling="300").status_code == 303
    page = do(lead, f"/commissions/{number}/match", supporter=SUPPORTER, why="They have done it themselves.")
    assert page.status_code == 303
    return number


def agreed(lead: Browser, person: Callable[[str], Browser], **changes: Any) -> int:
    number = matched(lead, **changes)
    for head in HEADS.values():
        assert do(person(head), f"/commissions/{number}/answer", answer="yes").status_code == 303
    return number


def stage_of(db: Database, number: int) -> Stage:
    found = commissions.find(db, number)
    assert found is not None
    return found.stage


def test_a_need_is_matched_agreed_delivered_judged_and_written_up(
    person: Callable[[str], Browser], db: Database
) -> None:
    lead, today = person("lead"), datetime.now(UTC).date()
    number = agreed(lead, person)
    path = f"/commissions/{number}"
    supporter, helped = person("d.marchetti"), person("c.whitlock")

    plan = {
        "aims": "Two visits.",
        "first_contact": (today + timedelta(days=2)).isoformat(),
        "planned_days": "2.5",
        "report_due": (today + timedelta(days=40)).isoformat(),
    }
    assert do(supporter, f"{path}/plan", **plan).status_code == 303
    visit = {
        "day": today.isoformat(),
        "who": "Two teachers",
        "amount": "1.5",
        "unit": "days",
        "cost": "310.50",
    }
    assert (
        do(supporter, f"{path}/visits/new", **visit, what="We met the classes together.").status_code == 303
    )
    words = lead.get(path).words()
    assert "1.5 days" in words
    assert "£10.50 above the ceiling" in words
    assert do(supporter, f"{path}/report", report="Doors are met.").status_code == 303
    said = {"result": "met", "changed": "Lessons begin calmly.", "how_we_know": "Nine calls became two."}
    assert do(helped, f"{path}/evaluate", **said, recommend="yes").status_code == 303
    page = supporter.get(path)
    version = page.select("input[name=version]")[0]["value"]
    draft = supporter.post(f"{path}/case-study", data={"version": version}).headers["Location"]

    assert stage_of(db, number) is Stage.CLOSED
    overview = supporter.get(draft)
    assert "Calmer starts after lunch" in overview.words()
    assert overview.select(f'a[href="{path}"]')
    assert "Nine calls became two." in supporter.get(f"{draft}/write?view=whole").text


def test_matches_come_with_reasons_and_the_nearest_school_first(person: Callable[[str], Browser]) -> None:
    lead = person("lead")
    number = begun(lead)
    do(lead, f"/commissions/{number}/fund", funding="trust", ceiling="300")

    page = lead.get(f"/commissions/{number}/match")

    names = [each.get_text() for each in page.select(".match__name a")]
    assert len(names) == 16
    assert "Harbour Heights School" not in names
    points = [float(each.get_text().split()[0]) for each in page.select(".match__points")]
    assert points == sorted(points, reverse=True)
    assert points[0] > points[-1]
    assert re.search(r"near in meaning \(0\.\d\d\)", page.words(".matches"))
    assert "km" in page.words(".matches")


def test_a_school_that_said_no_comes_last_with_its_reason(
    person: Callable[[str], Browser], db: Database
) -> None:
    lead = person("lead")
    number = matched(lead)

    answer = do(
        person("d.marchetti"), f"/commissions/{number}/answer", answer="no", note="Nobody can be spared."
    )

    assert answer.status_code == 303
    assert stage_of(db, number) is Stage.FUNDED
    last = lead.get(f"/commissions/{number}/match").select(".match")[-1].get_text()
    assert "Castle Bridge" in last
    assert "Nobody can be spared." in last


def test_a_confidential_commission_does_not_exist_for_others(
    person: Callable[[str], Browser], db: Database
) -> None:
    lead = person("lead")
    number = matched(lead, secret="yes", title="A confidential worry")
    others = ("reader", "contributor", "partner", "reviewer", "administrator", "k.devereux")

    for who in others:
        browser = person(who)
        for path in ("", "/answer", "/plan", "/cancel", "/visits/new", "/visits/1", "/people"):
            answer = browser.get(f"/commissions/{number}{path}")
            assert answer.status_code == 404, (who, path)
        for path in ("/commissions/", "/commissions/?view=table", "/commissions/commissions.csv"):
            assert "A confidential worry" not in browser.get(path).text
    for who in ("lead", *HEADS.values()):
        assert person(who).get(f"/commissions/{number}").status_code == 200


def test_an_onlooker_sees_that_it_is_there_and_neither_money_nor_log(
    person: Callable[[str], Browser],
) -> None:
    number = agreed(person("lead"), person)

    page = person("y.carrow").get(f"/commissions/{number}")

    assert page.status_code == 200
    assert "Agreed" in page.words()
    for hidden in ("Ceiling", "They have done it themselves.", "late and loud"):
        assert hidden not in page.text


def test_what_was_typed_is_kept_when_something_is_wrong(person: Callable[[str], Browser]) -> None:
    lead = person("lead")

    page = lead.post("/commissions/new", data=NEED | {"title": "", "standard": ""})

    assert page.status_code == 400
    assert "Say in one line what is needed." in page.words(".govuk-error-summary")
    assert "late and loud" in page.select("textarea[name=details]")[0].get_text()
    assert page.select("input[name=key_stages][value=ks3][checked]")


def test_a_name_is_warned_of_and_goes_through_with_a_tick_and_a_pupils_name_does_not(
    person: Callable[[str], Browser],
) -> None:
    lead = person("lead")

    warned = lead.post("/commissions/new", data=NEED | {"details": "We spoke with Gemma about it."})
    ticked = lead.post(
        "/commissions/new", data=NEED | {"details": "We spoke with Gemma about it.", "looked": "yes"}
    )
    blocked = lead.post(
        "/commissions/new", data=NEED | {"details": "Jamie in Y4 told his mum.", "looked": "yes"}
    )

    assert warned.status_code == 400
    assert warned.select("input[name=looked]")
    assert ticked.status_code == 303
    assert blocked.status_code == 400
    assert not blocked.select("input[name=looked]")


def test_a_link_fills_the_form_in_and_leaves_out_what_nobody_knows(person: Callable[[str], Browser]) -> None:
    page = person("lead").get(
        "/commissions/new?ask=7&title=Reading+aloud&key_stage=ks2&key_stage=nonsense&theme=behaviour-routines"
        "&provision=mainstream&need=semh&from=samphire-junior"
    )

    assert page.select("input[name=title]")[0]["value"] == "Reading aloud"
    assert [each["value"] for each in page.select("input[name=key_stages][checked]")] == ["ks2"]
    assert page.select("select[name=receiver] option[selected]")[0]["value"] == "samphire-junior"
    assert page.select("input[name=origin]")[0]["value"] == "ask:7"


def test_the_board_is_narrowed_and_sorted_and_saved_as_a_table(person: Callable[[str], Browser]) -> None:
    lead = person("lead")
    begun(lead, title="=HYPERLINK(1)", receiver="samphire-junior", kind="coaching")

    narrowed = lead.get("/commissions/?view=table&school=samphire-junior&kind=coaching&sort=title")
    saved = lead.get("/commissions/commissions.csv?school=samphire-junior&kind=coaching")

    assert [each.get_text() for each in narrowed.select("tbody th a")] == ["=HYPERLINK(1)"]
    rows = list(csv.reader(io.StringIO(saved.text.removeprefix("\ufeff"))))
    assert [row[1] for row in rows] == ["Title", "'=HYPERLINK(1)"]
    assert lead.get("/commissions/?sort=nonsense&late=1&stage=nonsense").status_code == 200


def test_many_commissions_are_turned_page_by_page_and_the_board_leads_to_the_rest(
    person: Callable[[str], Browser], db: Database
) -> None:
    lead = person("lead")
    assert lead.person is not None
    titles = [f"Need number {number:02}" for number in range(22)]
    for title in titles:
        need = Need(kind=Kind.TRAINING, title=title, receiver="samphire-junior", text="x", standard="other")
        commissions.insert(db, need, lead=lead.person.id, now=datetime.now(UTC))
    asked = "kind=training&school=samphire-junior&sort=title"

    first = lead.get(f"/commissions/?view=table&{asked}")
    second = lead.get(str(first.select(".govuk-pagination__next a")[0]["href"]))
    board = lead.get(f"/commissions/?{asked}")
    more = board.select(".board__column p a")[0]

    shown = [each.get_text() for page in (first, second) for each in page.select("tbody th a")]
    assert shown == titles
    assert len(board.select(".board__card")) == 8
    assert more.get_text() == "14 more in the table: To be matched"
    assert len(lead.get(str(more["href"])).select("tbody tr")) == 20


def test_a_page_that_was_overtaken_writes_over_nothing(
    person: Callable[[str], Browser], db: Database
) -> None:
    lead = person("lead")
    number = begun(lead)
    old = lead.get(f"/commissions/{number}/need")
    do(lead, f"/commissions/{number}/need", title="Calmer starts every day")

    answer = lead.post(f"/commissions/{number}/need", data=sent(old, title="Calmer starts never"))

    assert answer.status_code == 400
    assert "Somebody has changed this commission" in answer.words(".govuk-error-summary")
    found = commissions.find(db, number)
    assert found is not None
    assert found.need.title == "Calmer starts every day"


def test_it_is_handed_over_and_its_people_are_named(person: Callable[[str], Browser], db: Database) -> None:
    lead = person("lead")
    number = matched(lead)
    contact = accounts.by_handle(db, "m.thistlewood")
    assert contact is not None

    answer = do(lead, f"/commissions/{number}/people", contact=str(contact.id))

    assert answer.status_code == 303
    assert "M. Thistlewood" in lead.get(f"/commissions/{number}").words()
    assert person("m.thistlewood").get(f"/commissions/{number}").status_code == 200


def test_it_is_moved_by_hand_only_with_a_reason(person: Callable[[str], Browser], db: Database) -> None:
    lead = person("lead")
    number = agreed(lead, person)

    refused = do(lead, f"/commissions/{number}/move", to="reported")
    moved = do(lead, f"/commissions/{number}/move", to="reported", note="It happened before this site.")

    assert (refused.status_code, moved.status_code) == (400, 303)
    assert stage_of(db, number) is Stage.REPORTED
    assert "It happened before this site." in lead.get(f"/commissions/{number}").words()


def test_the_figures_are_for_the_lead_as_pages_and_as_files(person: Callable[[str], Browser]) -> None:
    lead = person("lead")
    number = agreed(lead, person)
    do(lead, f"/commissions/{number}/move", to="in-delivery", note="It has begun.")
    visit = {
        "day": datetime.now(UTC).date().isoformat(),
        "who": "Two teachers",
        "amount": "13",
        "unit": "hours",
    }
    do(person("d.marchetti"), f"/commissions/{number}/visits/new", **visit, what="We met the classes.")

    value, capacity = lead.get("/commissions/value?period=year"), lead.get("/commissions/capacity")

    assert "Castle Bridge Primary School" in value.words()
    assert re.search(r"Castle Bridge Primary School\s*\d", capacity.words())
    for path in ("value", "capacity"):
        assert lead.get(f"/commissions/{path}.csv").headers["Content-Type"].startswith("text/csv")
        for who in ("reader", "reviewer", "administrator", "d.marchetti"):
            assert person(who).get(f"/commissions/{path}").status_code == 403


def test_a_line_of_the_log_is_mended_and_taken_out(person: Callable[[str], Browser], db: Database) -> None:
    lead, supporter = person("lead"), person("d.marchetti")
    number = agreed(lead, person)
    do(lead, f"/commissions/{number}/move", to="in-delivery", note="It has begun.")
    visit = {
        "day": datetime.now(UTC).date().isoformat(),
        "who": "Two teachers",
        "amount": "13",
        "unit": "hours",
    }
    do(supporter, f"/commissions/{number}/visits/new", **visit, what="We met the classes.")
    line = supporter.get(f"/commissions/{number}").select("#log ~ .scrolls tbody a")[0]["href"]

    assert do(supporter, str(line), amount="6.5").status_code == 303
    half = commissions.find(db, number)
    refused = do(supporter, str(line), do="take-out")
    taken = do(supporter, str(line), do="take-out", note="Entered twice.")

    assert half is not None
    assert half.days == 1.0
    assert (refused.status_code, taken.status_code) == (400, 303)
    assert supporter.get(str(line)).status_code == 404


def test_a_calendar_is_fetched_without_signing_in_until_its_address_stops(
    person: Callable[[str], Browser], own: Flask
) -> None:
    lead = person("lead")
    begun(lead, title="A commission for the calendar")
    page = lead.post("/commissions/calendar")
    path = page.words("code").removeprefix(own.extensions["kb"].settings.home)

    feed = own.test_client().get(path)
    lead.post("/commissions/calendar/end")
    dead = own.test_client().get(path)

    assert "A commission for the calendar" in feed.get_data(as_text=True).replace("\r\n ", "")
    assert feed.headers["Cache-Control"] == "private, no-store"
    assert dead.status_code == 404
