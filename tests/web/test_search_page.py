"""The results page: what was understood, what was found, and how to narrow or widen it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import Browser, Page


def chosen(page: Page, name: str) -> set[str]:
    """The values of the boxes that are ticked."""
    return {str(box["value"]) for box in page.select(f"#filters input[name={name}][checked]")}


def test_without_words_everything_is_listed(browser: Browser) -> None:
    page = browser.get("/search")

    assert page.words("h1") == "All articles"
    assert int(page.words(".finder__number").split()[0]) > 0
    assert page.select("option[value=reviewed][selected]")
    assert not page.select("#order-mode")


def test_words_lead_to_cards_with_their_passage_and_why(browser: Browser) -> None:
    page = browser.get("/search?q=calm+after+lunch")

    assert page.words("h1") == "Results for ‘calm after lunch’"
    assert page.select("#search-words")[0]["value"] == "calm after lunch"
    assert page.select(".results .card__text mark")
    assert page.words(".results .card__why summary").startswith("Why this:")


def test_why_opens_to_what_a_place_in_the_list_comes_from(browser: Browser) -> None:
    page = browser.get("/search?q=calm+after+lunch+zebra")

    why = page.words(".results details.card__why")
    assert re.search(r"words 0\.\d\d, words in one passage 0\.\d\d, meaning 0\.\d\d, title 0\.\d\d\.", why)
    assert "‘zebra’ is not in it" in why


def test_filters_in_use_are_ticked_said_and_can_be_taken_off(browser: Browser) -> None:
    page = browser.get("/search?q=calm&key_stage=ks2&provision=mainstream")

    assert chosen(page, "key_stage") == {"ks2"}
    assert page.words(".finder__sentence") == "Articles for Key Stage 2 in mainstream classrooms"
    off = {str(a["href"]): a.get_text() for a in page.select(".applied a")}
    assert off["/search?q=calm&provision=mainstream"] == "Remove filter: Key Stage 2"
    assert off["/search?q=calm&key_stage=ks2"] == "Remove filter: Mainstream classroom"
    assert off["/search?q=calm"] == "Clear all filters"


def test_a_count_is_the_number_of_articles_that_are_listed(browser: Browser) -> None:
    page = browser.get("/search?key_stage=ks2")

    box = page.select("#filters input[name=provision]")[0]
    label = page.select(f"label[for='{box['id']}'] .option__count")[0].get_text()
    narrowed = browser.get(f"/search?key_stage=ks2&provision={box['value']}")

    assert narrowed.words(".finder__number").split()[0] == "".join(sign for sign in label if sign.isdigit())


def test_every_filter_belongs_to_the_form_so_that_no_script_is_needed(browser: Browser) -> None:
    page = browser.get("/search?q=calm")

    controls = page.select("#finder input, #finder select, #finder button")
    assert controls
    assert all(control.get("form") == "search" for control in controls)
    assert page.select("form#search[action='/search'][method=get]")


def test_on_a_phone_the_filters_are_behind_a_link(browser: Browser) -> None:
    page = browser.get("/search?q=calm&key_stage=ks2")

    assert page.words("a.finder__open[href='#filters']") == "Filters (1)"
    assert page.select("#filters a[href='#results']")


@pytest.mark.parametrize(
    ("address", "remark"),
    [
        ("/search?key_stage=ks9", "Did you mean ‘ks"),
        ("/search?page=0", "page number"),
        ("/search?page=1000000000", "last page"),
        ("/search?page=99", "This is the last page"),
        ("/search?mode=bset", "‘bset’"),
    ],
)
def test_what_is_wrong_in_an_address_is_said_and_the_rest_is_answered(
    browser: Browser, address: str, remark: str
) -> None:
    page = browser.get(address)

    assert page.status_code == 200
    assert remark in page.words("#results")
    assert page.select(".results .card")


def test_a_question_of_a_hundred_thousand_characters_is_answered(browser: Browser) -> None:
    page = browser.get("/search", query_string={"q": "calm " * 20_000})

    assert page.status_code == 200
    assert "first 500 characters" in page.words("#results")
    assert len(page.words("h1")) < 100


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '" onmouseover="x', "{{ 7 * 7 }}", "\x00\x1b[31m", "'; drop table--"],
)
def test_what_is_typed_is_shown_as_typed_and_does_nothing(browser: Browser, text: str) -> None:
    page = browser.get("/search", query_string={"q": text})

    assert page.status_code == 200
    assert not page.select("main script")


def test_turning_the_page_keeps_the_question(browser: Browser) -> None:
    first = browser.get("/search")
    following = first.select(".govuk-pagination__next a")[0]

    second = browser.get(str(following["href"]))

    assert parse_qs(urlsplit(str(following["href"])).query) == {"page": ["2"]}
    assert {a["href"] for a in first.select(".card__title a")}.isdisjoint(
        a["href"] for a in second.select(".card__title a")
    )
    assert second.select("ol.results")[0]["start"] == "11"


def test_exact_and_no_synonyms_stay_when_a_filter_is_chosen(browser: Browser) -> None:
    page = browser.get("/search?q=calm&exact=1&synonyms=0")

    assert [
        (str(each["name"]), str(each["value"])) for each in page.select("form#search input[type=hidden]")
    ] == [
        ("exact", "1"),
        ("synonyms", "0"),
    ]
    assert page.select("#filters label")


def test_the_page_is_light(browser: Browser) -> None:
    answers = [browser.client.get("/search?q=calm+after+lunch", headers={"Accept-Encoding": "br"})]
    page = browser.get("/search?q=calm+after+lunch")
    links = page.select("link[rel=stylesheet], link[rel=preload], link[rel=icon]")
    addresses = {str(each["href"]) for each in links} | {
        str(each["src"]) for each in page.select("script, img")
    }

    files = {address: browser.client.get(address, headers={"Accept-Encoding": "br"}) for address in addresses}

    weight = {address: len(answer.data) for address, answer in files.items()}
    assert len(answers[0].data) <= 15_000
    assert sum(size for address, size in weight.items() if address.endswith(".css")) <= 20_000
    assert sum(size for address, size in weight.items() if address.endswith(".js")) <= 30_000
    assert len(answers[0].data) + sum(weight.values()) <= 70_000
    assert 1 + len(addresses) <= 12
