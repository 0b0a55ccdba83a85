"""The lead's desk and what colleagues share, over the whole demo: no fault that axe finds, no wider than 320 px."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from kb.settings import Settings
from tests.at_the_browser import faults, people_at
from tests.whole_demo import whole_demo

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
    with whole_demo(demo, tmp_path_factory.mktemp("desk")) as app:
        yield app


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, address: str, chrome: Browser, who: str
) -> None:
    wrong: list[str] = []
    with people_at(chrome, own, address) as people:
        page = people(who)
        for path in PAGES[who]:
            answer = page.goto(f"{address}{path}")
            wrong += [] if answer and answer.status == 200 else [f"{path}: {answer and answer.status}"]
            wrong += faults(page)

    assert wrong == []
