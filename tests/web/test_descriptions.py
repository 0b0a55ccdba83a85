"""Every page says in a sentence what it holds, for search engines and for links shared between colleagues."""

from __future__ import annotations

import pytest

from tests.browser import Browser

PAGES = ("/", "/search?q=phonics", "/browse/", "/schools/", "/schools/lantern-school", "/about", "/privacy")


def described(browser: Browser, path: str) -> str:
    (description,) = browser.get(path).select('meta[name="description"]')
    return str(description["content"])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_describes_itself_in_one_or_two_sentences(browser: Browser, path: str) -> None:
    assert 40 <= len(described(browser, path)) <= 300


def test_an_article_is_described_by_its_summary(browser: Browser) -> None:
    assert described(browser, "/articles/calm-starts-after-lunch").startswith(
        "A Year 4 class came in from lunch"
    )
