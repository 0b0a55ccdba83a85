"""A query taken apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadQuery
from indexer.question import LONGEST, parse, words_of


def _words(query: str) -> list[str]:
    return [word.folded for word in parse(query).words]


def test_words_that_carry_a_subject_are_searched():
    parsed = parse("how do I calm the class")

    assert [(word.typed, word.folded, word.term) for word in parsed.words] == [
        ("calm", "calm", "calm"),
        ("class", "class", "class"),
    ]
    assert parsed.text == "how do I calm the class"
    assert not parsed.empty


def test_when_only_little_words_are_typed_they_are_searched():
    assert _words("who am I") == ["who", "am", "i"]


@pytest.mark.parametrize(
    "query", ['"side room" calm', "“side room” calm", "«side room» calm", "„side room” calm"]
)
def test_a_quoted_phrase_stands_apart(query):
    parsed = parse(query)

    assert parsed.phrases == (("side", "room"),)
    assert [word.folded for word in parsed.words] == ["calm"]


def test_several_phrases_and_their_little_words_are_kept():
    assert parse('"at the door" x "in a side room"').phrases == (
        ("at", "the", "door"),
        ("in", "a", "side", "room"),
    )


@pytest.mark.parametrize("query", ['calm "lunch', 'calm lunch"', '"', '""', '"!?"', "calm ” lunch"])
def test_unbalanced_or_empty_quotes_are_ordinary_marks(query):
    parsed = parse(query)

    assert parsed.phrases == ()
    assert set(_words(query)) <= {"calm", "lunch"}


@pytest.mark.parametrize("query", ["calm -lunch", "calm −lunch", "calm –lunch", "-lunch calm"])
def test_a_word_after_a_minus_must_not_occur(query):
    parsed = parse(query)

    assert parsed.without == ("lunch",)
    assert _words(query) == ["calm"]
    assert parsed.text == "calm"


@pytest.mark.parametrize("query", ["de-escalation", "calm - lunch", "year 7-9", "calm -7", "low--stakes"])
def test_a_hyphen_is_no_minus(query):
    assert parse(query).without == ()


def test_a_minus_before_a_hyphenated_word_leaves_out_its_parts():
    assert parse("calm -low-stakes").without == ("low", "stake")


def test_a_minus_within_a_phrase_belongs_to_the_phrase():
    parsed = parse('"calm -lunch"')

    assert (parsed.phrases, parsed.without) == ((("calm", "lunch"),), ())


@pytest.mark.parametrize("query", ["-lunch", "  -lunch -calm ", "-lunch !"])
def test_minus_words_alone_are_refused(query):
    with pytest.raises(BadQuery, match="Add a word to look for"):
        parse(query)


@pytest.mark.parametrize("query", ["", "   ", "?!", "🙂", "\x00\u200f", '""', "- -"])
def test_a_query_without_words_is_empty(query):
    assert parse(query).empty


def test_only_so_much_of_a_query_is_read():
    assert len(parse("calm " * 10_000).text) <= LONGEST


@pytest.mark.parametrize(
    "query", ['"' * 200_000, "-a" * 100_000, " -" * 100_000, "[" * 200_000, "é" * 200_000]
)
def test_a_hostile_query_is_quick(query):
    began = time.process_time()

    parse(query)

    assert time.process_time() - began < 1


@given(st.text(max_size=200))
def test_whatever_is_typed_is_taken_apart_or_refused(query):
    try:
        parsed = parse(query)
    except BadQuery:
        return
    assert all(word.folded for word in parsed.words)
    assert all(parsed.phrases)


def test_a_word_is_given_as_typed_and_as_searched():
    (word,) = words_of("BEHAVIORS’")

    assert (word.typed, word.folded) == ("BEHAVIORS", "behaviors".replace("or", "or"))
    assert word.term == words_of("behaviour")[0].term
