"""The JSON API on single articles: all that they say, what is near to them, and what leads to them."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api_answers import BASE, CALM, HIT, every_hit, faults
from tests.browser import Browser


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get(f"{BASE}/openapi.json").get_json()


def test_every_article_is_told_as_described(
    app: Flask, client: FlaskClient, document: dict[str, Any]
) -> None:
    told: Counter[str] = Counter()
    for hit in every_hit(client):
        article = client.get(f"{BASE}/articles/{hit['slug']}").get_json()
        assert faults(document, "/articles/{slug}", article) == []
        shared = HIT & set(article) - {"local"}
        assert {name: article[name] for name in shared} == {name: hit[name] for name in shared}
        told[article["type"]] += 1

    assert len(told) >= 3
    assert told.total() > 50


def test_an_article_brings_its_text_and_its_own_file(client: FlaskClient) -> None:
    article = client.get(f"{BASE}/articles/{CALM}").get_json()
    file = client.get(article["markdown_url"]).text

    assert file.endswith(article["body"])
    assert file.startswith("---\n")
    assert not article["body"].startswith("---")
    assert article["contents"]
    for heading in article["contents"]:
        assert f'id="{heading["id"]}"' in article["html"]
    assert article["word_count"] > 100
    assert article["url"] == f"/articles/{CALM}"


def test_figures_carry_the_words_that_the_page_shows_beside_them(
    browser: Browser, client: FlaskClient
) -> None:
    article = client.get(f"{BASE}/articles/{CALM}").get_json()
    panel = browser.get(article["url"]).words(".panel--evidence").casefold()
    figure = article["evidence"][0]["figure"]

    told = (figure["cost_words"], figure["strength_words"], figure["source"], figure["caveat"])
    for words in (article["evidence"][0]["label"], *told):
        assert words.casefold() in panel
    assert figure["verified_by"] is None
    assert figure["check_note"]
    assert figure["source_url"].startswith("https://")


def test_a_figure_without_enough_evidence_has_no_months_but_words(
    browser: Browser, client: FlaskClient
) -> None:
    figures = [
        (hit["url"], strand["figure"])
        for hit in every_hit(client)
        for strand in client.get(f"{BASE}/articles/{hit['slug']}").get_json()["evidence"]
        if strand["figure"]
    ]
    thin = [(url, figure) for url, figure in figures if figure["strength"] == 0]

    assert thin
    for url, figure in thin:
        assert figure["months"] is None
        assert figure["months_words"] in browser.get(url).words(".glance")


def test_the_school_s_own_result_stands_apart(client: FlaskClient) -> None:
    local = client.get(f"{BASE}/articles/{CALM}").get_json()["local"]

    assert (local["outcome"], local["level"], local["cost_band"]) == ("worked", 2, "very-low")
    assert local["outcome_words"] == "Worked"
    assert local["level_words"].startswith("Level 2")
    assert local["how_we_know"]


def test_publications_are_told_with_where_their_doi_leads(client: FlaskClient) -> None:
    articles = [
        client.get(f"{BASE}/articles/{hit['slug']}").get_json() for hit in every_hit(client, q="memory")
    ]
    references = [each for article in articles for each in article["references"] if each["doi"]]

    assert references
    assert all(each["url"] == f"https://doi.org/{each['doi']}" for each in references)


def test_similar_articles_are_near_and_never_the_article_itself(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    answer = client.get(f"{BASE}/articles/{CALM}/similar").get_json()
    more = client.get(f"{BASE}/articles/{CALM}/similar?limit=10").get_json()

    assert faults(document, "/articles/{slug}/similar", answer) == []
    slugs = [hit["slug"] for hit in more["similar"]]
    assert 1 <= len(answer["similar"]) <= 4 < len(slugs) <= 10
    assert slugs[: len(answer["similar"])] == [hit["slug"] for hit in answer["similar"]]
    assert CALM not in slugs
    assert more["similar"][0]["meaning"] == max(hit["meaning"] for hit in more["similar"])


@pytest.mark.parametrize("typed", ["ca", "behav", "Year", "lantern", "SEM", "ks"])
def test_a_suggestion_leads_to_a_page(
    client: FlaskClient, browser: Browser, document: dict[str, Any], typed: str
) -> None:
    answer = client.get(f"{BASE}/suggest?{urlencode({'q': typed})}").get_json()

    assert faults(document, "/suggest", answer) == []
    assert answer["query"] == typed
    for suggestion in answer["suggestions"]:
        page = browser.get(suggestion["url"])
        assert page.status_code == 200
        assert suggestion["label"] in page.words("main")


def test_suggestions_are_of_every_kind_and_no_more_than_asked_for(client: FlaskClient) -> None:
    few = client.get(f"{BASE}/suggest?q=ca&limit=2").get_json()["suggestions"]
    many = client.get(f"{BASE}/suggest?q=ca&limit=20").get_json()["suggestions"]

    assert few == many[:2]
    assert {each["kind"] for each in many} == {"title", "term", "school"}
    assert {each["facet"] is not None for each in many if each["kind"] == "term"} == {True}
    assert client.get(f"{BASE}/suggest").get_json() == {"query": "", "suggestions": []}
