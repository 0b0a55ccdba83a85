"""A difference loses no word, marks single words, and takes no time that a reader would notice."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.difference import Change, counts, difference

TEXTS = st.text(alphabet="ab c.\n!?*é’", max_size=80)


def before_of(pieces: object) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not Change.NEW)  # type: ignore[attr-defined]


def after_of(pieces: object) -> str:
    return "".join(piece.text for piece in pieces if piece.change is not Change.GONE)  # type: ignore[attr-defined]


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_it(before: str, after: str) -> None:
    pieces = difference(before, after)

    assert before_of(pieces) == before
    assert after_of(pieces) == after
    assert all(one.change is not two.change for one, two in pairwise(pieces))


def test_one_changed_word_is_marked_alone() -> None:
    pieces = difference(
        "We met at the door.\n\nCalls fell from 22 to 10 in one term.",
        "We met at the door.\n\nCalls fell from 22 to 12 in one term.",
    )

    assert [(piece.change, piece.text) for piece in pieces if piece.change is not Change.SAME] == [
        (Change.GONE, "10"),
        (Change.NEW, "12"),
    ]
    assert counts(pieces) == (1, 1)


def test_a_sentence_written_anew_is_marked_as_a_whole() -> None:
    pieces = difference("The children sat down. We sang.", "Nobody was ready to listen at all. We sang.")

    assert [piece.text for piece in pieces if piece.change is Change.GONE] == ["The children sat down. "]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 60_000, "a " * 59_999 + "b"),
        ("a b " * 40_000, "b a " * 40_000),
        ("x\n" * 60_000, "y\nx\n" * 30_000),
        ("word. " * 30_000, "word! " * 30_000),
        ("." * 100_000, "!" * 100_000),
        ("." + "'" * 100_000, "." + '"' * 100_000),
    ],
)
def test_a_text_made_to_be_slow_is_not(before: str, after: str) -> None:
    began = time.process_time()

    pieces = difference(before, after)

    assert time.process_time() - began < 2
    assert after_of(pieces) == after
