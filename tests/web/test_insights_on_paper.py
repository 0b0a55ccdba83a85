"""The trustees' report draws on all of the loop and stays within six pages of A4, for a term and for a whole year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kb.settings import Settings
from kb.web import paper
from kb.web.insight_sheets import NAMES
from tests.browser import Browser
from tests.pdf_files import pages_of
from tests.whole_demo import whole_demo

pytestmark = pytest.mark.slow

MOST_PAGES = 6
TODAY = datetime.now(UTC).date()
DAYS = {
    "the usual twelve weeks": "",
    "a whole year": f"?first={TODAY - timedelta(days=365)}&last={TODAY}",
}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with whole_demo(demo, tmp_path_factory.mktemp("paper")) as app:
        yield app


@pytest.mark.parametrize("days", DAYS.values(), ids=list(DAYS))
def test_the_report_has_at_most_six_pages(own: Flask, days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "SECONDS", 300.0)  # a busy machine is not what is tried here
    made = Browser(own).sign_in("lead").client.get(f"/insights/report.pdf{days}")

    assert made.status_code == 200
    assert 1 < pages_of(made.data) <= MOST_PAGES


@pytest.mark.parametrize("days", DAYS.values(), ids=list(DAYS))
def test_the_report_has_something_of_every_sheet(own: Flask, days: str) -> None:
    page = Browser(own).sign_in("lead").get(f"/insights/report{days}")

    for name in NAMES:
        part = page.select(f"section[aria-labelledby=r-{name}]")
        assert part, name
        assert part[0].select("table, figure"), name
