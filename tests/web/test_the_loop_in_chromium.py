"""The loop, in a real browser, as six people: a need that nothing answers becomes support, a case study and a trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from kb.actions import demo_people
from kb.actions.gap_gathering import encode_in, gather
from kb.application import create_app
from kb.domain.review import Check
from kb.settings import Settings
from kb.web.cookies import TOKEN
from kb.work import Workshop, workshop
from tests.at_the_browser import PATIENCE, send_in, session_for, tick
from tests.browser_pages import DESK, chromium
from tests.patience import eventually
from tests.served import served
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEACHER, LEAD, REVIEWER = "L. Fairweather", "A. Quintero", "R. Yeboah"
HELPED, SUPPORTER, THIRD = "C. Whitlock", "E. Stanbridge", "N. Farouk"
RECEIVER, HELPER = "harbour-heights-school", "lantern-school"
NEED = "Choosing clarinets for left-handed beginners"
SEARCH = "/search?q=choosing+clarinets+for+left-handed+beginners"

People = Callable[[str], Page]


@pytest.fixture(scope="module")
def place(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo with files, a database and an index of its own."""
    with workplace(demo, tmp_path_factory.mktemp("loop"), own_index=True) as settings:
        yield settings


@pytest.fixture(scope="module")
def own(place: Settings) -> Iterator[Flask]:
    app = create_app(place)
    yield app
    app.extensions["kb"].notes.close()
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def work(place: Settings) -> Iterator[Workshop]:
    shop = workshop(place)
    yield shop
    shop.close()


@pytest.fixture
def people(own: Flask) -> Iterator[People]:
    """Who opens a browser without script, by name; each has one of their own, on the same page throughout."""
    emails = {each.name: each.email for each in (*demo_people.PEOPLE, *demo_people.COLLEAGUES)}
    opened: dict[str, Page] = {}
    with served(own) as address, chromium() as chrome, ExitStack() as open_ones:

        def page_of(name: str) -> Page:
            if name not in opened:
                context = open_ones.enter_context(
                    chrome.new_context(viewport=DESK, java_script_enabled=False, base_url=address)
                )
                token = session_for(own.extensions["kb"].database, emails[name])
                context.set_default_timeout(PATIENCE)
                context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
                opened[name] = context.new_page()
            return opened[name]

        yield page_of


def main_of(page: Page) -> str:
    return page.locator("main").inner_text()


def answer(page: Page, button: str, **fields: str) -> None:
    """Fill in fields by their names, in whatever way each is filled in, and press a button."""
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        kind = field.first.get_attribute("type") or field.first.evaluate("each => each.tagName")
        if kind in {"radio", "checkbox"}:
            box = page.locator(f"[name={name}][value='{value}']")
            if not box.is_visible():
                page.locator("main details", has=box).locator("summary").first.click()
            box.check()
        elif kind == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def ask_for_what_is_missing(page: Page) -> None:
    """The teacher searches, finds nothing and asks."""
    page.goto(SEARCH)
    assert "Nothing close" in main_of(page)
    page.locator("main a[href^='/asks/new']").first.click()
    assert page.locator("[name=question]").input_value().lower() == NEED.lower()
    answer(page, "Ask for it", school="castle-bridge-primary", audience="trust")
    assert NEED.lower() in main_of(page).lower()


def commission_from_the_gap(page: Page) -> str:
    """The lead sees the need among those that nothing answers, and commissions support; the commission's address."""
    page.goto("/insights/gaps/")
    page.get_by_role("link", name="clarinets").first.click()
    assert "2 searches" in main_of(page)
    page.get_by_role("link", name="Commission support or an article").click()
    assert "clarinets" in page.locator("[name=title]").input_value()
    answer(
        page,
        "Begin the commission",
        title=NEED,
        kind="support",
        receiver=RECEIVER,
        details="Beginners cannot reach the keys.",
        standard="attendance-behaviour",
        key_stages="ks3",
        provisions="mainstream",
        themes="behaviour-routines",
        secret="no",
    )
    return page.url


def match(page: Page, commission: str) -> None:
    """The lead names the money and chooses a school from the ranked ones, each with its reasons."""
    step(page, f"{commission}/fund", funding="trust", ceiling="300")
    page.goto(f"{commission}/match")
    points = [float(each.split()[0]) for each in page.locator(".match__points").all_inner_texts()]
    assert points == sorted(points, reverse=True)
    assert "km" in main_of(page)
    step(page, f"{commission}/match", supporter=HELPER, why="They teach an orchestra.")


def step(page: Page, path: str, **fields: str) -> None:
    """One step of a commission, by its only form."""
    page.goto(path)
    button = page.locator("main form.form button").first
    answer(page, button.inner_text(), **fields)
    assert page.locator(".govuk-error-summary").count() == 0, main_of(page)


def deliver(people: People, commission: str) -> None:
    """Both heads agree; visits are logged with days and cost; the supporter reports, the helped school judges."""
    today = datetime.now(UTC).date()
    for name in (HELPED, SUPPORTER):
        step(people(name), f"{commission}/answer", answer="yes")
    step(
        people(SUPPORTER),
        f"{commission}/plan",
        aims="Two visits to the wind band.",
        first_contact=(today + timedelta(days=2)).isoformat(),
        planned_days="1.5",
        report_due=(today + timedelta(days=40)).isoformat(),
    )
    visit = {"who": "One teacher", "amount": "1.5", "unit": "days", "cost": "120"}
    step(
        people(SUPPORTER),
        f"{commission}/visits/new",
        day=today.isoformat(),
        what="We turned the thumb rest round.",
        **visit,
    )
    step(people(SUPPORTER), f"{commission}/report", report="The beginners play their first scale now.")
    step(
        people(HELPED),
        f"{commission}/evaluate",
        result="met",
        changed="Choosing clarinets with a short reach helped left-handed beginners.",
        how_we_know="Everybody stayed with the band until the summer.",
        recommend="yes",
    )


def write_up(page: Page, commission: str) -> str:
    """The supporter turns it into a case study and sends it in; the text's address."""
    page.goto(commission)
    page.locator("form[action$='/case-study'] button").click()
    text = page.url.partition("#")[0].partition("?")[0]
    page.goto(f"{text}/about")
    page.get_by_label("Summary").fill("How we chose clarinets for left-handed beginners in a wind band.")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save and go on").click()
    tick(page, "key_stages", "ks3")
    tick(page, "provisions", "mainstream")
    page.get_by_role("button", name="Save and stay").click()
    page.goto(f"{text}/write")
    page.get_by_role("textbox", name="What we would change").fill(
        "We would begin with a lighter instrument and a strap, and let each beginner try three of them at home "
        "before the school decides which one to buy for the band."
    )
    page.get_by_role("button", name="Save and stay").click()
    send_in(page, text)
    assert "Waiting for a reviewer" in main_of(page), main_of(page)
    return text


def accept(page: Page, number: str) -> None:
    page.goto(f"/review/{number}")
    page.get_by_role("button", name="Take it to review").click()
    for check in Check:
        page.locator(f"input[name=ticks][value={check.value}]").check()
    page.get_by_label("Accept it").check()
    page.get_by_role("button", name="Send my decision").click()
    assert "published" in page.get_by_role("status").first.inner_text()


def found(page: Page) -> bool:
    """True once the same search finds it."""
    page.goto(SEARCH)
    return page.locator("main .card a", has_text=NEED).count() > 0


def test_what_nobody_knew_becomes_support_a_case_study_and_a_trial(
    own: Flask, place: Settings, work: Workshop, people: People
) -> None:
    teacher, lead, third = people(TEACHER), people(LEAD), people(THIRD)
    ask_for_what_is_missing(teacher)
    third.goto("/search?q=clarinets+for+left-handed+beginners")
    own.extensions["kb"].notes.settle()
    gather(own.extensions["kb"].database, encode_in(place.index))

    commission = commission_from_the_gap(lead)
    match(lead, commission)
    deliver(people, commission)
    lead.goto(commission)
    assert "1.5 days" in main_of(lead)
    assert "£120" in main_of(lead)
    text = write_up(people(SUPPORTER), commission)
    accept(people(REVIEWER), text.rsplit("/", 1)[1])
    work.worker.work_off()

    assert eventually(lambda: found(teacher), seconds=10)
    third.goto(SEARCH)
    third.locator("main .card a", has_text=NEED).first.click()
    article = third.url.partition("?")[0]
    step(
        third,
        f"{article}/tried",
        school="long-meadow-primary",
        outcome="worked",
        how_we_know="All beginners played on.",
        began="September 2026",
        how_often="Once a week",
        how_long="One half-term",
        key_stages="ks2",
        provisions="mainstream",
        visibility="trust",
    )
    teacher.goto(article)
    assert "1 worked" in main_of(teacher)
    lead.goto(commission)
    assert NEED in main_of(lead)
