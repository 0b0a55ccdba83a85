"""A cross-encoder that KB_RERANKER names reads the best answers again on the page, and never stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.model import find_model
from kb.actions import indexing
from kb.application import create_app
from kb.settings import Settings, settings_from
from kb.storage.database import open_database
from tests.browser import Browser
from tests.cross_encoders import small_cross_encoder
from tests.workplace import workplace

ASKED = "/search?q=calm+after+lunch"


@pytest.fixture(scope="module")
def reading(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo as somebody sets it up who has a cross-encoder: the setting, then ‘kb index’."""
    packaged = Path(find_model().place)
    folder = small_cross_encoder(tmp_path_factory.mktemp("reader") / "small", packaged)
    with workplace(demo, tmp_path_factory.mktemp("second"), own_index=True) as plain:
        named = settings_from({"KB_RERANKER": str(folder)}).reranker
        settings = replace(plain, reranker=named)
        indexing.bring_up_to_date(
            settings.content,
            open_database(settings.database),
            settings.index,
            model=settings.model,
            reranker=settings.reranker,
        )
        yield settings


@contextmanager
def opened(settings: Settings) -> Iterator[Browser]:
    app = create_app(settings)
    app.testing = True
    yield Browser(app)
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


def addresses(browser: Browser) -> list[str]:
    return [hit["slug"] for hit in browser.client.get(f"/api/v1{ASKED}").get_json()["hits"]]


def test_the_page_has_the_order_of_both_readings_and_says_what_moved(reading: Settings) -> None:
    with opened(replace(reading, reranker="none")) as browser:
        before = addresses(browser)

    with opened(reading) as browser:
        after, page = addresses(browser), browser.get(ASKED)
        told = browser.client.get("/health/ready").get_json()

    assert sorted(after) == sorted(before)
    assert after != before
    assert "moved up by a second reading" in page.words()
    assert "KB_RERANKER" not in str(told)


def test_one_that_is_harmed_leaves_the_page_as_it_was_and_health_says_so(reading: Settings) -> None:
    with opened(replace(reading, reranker="none")) as browser:
        before = addresses(browser)
    graph = next((reading.index / "encoders").glob("*-pairs/encoder.onnx"))
    whole = graph.read_bytes()
    graph.write_bytes(whole[:-1])

    try:
        with opened(reading) as browser:
            after = addresses(browser)
            told = browser.client.get("/health/ready").get_json()
    finally:
        graph.write_bytes(whole)

    assert after == before
    assert "KB_RERANKER" in str(told)
    assert "Run ‘kb index’" in str(told)
