"""What is taken down is gone from every page, search and answer in the same moment, and can come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.article import Visibility
from kb.settings import Settings
from kb.storage import accounts, articles, editions
from tests.browser import Browser
from tests.desk import make_collection
from tests.shelves import EVERYBODY
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"
PLACES = (
    "/",
    "/search?q=calm+starts+after+lunch",
    "/search?q=calm+starts+after+lunch&mode=words",
    "/search?q=calm+starts+after+lunch&mode=meaning",
    "/search",
    "/browse/key-stage/ks2",
    "/schools/castle-bridge-primary",
    "/api/v1/search?q=calm+starts+after+lunch&per_page=50",
    "/api/v1/suggest?q=calm",
)


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a content folder, a database and an index of its own."""
    with workplace(demo, tmp_path, own_index=True) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def mentions(browser: Browser, slug: str) -> list[str]:
    """The places that show an article."""
    return [
        place for place in PLACES if f"/articles/{slug}" in browser.client.get(place).get_data(as_text=True)
    ]


def statuses(browser: Browser, slug: str) -> list[int]:
    ends = (
        f"/articles/{slug}",
        f"/articles/{slug}.md",
        f"/api/v1/articles/{slug}",
        f"/api/v1/articles/{slug}/similar",
    )
    return [browser.client.get(place).status_code for place in ends]


def take_down(browser: Browser, slug: str, **changes: str) -> int:
    data = {"why": "withdrawn", "reason": "A pupil can be known by it."} | changes
    return browser.post(f"/articles/{slug}/take-down", data=data).status_code


def test_it_is_gone_everywhere_at_once_and_comes_back(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    total = reader.client.get("/api/v1/search?q=calm+starts+after+lunch").get_json()["total"]
    before = mentions(reader, CALM)

    assert take_down(lead, CALM) == 303

    assert len(before) > 4
    assert mentions(reader, CALM) == mentions(lead, CALM) == []
    assert statuses(reader, CALM) == statuses(lead, CALM) == [404] * 4
    assert reader.client.get("/api/v1/search?q=calm+starts+after+lunch").get_json()["total"] == total - 1
    assert "A pupil can be known by it." in lead.get("/taken-down/").words()

    lead.post(f"/taken-down/{CALM}/restore")

    assert statuses(reader, CALM)[1:3] == [200] * 2


def test_it_leaves_collections_feeds_and_the_articles_like_it_at_once(own: Flask) -> None:
    db = own.extensions["kb"].database
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    like = next(each for each in like_it(reader, CALM) if CALM in like_it(reader, each))
    curator = accounts.by_handle(db, "a.quintero")
    assert curator is not None
    shelf = make_collection(db, CALM, like, lead=curator, title="Calm rooms", visibility=Visibility.PUBLIC)
    places = (
        f"/collections/{shelf}",
        f"/collections/{shelf}/print",
        f"/feeds/collection/{shelf}.atom",
        "/feeds/key-stage/ks2.atom",
        f"/articles/{like}",
        f"/api/v1/articles/{like}/similar",
    )

    before = showing(reader, places)
    take_down(lead, CALM)

    assert before == list(places)
    assert showing(reader, places) == showing(lead, places) == []
    assert reader.client.get(f"/articles/{CALM}.pdf").status_code == 404


def like_it(browser: Browser, slug: str) -> list[str]:
    """The articles that are like one."""
    answer = browser.client.get(f"/api/v1/articles/{slug}/similar").get_json()
    return [each["slug"] for each in answer["similar"]]


def showing(browser: Browser, places: tuple[str, ...]) -> list[str]:
    """The places that name an article, each of which can be opened."""
    found = []
    for place in places:
        answer = browser.client.get(place)
        assert answer.status_code == 200, place
        found += [place] if CALM in answer.get_data(as_text=True) else []
    return found


@pytest.mark.parametrize("who", ["reader", "partner", "administrator", "reviewer"])
def test_who_may_not_take_it_down_cannot(own: Flask, who: str) -> None:
    browser = Browser(own).sign_in(who)

    assert browser.client.get(f"/articles/{CALM}/take-down").status_code in (403, 404)
    assert take_down(browser, CALM) in (403, 404)
    assert statuses(browser, CALM)[1:] == [200] * 3


@pytest.mark.parametrize("missing", [{"reason": " "}, {"why": ""}, {"why": "renamed"}])
def test_without_a_reason_or_a_choice_it_stays_and_the_form_says_what_is_missing(
    own: Flask, missing: dict[str, str]
) -> None:
    lead = Browser(own).sign_in("lead")

    assert take_down(lead, CALM, **missing) == 400
    assert statuses(lead, CALM)[1:] == [200] * 3


def test_an_old_address_leads_on_for_those_who_may_read_what_is_there(own: Flask) -> None:
    db = own.extensions["kb"].database
    hidden = next(each for each in articles.to_review(db, EVERYBODY) if each.visibility == "trust").slug
    editions.redirect(db, "an-old-address", CALM)
    editions.redirect(db, "another-old-address", hidden)
    nobody, reader = Browser(own), Browser(own).sign_in("reader")

    moved = nobody.client.get("/articles/an-old-address")
    source = nobody.client.get("/articles/an-old-address.md")
    closed = nobody.client.get("/articles/another-old-address")
    opened = reader.client.get("/articles/another-old-address")
    take_down(Browser(own).sign_in("lead"), CALM)
    withdrawn = nobody.client.get("/articles/an-old-address")

    assert (moved.status_code, moved.headers["Location"]) == (301, f"/articles/{CALM}")
    assert (source.status_code, source.headers["Location"]) == (301, f"/articles/{CALM}.md")
    assert (closed.status_code, opened.status_code) == (404, 301)
    assert withdrawn.status_code == 404
