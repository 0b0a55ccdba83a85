"""“Did you mean”: only words nobody uses here, only into words that the reader may find."""

from __future__ import annotations

import time

import pytest

from indexer.errors import IndexDamaged
from indexer.question import parse
from indexer.spelling import NAME, Speller, english, sound

PUBLIC = frozenset({"public"})
COUNTS = {
    "public": {
        "attendance": 40,
        "phonics": 30,
        "feedback": 25,
        "retrieval": 20,
        "practice": 60,
        "dyslexia": 12,
        "semh": 15,
        "assessment": 30,
        "behavior": 50,
        "reading": 80,
        "school": 90,
        "calm": 9,
        "asessment": 1,
    },
    "trust": {"zebra": 5, "ofsted": 9},
}


@pytest.fixture(scope="module")
def speller():
    speller = Speller(COUNTS)
    speller.also_known({"lexia"})
    return speller


def _mended(speller: Speller, query: str, visibilities: frozenset[str] = PUBLIC) -> dict[str, str]:
    return speller.correct(parse(query), visibilities)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("attendence", "attendance"),
        ("fonics", "phonics"),
        ("feedbakc", "feedback"),
        ("dislexia", "dyslexia"),
        ("retreival", "retrieval"),
        ("assesment", "assessment"),
        ("SEHM", "semh"),
        ("phonicks", "phonics"),
    ],
)
def test_a_slip_is_mended_into_a_word_of_the_corpus(speller, typed, meant):
    assert list(_mended(speller, typed).values()) == [meant]


def test_words_run_together_are_put_apart(speller):
    assert _mended(speller, "retrievalpractice") == {"retrievalpractice": "retrieval practice"}


@pytest.mark.parametrize(
    "query",
    [
        "attendance",
        "Lexia",
        "elephant",
        "clam",
        "KS2",
        "clm",
        "the",
        "teh",
        "year7",
        "behaviour",
        "xqzvwkj",
        '"attendence"',
    ],
)
def test_what_is_right_short_unknown_or_quoted_is_left_alone(speller, query):
    assert _mended(speller, query) == {}


def test_a_rare_slip_within_the_corpus_is_mended_too(speller):
    assert _mended(speller, "asessment") == {"asessment": "assessment"}


def test_a_word_is_never_mended_into_one_that_the_reader_may_not_see(speller):
    assert _mended(speller, "zebrra") == {}
    assert _mended(speller, "zebrra", frozenset({"public", "trust"})) == {"zebrra": "zebra"}
    assert _mended(speller, "zebrra", frozenset()) == {}
    assert _mended(speller, "attendence", frozenset({"elsewhere"})) == {}


def test_a_word_that_only_others_may_see_is_not_known_to_be_right(speller):
    known = Speller({"public": {"ofsted": 9}, "trust": {"ofzted": 9}})

    assert _mended(known, "ofzted") == {"ofzted": "ofsted"}
    assert _mended(known, "ofzted", frozenset({"public", "trust"})) == {}


def test_words_learnt_later_are_right_at_once():
    speller = Speller({"public": {"zones": 9}})
    before = _mended(speller, "zoness")

    speller.also_known({"zoness"})

    assert (before, _mended(speller, "zoness")) == ({"zoness": "zones"}, {})


def test_what_is_built_is_what_is_opened(tmp_path):
    Speller.build(COUNTS, tmp_path)

    assert _mended(Speller.open(tmp_path), "attendence zebrra") == {"attendence": "attendance"}


def test_a_corpus_without_words_mends_nothing(tmp_path):
    Speller.build({}, tmp_path)

    assert _mended(Speller.open(tmp_path), "attendence") == {}


@pytest.mark.parametrize("text", ["calm", "public\tcalm", "public\tcalm\tten", "\udcff"])
def test_a_damaged_file_is_said(tmp_path, text):
    (tmp_path / NAME).write_text(text, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(IndexDamaged, match=NAME.replace(".", r"\.")):
        Speller.open(tmp_path)


@pytest.mark.parametrize(
    ("one", "other"), [("phonics", "fonics"), ("necessary", "nessessary"), ("queue", "kwu")]
)
def test_words_that_sound_alike_have_one_sound(one, other):
    assert sound(one) == sound(other)


def test_the_english_list_is_folded_like_the_corpus():
    assert {"behavior", "elephant", "practice"} <= english().keys()


def test_a_long_query_of_slips_is_mended_quickly(speller):
    english()
    began = time.process_time()

    _mended(speller, " ".join(f"attendence{letter}x" for letter in "abcdefghijklmnopqrst") + " x" * 400)

    assert time.process_time() - began < 1
