"""The pages in a real browser: accessible by axe, usable by keyboard, without script, on a narrow screen, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.axe import violations
from tests.browser_pages import DESK, NARROWEST, PHONE
from tests.served import served

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/search?q=calm+after+lunch",
    "/search?q=calm&key_stage=ks2&provision=mainstream&page=99",
    "/search?q=qqq+xzv+wwq",
    "/search",
    "/browse/",
    "/browse/need/",
    "/browse/provision/special-school",
    "/articles/calm-starts-after-lunch",
    "/schools/",
    "/schools/lantern-school",
    "/about",
    "/gallery",
    "/no-such-page",
)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The site, served on this machine."""
    with served(app) as address:
        yield address


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    """A page on a desk's screen that reports what went wrong in it."""
    with chrome.new_context(viewport=DESK) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    found: list[str] = []

    for size in (DESK, NARROWEST):
        page.set_viewport_size(size)
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{too_wide} pixels wider than {size['width']}"] if too_wide > 0 else []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{size['width']}, {scheme}: {each}" for each in violations(page)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_refused_and_nothing_is_fetched_from_elsewhere(
    page: Page, address: str, path: str
) -> None:
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "404" not in line.text else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:")) else troubles.append(asked.url),
    )

    page.goto(address + path)
    page.wait_for_load_state("networkidle")

    assert troubles == []


def test_a_filter_changes_the_results_in_place_and_the_keyboard_stays_where_it_was(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/search?q=calm")
    before = page.inner_text(".finder__number")
    box = page.locator("#filters input[name=key_stage]").first
    box.focus()

    page.keyboard.press("Space")
    page.wait_for_function(
        "before => document.querySelector('.finder__number').innerText !== before", arg=before
    )

    shown = page.inner_text("#results")
    assert set(parse_qs(urlsplit(page.url).query)) == {"q", "key_stage"}
    assert page.evaluate("document.activeElement.name") == "key_stage"
    page.reload()
    assert page.inner_text("#results") == shown
    page.go_back()
    page.wait_for_function(
        "before => document.querySelector('.finder__number').innerText === before", arg=before
    )
    assert not page.locator("#filters input[name=key_stage]").first.is_checked()


def test_suggestions_are_chosen_with_the_arrow_keys(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_role("combobox", name="Describe it as you would to a colleague")
    box.press_sequentially("semh")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"

    box.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    wanted = chosen.get_attribute("data-url")
    box.press("Enter")
    page.wait_for_url(f"{address}{wanted}")

    assert page.locator("h1").count() == 1


def test_escape_closes_the_suggestions_and_enter_then_searches(page: Page, address: str) -> None:
    page.goto(address)
    box = page.get_by_role("combobox").first
    box.press_sequentially("calm")
    page.get_by_role("option").first.wait_for()

    box.press("Escape")
    assert page.get_by_role("option").count() == 0
    box.press("Enter")
    page.wait_for_url("**/search?q=calm")


def test_search_filter_and_open_work_without_script_on_a_phone(chrome: Browser, address: str) -> None:
    with chrome.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.fill("input[name=q]", "calm")
        page.click("#search button")
        page.locator("a.finder__open").wait_for()
        assert not page.locator("#filters").is_visible()

        page.click("a.finder__open")
        page.locator("#filters input").first.check()
        page.click(".finder__apply button")
        asked = parse_qs(urlsplit(page.url).query)
        page.locator(".card__title a").first.click()

        assert asked["q"] == ["calm"]
        assert len(asked) > 1
        assert "/articles/" in page.url


def test_on_a_phone_results_come_before_filters(chrome: Browser, address: str) -> None:
    with chrome.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{address}/search?q=calm")

        first_card = page.locator(".results .card").first.bounding_box()

    assert first_card is not None
    assert first_card["y"] < PHONE["height"] * 0.75


def test_an_article_prints_without_what_is_around_it_and_with_its_links(page: Page, address: str) -> None:
    page.goto(f"{address}/articles/calm-starts-after-lunch")

    page.emulate_media(media="print")

    for around in (".masthead", ".footer", ".contents", ".section--beyond", ".govuk-breadcrumbs"):
        assert not page.locator(around).first.is_visible(), around
    written = "el => getComputedStyle(el, '::after').content"
    assert "https://" in page.locator(".panel--evidence a").first.evaluate(written)
    assert page.locator(".prose").is_visible()


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}/about")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to main content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
