"""“Did you mean”: only words nobody uses here, only into words that the reader may find."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from indexer.analysis import all_folded, folded
from indexer.errors import IndexDamaged
from indexer.question import parse
from indexer.spelling import NAME, Speller, english

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


def test_words_run_together_are_left_whole_when_one_slip_explains_them(speller):
    known = Speller({"public": {"capacity": 9, "cape": 40, "city": 90}})

    assert _mended(known, "capecity") == {"capecity": "capacity"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thinkthat", {"thinkthat": "think that"}),
        ("aboutreading", {"aboutreading": "about reading"}),
        ("readingthink", {}),
    ],
)
def test_a_word_run_together_with_one_that_stands_everywhere_is_put_apart(typed, meant):
    known = Speller({"public": {"think": 30, "that": 90, "about": 40, "reading": 50}})
    held = {(): 100, ("think",): 30, ("read",): 50}

    found = known.correct(parse(f"pupils {typed}"), PUBLIC, lambda terms: held.get(tuple(terms), 0))

    assert found == meant


def test_a_word_torn_in_two_is_put_together():
    known = Speller({"public": {"multiplication": 9, "multi": 2}})

    assert _mended(known, "multi plication tables") == {"multi": "multiplication", "plication": ""}
    assert _mended(known, "multi tables") == {}


@pytest.mark.parametrize("text", ["intolerant", "biotolerant"])
def test_a_word_with_a_prefix_is_no_slip_of_the_one_without(text):
    assert _mended(Speller({"public": {"tolerant": 90}}), text) == {}


HOLDING = {
    "tecton": {1, 2, 3},
    "plate": {1, 2, 3, 4},
    "fli": {9, 10},
    "plane": {9, 10},
}


def _together(terms: Sequence[str]) -> int:
    return len(set(range(100)).intersection(*(HOLDING.get(term, set()) for term in terms)))


def test_the_other_words_decide_which_word_was_meant():
    known = Speller({"public": {"tectonic": 9, "plates": 9, "flying": 9, "planes": 9}})

    assert known.correct(parse("tectonic plaxes"), PUBLIC, _together) == {"plaxes": "plates"}
    assert known.correct(parse("flying plaxes"), PUBLIC, _together) == {"plaxes": "planes"}


def test_an_english_word_gives_way_only_to_one_that_the_other_words_speak_for():
    known = Speller({"public": {"tectonic": 9, "plates": 9, "flying": 30}})

    assert known.correct(parse("tectonic plaits"), PUBLIC, _together) == {"plaits": "plates"}
    assert known.correct(parse("flying plaits"), PUBLIC, _together) == {}
    assert known.correct(parse("plaits"), PUBLIC, _together) == {}


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


def test_the_english_list_is_folded_like_the_corpus():
    assert {"behavior", "elephant", "practice"} <= english()


def test_very_many_words_are_folded_as_each_of_them_alone():
    words = [
        "colour",
        "COLORS",
        "organize",
        "organizations",
        "center",
        "math",
        "maths",
        "four",
        "size",
        "our",
    ]

    assert all_folded(words) == [folded(word) for word in words]
    assert all_folded(["naïve", *words]) == [folded(word) for word in ("naïve", *words)]


def test_a_long_query_of_slips_is_mended_quickly(speller):
    english()
    began = time.process_time()

    _mended(speller, " ".join(f"attendence{letter}x" for letter in "abcdefghijklmnopqrst") + " x" * 400)

    assert time.process_time() - began < 1
