"""The lead's desk and what colleagues share, over the whole demo: no fault that axe finds, no wider than 320 px."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Browser

from kb.actions import founding
from kb.actions.gap_gathering import encode_in, gather
from kb.application import create_app
from kb.settings import Settings
from tests.at_the_browser import faults, people_at
from tests.browser_pages import chromium
from tests.served import served
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALM = "/articles/calm-starts-after-lunch"
PAGES = {
    "lead": (
        "/",
        "/search?q=calm",
        "/insights/",
        "/insights/searches",
        "/insights/coverage",
        "/insights/use",
        "/insights/freshness",
        "/insights/contributions",
        "/insights/value",
        "/insights/commissions",
        "/insights/trials",
        "/insights/pathways",
        "/insights/gaps/",
        "/insights/gaps/1",
        "/insights/report",
        "/insights/synonyms/",
        "/insights/synonyms/new",
        "/collections/",
        "/collections/new",
        "/approaches/",
        "/announcements/",
        "/pins/",
        "/pathways/desk/",
        "/objectives/",
        "/feedback/",
    ),
    "reader": (
        CALM,
        f"{CALM}/tried",
        f"{CALM}/feedback",
        "/asks/",
        "/asks/new?q=clarinets",
        "/offers/",
        "/offers/new",
        "/people/",
        "/people/?q=nurture+group",
        "/trials/",
        "/pathways/",
        "/cpd/",
        "/cpd/new",
        "/reading/",
        "/following/",
        "/account/posts",
        "/account/tokens/",
    ),
}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with everything its people have done."""
    with workplace(demo, tmp_path_factory.mktemp("desk")) as settings:
        app = create_app(settings)
        db = app.extensions["kb"].database
        with db.write() as writing:  # what other tests have searched for
            for table in ("search_clicks", "search_links", "searches", "article_views", "gaps"):
                writing.execute(f"delete from {table}")
        for make, seed in founding.PARTS:
            make(db, settings.content, now=datetime.now(UTC), rng=Random(seed))
        while gather(db, encode_in(settings.index)):
            pass
        yield app
        app.extensions["kb"].notes.close()
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, chrome: Browser, who: str
) -> None:
    wrong: list[str] = []
    with served(own) as address, people_at(chrome, own, address) as people:
        page = people(who)
        for path in PAGES[who]:
            answer = page.goto(f"{address}{path}")
            wrong += [] if answer and answer.status == 200 else [f"{path}: {answer and answer.status}"]
            wrong += faults(page)

    assert wrong == []
