"""Pages about the site, the gallery and the few addresses that are asked for unasked."""

from __future__ import annotations

import pytest

from kb.web.cards import STRENGTHS
from tests.browser import Browser

BROWSED = ("key-stage", "provision", "need", "theme", "subject", "role", "type")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/about", "About this site"),
        ("/accessibility", "Accessibility"),
        ("/privacy", "Privacy"),
        ("/gallery", "Gallery of components"),
        ("/browse/", "Browse"),
        ("/schools/", "Schools and partners"),
        ("/", "What would you like to get better at?"),
    ],
)
def test_a_page_opens(browser: Browser, path: str, heading: str) -> None:
    page = browser.get(path)

    assert page.status_code == 200
    assert page.words("h1") == heading


@pytest.mark.parametrize("path", BROWSED)
def test_every_way_to_browse_opens(browser: Browser, path: str) -> None:
    page = browser.get(f"/browse/{path}/")

    assert page.status_code == 200
    assert page.select(".term a")


def test_the_gallery_shows_every_strength_in_words_and_draws_none_for_nothing(browser: Browser) -> None:
    page = browser.get("/gallery")

    meters = {each.get_text().strip(): each for each in page.select(".meter--strength")}
    assert {words.lower() for words in meters} == set(STRENGTHS)
    assert meters["Not enough evidence"].svg is None
    assert "Not enough evidence to say how many months" in page.words()


def test_the_page_that_is_open_is_marked_in_the_menu(browser: Browser) -> None:
    assert [a.text for a in browser.get("/browse/theme/").select(".menu [aria-current=true]")] == ["Browse"]
    assert [a.text for a in browser.get("/about").select(".menu [aria-current=page]")] == ["About"]


def test_robots_and_the_mark(browser: Browser) -> None:
    robots, mark = browser.get("/robots.txt"), browser.get("/favicon.ico")

    assert "Disallow: /api/" in robots.text
    assert mark.headers["Content-Type"] == "image/x-icon"
    assert mark.response.data[:4] == b"\0\0\1\0"


def test_the_footer_says_that_the_demo_is_invented(browser: Browser) -> None:
    assert "invented" in browser.get("/about").words(".footer__note")


@pytest.mark.parametrize(
    "path", ["/browse/colour/", "/browse/theme/no-such-theme", "/schools/no-such-school", "/articles/none"]
)
def test_what_is_not_there_is_said_with_a_way_on(browser: Browser, path: str) -> None:
    page = browser.get(path)

    assert page.status_code == 404
    assert page.words("h1") == "Page not found"
    assert page.select("main form[role=search]")


def test_a_term_page_lists_what_carries_it_and_leads_to_the_search(browser: Browser) -> None:
    page = browser.get("/browse/provision/mainstream")

    assert page.words("h1") == "Mainstream classroom"
    assert page.select(".card")
    assert page.select("a.more[href='/search?provision=mainstream']")


def test_semh_provision_is_ready_made(browser: Browser) -> None:
    link = next(a for a in browser.get("/browse/").select(".ready__link") if "SEMH provision" in a.text)

    listing = browser.get(str(link["href"]))

    chips = [chip.get_text() for chip in listing.select(".applied .chip--off")]
    assert listing.status_code == 200
    assert {chip.removeprefix("Remove filter: ") for chip in chips} == {
        "Social, emotional and mental health",
        "Special school",
        "Inclusion base",
    }


def test_a_school_shows_what_it_wrote(browser: Browser) -> None:
    first = browser.get("/schools/").select(".card--school .card__title a")[0]

    page = browser.get(str(first["href"]))

    assert page.words("h1") == first.text
    assert page.select(".section__title")
