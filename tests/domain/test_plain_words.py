"""Summaries are made from the first words of a page that say something."""

from __future__ import annotations

import pytest

from kb.domain.plain_words import first_sentence, plain_words, shortened


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("A **bold** and _slanted_ `word`", "A bold and slanted word"),
        ("[a link](x.md) and ![a picture](y.png)", "a link and a picture"),
        (r"2 \* 3 &amp; a_b_c", "2 * 3 & a_b_c"),
        ("Words[^1]\nover  lines", "Words over lines"),
    ],
)
def test_marks_are_taken_off(markdown: str, words: str) -> None:
    assert plain_words(markdown) == words


def test_the_first_sentence_of_prose_is_found_behind_headings_labels_links_and_lists() -> None:
    text = """## Before you start

[Video: Calm starts](https://www.youtube.com/watch?v=x)

**Video transcript.**

- an item of a list

Read:

| a | b |

Mr. Price meets his class at the door, e.g. after lunch. Then they breathe.
"""
    assert first_sentence(text) == "Mr. Price meets his class at the door, e.g. after lunch."


def test_a_short_first_sentence_takes_the_next_one_with_it() -> None:
    assert first_sentence("It works. Ten minutes after lunch are enough for it. More.") == (
        "It works. Ten minutes after lunch are enough for it."
    )


def test_without_prose_the_first_item_of_a_list_says_it() -> None:
    assert first_sentence("You will learn:\n\n- how routines help a class to settle\n") == (
        "How routines help a class to settle"
    )
    assert first_sentence("## Only\n\n[a link](x.md)\n") == ""


def test_a_long_sentence_is_cut_between_words() -> None:
    cut = first_sentence("word " * 200 + "end.")

    assert len(cut) <= 300
    assert cut.endswith("word…")
    assert shortened("x" * 400, 300) == "x" * 299 + "…"
