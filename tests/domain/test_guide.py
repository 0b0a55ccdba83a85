"""The guide asks for what is not told yet and leaves alone what somebody has written in their own way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.article import ArticleType
from kb.domain.guide import SECTIONS, guided, joined, parts, untold
from kb.storage.content import load_library, read_articles
from tests.samples import CONTENT


def test_a_text_is_cut_at_its_headings_and_code_stays_whole() -> None:
    body = "Hi.\n\n## What we did\n\nThis.\n\n```\n## no heading\n```\n\n### More\n\n## How we know\n\nWe counted.\n"

    found = parts(body)

    assert [part.heading for part in found] == ["", "What we did", "How we know"]
    assert "## no heading" in found[1].text
    assert joined(found) == body


@given(st.text(alphabet="#a \n`", max_size=60))
def test_cutting_and_joining_loses_no_letter(body: str) -> None:
    again = joined(parts(body))

    assert again.count("a") >= sum(part.text.count("a") for part in parts(body))
    assert joined(parts(again)) == again


@pytest.mark.parametrize("kind", list(ArticleType))
def test_an_empty_text_is_asked_about_every_section(kind: ArticleType) -> None:
    assert untold("", kind) == SECTIONS[kind]
    assert [section for section, _ in guided("", kind)] == [None, *SECTIONS[kind]]


def test_a_heading_of_ones_own_answers_the_question() -> None:
    body = "Intro.\n\n## Why the first half term was poor\n\nIt rained.\n\n## How we know\n\n"

    left = [section.heading for section in untold(body, ArticleType.CASE_STUDY)]

    assert left == ["What was the need", "What we did", "What it cost", "How we know"]


def test_no_article_of_the_demo_changes_when_it_goes_through_the_guided_form() -> None:
    reading = read_articles(CONTENT, load_library(CONTENT))

    for article in reading.articles:
        through = joined([part for _, part in guided(article.body, article.type)])
        assert through.split() == article.body.split(), article.slug
