"""People at a real browser on a site of their own: signed in, writing, reviewing, reading.

with people_at(chrome, app, address, script=False) as people:
    page = people("partner")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

from kb.domain.session import Way
from kb.storage import accounts, sessions
from kb.storage.database import Database
from kb.web.cookies import TOKEN
from tests.axe import violations
from tests.browser import PEOPLE
from tests.browser_pages import DESK, NARROWEST

PATIENCE = (
    20_000  # milliseconds; a busy machine is slow, and a test that waits for nothing ends before its limit
)
PARAGRAPH = (
    "We met the class at the door, breathed together for two minutes and then began with a quiet task. "
)


@contextmanager
def people_at(
    chrome: Browser, app: Flask, address: str, *, script: bool = True, size: ViewportSize = DESK
) -> Iterator[Callable[[str], Page]]:
    """Who opens a browser, by a name of ``tests.browser.PEOPLE``; each has one of their own."""
    with ExitStack() as open_ones:

        def page_of(who: str) -> Page:
            context = open_ones.enter_context(chrome.new_context(viewport=size, java_script_enabled=script))
            context.set_default_timeout(PATIENCE)
            sign_in(context, app, address, who)
            return context.new_page()

        yield page_of


def sign_in(context: BrowserContext, app: Flask, address: str, who: str) -> None:
    """Give a browser the session of one of the demo's people."""
    token = session_for(app.extensions["kb"].database, PEOPLE[who].email)
    context.add_cookies([{"name": TOKEN, "value": token, "url": address}])


def session_for(db: Database, email: str) -> str:
    """The token of a new session of the person with this address."""
    person = accounts.by_email(db, email)
    assert person is not None
    return sessions.begin(db, person.id, way=Way.DEMO, browser="a test", now=datetime.now(UTC))


def begin(page: Page, address: str, title: str, kind: str = "Case study") -> str:
    """Tell an idea and begin the article; its address."""
    page.goto(f"{address}/contribute/")
    page.get_by_role("button", name="Tell us your idea").click()
    page.get_by_label(kind).check()
    page.get_by_label("A title for it").fill(title)
    page.get_by_label("Tell your idea in three lines").fill("We breathe together before each lesson.")
    page.get_by_role("button", name="See what is there already").click()
    page.locator("#similar a").first.wait_for()
    page.get_by_role("button", name="Begin my article").click()
    return page.url.partition("#")[0]


def tick(page: Page, vocabulary: str, term: str) -> None:
    """Choose a term of a vocabulary, whose part may be closed."""
    part = page.locator(f"details#{vocabulary}")
    if not part.get_attribute("open") and part.get_attribute("open") != "":
        part.locator("summary").click()
    part.locator(f"input[value={term}]").check()


def send_in(page: Page, text: str) -> None:
    """Look at every warning and send the article in."""
    page.goto(f"{text}/submit")
    for box in page.locator("input[name=looked_at]").all():
        box.check()
    page.get_by_role("button", name="Send it in").click()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus stands on something, as somebody without a mouse does."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {target}")


def press_enter(page: Page) -> None:
    """Press Enter on what has the focus, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def faults(page: Page) -> list[str]:
    """What axe finds in the page as it is now, wide and narrow, light and dark, and whether it scrolls sideways."""
    found: list[str] = []
    for size in (DESK, NARROWEST):
        page.set_viewport_size(size)
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [f"{page.url}: {too_wide} pixels wider than {size['width']}"] if too_wide > 0 else []
        scheme = "light" if size is DESK else "dark"
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{page.url} {size['width']}, {scheme}: {each}" for each in violations(page)]
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    return found
