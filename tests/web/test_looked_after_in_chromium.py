"""Looking after articles and jobs in a real browser: accessible by axe, narrow, dark, without script."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from kb.actions import notifying
from kb.application import create_app
from kb.domain.edition import Why
from kb.domain.session import Way
from kb.settings import Settings
from kb.storage import accounts, editions, jobs, sessions
from kb.web.cookies import TOKEN
from tests.axe import violations
from tests.browser import PEOPLE
from tests.browser_pages import DESK, NARROWEST
from tests.workplace import workplace

pytestmark = pytest.mark.browser

CALM = "calm-starts-after-lunch"
TAKEN = "corridors-at-the-bell"
PAGES = {
    "/verify/": "lead",
    f"/articles/{CALM}/still-right": "lead",
    f"/articles/{CALM}/take-down": "lead",
    "/taken-down/": "lead",
    "/administration/jobs/": "administrator",
    "/administration/jobs/1/drop": "administrator",
}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own, a job that failed for good and an article that is down."""
    with workplace(demo, tmp_path_factory.mktemp("own"), own_index=True) as settings:
        app = create_app(settings)
        db = app.extensions["kb"].database
        notifying.notify(
            db, to="gone@x.test", kind="returned", values={"title": "Calm", "reviewer": "R.", "link": "/"}
        )
        job = jobs.claim(db)
        assert job
        jobs.failed(db, job, "The mail server answered 550: no such user", again_in=None)
        path = "articles/visual-timetables.md"
        editions.take_down(
            db, "visual-timetables", Why.WITHDRAWN, path=path, reason="A pupil can be known by it."
        )
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def signed_in(context: BrowserContext, own: Flask, address: str, who: str) -> BrowserContext:
    """The same, with the session of one of the demo's people."""
    db = own.extensions["kb"].database
    person = accounts.by_email(db, PEOPLE[who].email)
    assert person is not None
    token = sessions.begin(db, person.id, way=Way.DEMO, browser="a test", now=datetime.now(UTC))
    context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
    return context


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, chrome: Browser, address: str, scheme: str
) -> None:
    wrong = []
    for path, who in PAGES.items():
        for size in (DESK, NARROWEST):
            with chrome.new_context(viewport=size, color_scheme=scheme) as context:  # type: ignore[arg-type]
                page = signed_in(context, own, address, who).new_page()
                answer = page.goto(address + path)
                wide = page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                )
                found = violations(page)
                if answer is None or answer.status != 200 or wide or found:
                    wrong.append((path, size["width"], answer and answer.status, wide, found))

    assert wrong == []


def test_an_article_is_taken_down_by_keyboard_without_script(
    own: Flask, chrome: Browser, address: str
) -> None:
    with chrome.new_context(viewport=DESK, java_script_enabled=False) as context:
        page = signed_in(context, own, address, "lead").new_page()
        page.goto(f"{address}/articles/{TAKEN}/take-down")
        page.get_by_role("radio", name="Withdraw it").focus()
        page.keyboard.press("Space")
        page.get_by_role("textbox", name="Reason").focus()
        page.keyboard.type("A pupil can be known by it.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        said = page.get_by_role("status").inner_text()
        gone = page.goto(f"{address}/articles/{TAKEN}")

    assert "is down" in said
    assert gone is not None
    assert gone.status == 404
