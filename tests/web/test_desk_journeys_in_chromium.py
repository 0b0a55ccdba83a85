"""Collections put in order and pathways taken in a real browser: by keyboard without script; and dragged with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from kb.application import create_app
from kb.domain.article import Visibility
from kb.settings import Settings
from kb.storage import accounts, collections
from kb.storage.database import Database
from tests.at_the_browser import faults, people_at, press_enter, tab_to
from tests.browser import Browser as Client
from tests.desk import make_collection, order, this
from tests.web.test_pathway_pages import write
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALM, FEWER, INSET = (
    "calm-starts-after-lunch",
    "fewer-suspensions-in-key-stage-3",
    "one-inset-day-on-trauma",
)

TALL: ViewportSize = {"width": 1280, "height": 1800}  # so that nothing scrolls while it is dragged


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("journeys")) as settings:
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
def slug(db: Database) -> str:
    """A published collection of three articles."""
    lead = accounts.by_handle(db, "a.quintero")
    assert lead is not None
    return make_collection(db, CALM, FEWER, INSET, lead=lead, visibility=Visibility.TRUST)


def notes(db: Database, slug: str) -> list[str]:
    return [each.note for each in collections.every_entry(db, this(db, slug).id)]


def drag(page: Page, moved: str, before: str) -> None:
    """Take an article by its handle and let it go above another."""
    handle = page.locator(f"#entry-{moved} .ordering__handle")
    with page.expect_navigation():
        handle.drag_to(page.locator(f"#entry-{before}"), target_position={"x": 40, "y": 4})


def test_a_collection_is_put_in_order_by_keyboard_without_script(
    own: Flask, chrome: Browser, address: str, db: Database, slug: str
) -> None:
    with people_at(chrome, own, address, script=False) as people:
        page = people("lead")
        page.goto(f"{address}/collections/{slug}/arrange")
        page.locator(f"#entry-{INSET} textarea").fill("For an afternoon")

        tab_to(page, page.locator(f"#down-{CALM}"))
        press_enter(page)
        by_one = order(db, slug)
        press_enter(page)  # the focus still stands on the button
        by_two = order(db, slug)
        tab_to(page, page.locator(f"#entry-{CALM} input[name=place]"))
        page.keyboard.press("Control+a")
        page.keyboard.type("1")
        press_enter(page)

    assert by_one == [FEWER, CALM, INSET]
    assert by_two == [FEWER, INSET, CALM]
    assert order(db, slug) == [CALM, FEWER, INSET]
    assert notes(db, slug)[2] == "For an afternoon"


def test_an_article_is_dragged_to_its_place_with_every_note_and_put_back_when_dropped_elsewhere(
    own: Flask, chrome: Browser, address: str, db: Database, slug: str
) -> None:
    with people_at(chrome, own, address) as people:
        page = people("lead")
        page.goto(f"{address}/collections/{slug}/arrange")
        page.locator(f"#entry-{FEWER} textarea").fill("For heads of year")

        drag(page, INSET, before=CALM)
        dragged = order(db, slug)
        page.locator(f"#entry-{FEWER} .ordering__handle").hover()
        page.mouse.down()
        page.locator(f"#entry-{INSET}").hover(position={"x": 40, "y": 4})
        page.locator(f"#entry-{INSET}").hover(position={"x": 60, "y": 6})
        between = page.locator(".ordering__item").first.get_attribute("data-slug")
        page.locator("h1").hover()
        page.mouse.up()
        page.wait_for_function("s => document.querySelector('.ordering__item').dataset.slug === s", arg=INSET)
        wrong = faults(page)

    assert dragged == [INSET, CALM, FEWER] == order(db, slug)
    assert between == FEWER
    assert notes(db, slug)[2] == "For heads of year"
    assert wrong == []


def test_of_two_leads_who_drag_at_once_the_second_sees_the_order_of_the_first(
    own: Flask, chrome: Browser, address: str, db: Database, slug: str
) -> None:
    with people_at(chrome, own, address, size=TALL) as people:
        first, second = people("lead"), people("lead")
        for page in (first, second):
            page.goto(f"{address}/collections/{slug}/arrange")
        second.locator(f"#entry-{CALM} textarea").fill("Words of the second")

        drag(first, INSET, before=CALM)
        drag(second, FEWER, before=CALM)
        said = second.locator(".govuk-error-summary").inner_text()
        shown = [each.get_attribute("data-slug") for each in second.locator(".ordering__item").all()]
        kept = second.locator(f"#entry-{CALM} textarea").input_value()
        drag(second, FEWER, before=INSET)

    assert "Somebody changed this collection" in said
    assert shown == [INSET, CALM, FEWER]
    assert kept == "Words of the second"
    assert order(db, slug) == [FEWER, INSET, CALM]
    assert notes(db, slug)[2] == "Words of the second"


def test_words_that_were_not_sent_are_not_lost_by_a_link(own: Flask, chrome: Browser, address: str) -> None:
    lead = Client(own).sign_in("lead")
    write(lead, "Slow reading", {"title": "Read one"})
    lead.post("/pathways/slow-reading/begin", data={})
    forms = {
        "/pathways/slow-reading": "#reflection-1",
        f"/articles/{FEWER}/tried": "textarea[name=changed]",
        "/asks/new": "textarea[name=detail]",
        "/offers/new": "textarea[name=about]",
        "/cpd/new": "textarea[name=reflection]",
        "/commissions/new": "textarea[name=details]",
    }
    with people_at(chrome, own, address) as people:
        page = people("lead")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(page.url), dialog.dismiss()))
        for path, box in forms.items():
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            page.locator(box).fill("We waited three seconds.")

            about(page).click(no_wait_after=True)

            assert page.locator(box).input_value() == "We waited three seconds."
            page.locator(box).fill("")  # nothing is left to lose, so nobody is asked
            about(page).click()
            page.wait_for_url(f"{address}/about")
        page.go_back()
        page.locator(box).fill("We waited three seconds.")
        page.get_by_role("button", name="Begin the commission").click()  # refused: it has no title
        page.locator(".govuk-error-summary").wait_for()
        about(page).click(no_wait_after=True)
        came_back = page.locator(box).input_value()

    assert came_back == "We waited three seconds."
    assert asked == [*(address + path for path in forms), f"{address}/commissions/new"]


def about(page: Page) -> Locator:
    """A link on every page that leads elsewhere."""
    return page.locator("footer").get_by_role("link", name="About")


def test_a_pathway_is_taken_by_keyboard_without_script_up_to_the_certificate(
    own: Flask, chrome: Browser, address: str
) -> None:
    write(Client(own).sign_in("lead"), "Good questions", {"title": "Watch one"}, {"title": "Try one"})
    with people_at(chrome, own, address, script=False) as people:
        page = people("reader")
        page.goto(f"{address}/pathways/")

        tab_to(page, page.get_by_role("link", name="Good questions"))
        press_enter(page)
        tab_to(page, page.get_by_role("button", name="Start this pathway"))
        press_enter(page)
        tab_to(page, page.locator("#step-1 summary"))
        page.keyboard.press("Enter")
        tab_to(page, page.locator("#reflection-1"))
        page.keyboard.type("Wait three seconds.")
        tab_to(page, page.locator("#step-2 summary"))
        page.keyboard.press("Enter")
        tab_to(page, page.locator("#reflection-2"))
        page.keyboard.type("With my hardest class.")
        page.keyboard.press("Shift+Tab")
        tab_to(page, page.locator("#step-1 button[value=done]"))
        press_enter(page)
        half = page.locator(".far__words").inner_text()
        beside = page.locator("#reflection-2").input_value()
        tab_to(page, page.locator("#step-2 button[value=done]"))
        press_enter(page)
        tab_to(page, page.get_by_role("button", name="Plan your next step"))
        press_enter(page)
        tab_to(page, page.get_by_label("What will you do?"))
        page.keyboard.type("Count to three before I ask again.")
        press_enter(page)
        record = page.locator("main").inner_text()
        page.go_back()
        page.go_back()
        tab_to(page, page.get_by_role("link", name="Your certificate"))
        press_enter(page)
        certificate = page.locator(".certificate").inner_text()

    assert half == "1 of 2 steps, 20 minutes of 40 minutes"
    assert beside == "With my hardest class."
    assert "With my hardest class." in record
    assert "Wait three seconds." in record
    assert "Count to three before I ask again." in record
    assert "Good questions" in certificate
    assert "L. Fairweather" in certificate
