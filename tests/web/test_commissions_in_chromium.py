"""Commissions in a real browser: accessible by axe, narrow, dark, by keyboard and without script."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from kb.actions import demo_commissions
from kb.application import create_app
from kb.domain.commission import Stage
from kb.domain.session import Way
from kb.settings import Settings
from kb.storage import accounts, commissions, sessions
from kb.web.cookies import TOKEN
from tests.axe import violations
from tests.browser import PEOPLE
from tests.browser_pages import DESK, NARROWEST
from tests.workplace import workplace

pytestmark = pytest.mark.browser

PAGES = (
    ("", None),
    ("?view=table", None),
    ("new", None),
    ("value", None),
    ("capacity", None),
    ("{}", Stage.CLOSED),
    ("{}", Stage.DELIVERY),
    ("{}/visits/new", Stage.DELIVERY),
    ("{}/match", Stage.FUNDED),
    ("{}/answer", Stage.MATCHED),
    ("{}/plan", Stage.AGREED),
    ("{}/people", Stage.PLANNED),
)


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with its commissions."""
    with workplace(demo, tmp_path_factory.mktemp("commissions")) as settings:
        app = create_app(settings)
        db = app.extensions["kb"].database
        demo_commissions.make(db, settings.content, now=datetime.now(UTC), rng=random.Random(17))
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def of_lead(context: BrowserContext, own: Flask, address: str) -> BrowserContext:
    """The same, with a session of the lead."""
    db = own.extensions["kb"].database
    person = accounts.by_email(db, PEOPLE["lead"].email)
    assert person is not None
    token = sessions.begin(db, person.id, way=Way.DEMO, browser="a test", now=datetime.now(UTC))
    context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
    return context


def number_at(own: Flask, stage: Stage) -> int:
    return commissions.at(own.extensions["kb"].database, [stage])[0].id


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, chrome: Browser, address: str, scheme: str
) -> None:
    wrong = []
    size = DESK if scheme == "light" else NARROWEST
    with chrome.new_context(viewport=size, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = of_lead(context, own, address).new_page()
        for path, stage in PAGES:
            shown = path.format(number_at(own, stage)) if stage else path
            answer = page.goto(f"{address}/commissions/{shown}")
            wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            found = violations(page)
            if answer is None or answer.status != 200 or wide or found:
                wrong.append((shown, answer and answer.status, wide, found))

    assert wrong == []


def test_the_lead_chooses_a_school_by_keyboard_without_script(
    own: Flask, chrome: Browser, address: str
) -> None:
    number = number_at(own, Stage.MATCHED)
    with chrome.new_context(viewport=DESK, java_script_enabled=False) as context:
        page = of_lead(context, own, address).new_page()
        page.goto(f"{address}/commissions/{number}/match")
        page.get_by_label("Which school should help?").focus()
        page.keyboard.type("Oakhaven")
        page.get_by_label("Why this school?").focus()
        page.keyboard.type("They teach deaf pupils every day.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/commissions/{number}#choose")
        said = page.get_by_role("status").inner_text()

    assert "Both heads have been asked" in said
    found = commissions.find(own.extensions["kb"].database, number)
    assert found is not None
    assert (found.stage, found.supporter) == (Stage.MATCHED, "oakhaven-school")
