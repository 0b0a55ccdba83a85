"""Pieces of a page that are kept for the next one: they are what they would be made anew, for the values they show."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flask import Flask, render_template_string

from kb.domain.search import Option
from kb.web.gallery import CARD
from kb.web.templating import remembered
from tests.browser import Browser, Page

BOX = '{% from "components/facets.html" import box %}{{ remembered(box, "theme", option, "search") }}'
CARDS = '{% from "components/card.html" import card %}{% for each in cards %}{{ card(each) }}{% endfor %}'
OPTION = Option(id="calm", label="Calm <starts>", count=3, adds=0, chosen=False, depth=0)


def finder(page: Page) -> str:
    """Filters and results; the trail in a link to an article is another for each search."""
    return re.sub(r"[?]from=[\w-]+", "", page.select("#finder")[0].decode())


def test_a_page_is_the_same_whether_or_not_its_pieces_stood_on_an_earlier_one(browser: Browser) -> None:
    address = "/search?q=calm&key_stage=ks2"
    remembered.cache_clear()

    first = browser.get(address)
    browser.get("/search?q=reading")
    again = browser.get(address)

    assert remembered.cache_info().hits > 0
    assert finder(again) == finder(first)


def test_a_count_that_changed_is_told_and_words_are_escaped(app: Flask) -> None:
    with app.test_request_context():
        before = render_template_string(BOX, option=OPTION)
        after = render_template_string(BOX, option=replace(OPTION, count=4))

    assert "</span>3<span" in before
    assert "</span>4<span" in after
    assert "Calm &lt;starts&gt;" in before


def test_an_article_that_was_reviewed_again_says_so_at_once(app: Flask) -> None:
    reviewed = replace(CARD, reviewed=date(2031, 5, 1))

    with app.test_request_context():
        html = render_template_string(CARDS, cards=[CARD, reviewed])

    assert html.count("Reviewed <time") == 2
    assert "May 2031" in html
