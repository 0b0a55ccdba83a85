"""A search is counted with what came of it, and nothing in the database says who asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kb.application import create_app
from kb.settings import Settings
from kb.storage import search_log
from kb.storage.database import Database, open_database
from tests.browser import Browser
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("trail")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].notes.close()
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def log(own: Flask) -> Database:
    """Its database, with an empty search log."""
    db: Database = own.extensions["kb"].database
    own.extensions["kb"].notes.settle()
    with db.write() as writing:
        for table in ("searches", "search_links", "article_views"):
            writing.execute(f"delete from {table}")
    return db


def rows(own: Flask, sql: str) -> list[Any]:
    """What the database holds once everything is noted."""
    own.extensions["kb"].notes.settle()
    with own.extensions["kb"].database.read() as connection:
        return list(connection.execute(sql).fetchall())


@pytest.mark.usefixtures("log")
def test_a_search_is_kept_with_its_words_its_filters_and_its_hour_alone(own: Flask) -> None:
    Browser(own).sign_in("lead").get("/search?q=calm+after+lunch+in+Year+4&key_stage=ks2", headers=FIREFOX)

    (found,) = rows(own, "select hour, words, kind, chosen, outcome, again from searches")
    assert found[0] == f"{datetime.now(UTC):%Y-%m-%dT%H}"
    assert found[1:3] == ("calm after lunch in Year 4", "phrase")
    assert json.loads(found[3]) == {"key_stage": ["ks2"]}
    assert found[4:] == ("found", "")
    columns = {row[1] for row in rows(own, "pragma table_info(searches)")}
    assert not columns & {"account", "ip", "address", "school", "session", "browser"}


@pytest.mark.parametrize(
    "words",
    [
        "Tyler Brennan Y7 not settling",
        "tyler brennan anxiety",
        "07700 900123 mum",
        "date of birth 03/04/2016 support",
    ],
)
def test_a_search_that_may_name_a_pupil_is_counted_without_its_words(
    own: Flask, log: Database, words: str
) -> None:
    Browser(own).get("/search", query_string={"q": words}, headers=FIREFOX)

    assert rows(own, "select words, withheld from searches") == [(None, 1)]
    assert not any(words.encode() in path.read_bytes() for path in log.path.parent.glob("kb.sqlite*"))


@pytest.mark.usefixtures("log")
def test_the_next_page_another_order_and_machines_are_no_new_search(own: Flask) -> None:
    browser = Browser(own)

    browser.get("/search?page=2", headers=FIREFOX)
    browser.get("/search?q=calm&sort=newest", headers=FIREFOX)
    browser.get("/search?q=calm", headers={"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"})
    browser.get("/search?q=calm", headers=FIREFOX | {"Sec-Purpose": "prefetch"})
    own.test_client().head("/search?q=calm", headers=FIREFOX)

    assert rows(own, "select count(*) from searches") == [(0,)]


@pytest.mark.usefixtures("log")
def test_a_correction_that_is_not_wanted_is_known_from_a_new_search(own: Flask) -> None:
    browser = Browser(own)

    browser.get("/search?q=behavoiur+rutines", headers=FIREFOX)
    browser.get("/search?q=behavoiur+rutines&exact=1", headers=FIREFOX)

    assert rows(own, "select corrected, again from searches order by id") == [(1, ""), (0, "exact")]


@pytest.mark.usefixtures("log")
def test_what_is_opened_from_the_results_is_counted_with_its_rank(own: Flask) -> None:
    browser = Browser(own)
    page = browser.get("/search?q=calm+after+lunch", headers=FIREFOX)
    links = [str(each["href"]) for each in page.select("ol.results .card__title a")]
    rank, link = next((rank, link) for rank, link in enumerate(links, start=1) if CALM in link)
    own.extensions["kb"].notes.settle()

    opened = browser.get(link, headers=FIREFOX)
    browser.get(link, headers=FIREFOX)

    assert opened.status_code == 200
    ((slug, at, seconds),) = rows(own, "select slug, rank, seconds from search_clicks")
    assert (slug, at) == (CALM, rank)
    assert 0 <= seconds < 30
    assert rows(own, "select views from article_views") == [(2,)]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "trail", ["x", "aaaaaaaaaaaa-1", "aaaaaaaaaaaa-99999", "'; drop table searches--", "\0-1"]
)
def test_a_trail_that_leads_nowhere_opens_the_article_and_counts_no_click(own: Flask, trail: str) -> None:
    answer = Browser(own).get(f"/articles/{CALM}", query_string={"from": trail}, headers=FIREFOX)

    assert answer.status_code == 200
    assert rows(own, "select count(*) from search_clicks") == [(0,)]


def test_a_link_that_is_kept_for_an_hour_counts_no_more(own: Flask, log: Database) -> None:
    browser = Browser(own)
    page = browser.get("/search?q=calm", headers=FIREFOX)
    own.extensions["kb"].notes.settle()
    with log.write() as writing:
        writing.execute("update search_links set at = at - 3600")

    browser.get(str(page.select("ol.results .card__title a")[0]["href"]), headers=FIREFOX)

    assert rows(own, "select count(*) from search_clicks") == [(0,)]


def test_a_locked_database_neither_slows_nor_breaks_a_search(own: Flask, log: Database) -> None:
    browser = Browser(own)
    browser.get("/search?q=calm", headers=FIREFOX)
    locked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        other = open_database(log.path)
        with other.write():
            locked.set()
            go_on.wait(20)
        other.close()

    holding = threading.Thread(target=hold)
    holding.start()
    locked.wait(10)
    try:
        began = time.perf_counter()
        answers = [browser.client.get("/search?q=calm", headers=FIREFOX).status_code for _ in range(5)]
        took = time.perf_counter() - began
    finally:
        go_on.set()
        holding.join()

    assert answers == [200] * 5
    assert took < 5, "whoever waits for the database waits up to ten seconds"
    assert rows(own, "select count(*) from searches") == [(6,)]


def test_words_go_after_a_month_and_searches_after_a_year(own: Flask, log: Database) -> None:
    Browser(own).get("/search?q=calm+after+lunch", headers=FIREFOX)
    own.extensions["kb"].notes.settle()
    now = datetime.now(UTC)

    search_log.forget(log, now + timedelta(days=29))
    kept = rows(own, "select words from searches")
    search_log.forget(log, now + timedelta(days=31))
    counted = rows(own, "select words, kind from searches")
    search_log.forget(log, now + timedelta(days=401))

    assert kept == [("calm after lunch",)]
    assert counted == [(None, "phrase")]
    assert rows(own, "select count(*) from searches") == [(0,)]


def test_the_privacy_page_says_what_is_kept_of_searches(own: Flask) -> None:
    words = Browser(own).get("/privacy").words()

    assert "All words are deleted after 30 days" in words
    assert "Words that may name somebody, such as a pupil, are not kept" in words
