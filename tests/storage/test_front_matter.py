from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.domain.article import ArticleType, Outcome
from kb.storage.front_matter import front_matter_text
from kb.storage.safe_yaml import parse


def test_front_matter_is_written_in_the_usual_order_one_key_a_line():
    text = front_matter_text(
        {
            "references": ["dunlosky-2013"],
            "evidence": [{"strand": "phonics"}],
            "local": {"outcome": Outcome.WORKED, "staff_hours_week": 1.0, "pupils": None, "level": 2},
            "illustrative": True,
            "published": date(2026, 3, 2),
            "key_stages": ("ks1", "ks2"),
            "summary": 'He said: "no" # twice',
            "title": "Reading: a start",
            "owner": None,
            "type": ArticleType.CASE_STUDY,
        }
    )

    assert text == (
        "type: case-study\n"
        "title: 'Reading: a start'\n"
        "summary: 'He said: \"no\" # twice'\n"
        "key_stages: [ks1, ks2]\n"
        "published: 2026-03-02\n"
        "illustrative: true\n"
        "local:\n"
        "  outcome: worked\n"
        "  staff_hours_week: 1\n"
        "  level: 2\n"
        "evidence:\n"
        "- strand: phonics\n"
        "references: [dunlosky-2013]\n"
    )


@settings(max_examples=300, deadline=None)
@given(title=st.text(max_size=80), authors=st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_whatever_is_written_as_front_matter_can_be_read_again(title, authors):
    text = front_matter_text({"title": title, "authors": authors, "needs": []})

    root = parse(text, path=Path("x.md"), largest=100_000)

    visible = [letter for letter in title if letter.isalnum()]
    assert [letter for letter in root.entries["title"].text if letter.isalnum()] == visible
    assert len(root.entries["authors"].items) == len(authors)
    text.encode()


def test_a_value_that_looks_like_something_else_is_quoted():
    text = front_matter_text({"title": "no", "summary": "null", "owner": "2026-03-02", "school": "12:30:45"})

    assert text == "title: 'no'\nsummary: 'null'\nschool: '12:30:45'\nowner: '2026-03-02'\n"
