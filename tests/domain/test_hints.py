"""Words of a question that name a year group, a provision or a need are offered as a filter, never applied."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.hints import MOST, hints
from kb.domain.search import Facet
from kb.storage.content import load_library
from tests.samples import CONTENT

LIBRARY = load_library(CONTENT)


def offered(text: str) -> list[tuple[str, str, str]]:
    return [(hint.typed, hint.facet.value, hint.id) for hint in hints(text, LIBRARY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("times tables in year 4", ("year 4", "key_stage", "ks2")),
        ("times tables in Year  4", ("Year  4", "key_stage", "ks2")),
        ("times tables in Y4", ("Y4", "key_stage", "ks2")),
        ("times tables in yr 4", ("yr 4", "key_stage", "ks2")),
        ("times tables in Yr4", ("Yr4", "key_stage", "ks2")),
        ("phonics in ks1", ("ks1", "key_stage", "ks1")),
        ("phonics in KEY STAGE 1", ("KEY STAGE 1", "key_stage", "ks1")),
        ("a calm corner in the inclusion base", ("inclusion base", "provision", "inclusion-base")),
        ("who runs an SRB", ("SRB", "provision", "inclusion-base")),
        ("lunchtimes at a special school", ("special school", "provision", "special-school")),
        ("a special-school timetable", ("special-school", "provision", "special-school")),
        ("SEMH at lunch", ("SEMH", "need", "semh")),
        ("semh at lunch", ("semh", "need", "semh")),
        ("a case study about boards", ("case study", "type", "case-study")),
    ],
)
def test_what_a_teacher_types_is_recognised(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in offered(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "calm after lunch",
        "mapping the curriculum",
        "sharp edges",  # AP, ARP inside words
        "ap lessons",  # small letters: no acronym
        "key4 stage",
        "year 44",
        "Y44",
    ],
)
def test_nothing_is_offered_for_words_that_only_look_like_one(text: str) -> None:
    assert offered(text) == []


def test_year_10_is_not_year_1() -> None:
    assert [hint[2] for hint in offered("mocks in year 10")] == ["ks4"]
    assert [hint[2] for hint in offered("mocks in year 1")] == ["ks1"]


def test_the_longest_wording_counts_and_its_parts_do_not() -> None:
    found = offered("alternative provision academy")

    assert [typed for typed, _, _ in found if "provision" in typed] == ["alternative provision"] or (
        "alternative provision academy" in [typed for typed, _, _ in found]
    )
    assert len({typed for typed, _, _ in found}) == len(found)


def test_a_term_named_twice_is_offered_once() -> None:
    assert len(offered("Year 3 and Year 4 and KS2")) == 1


def test_no_more_than_a_few_are_offered() -> None:
    text = "case study SEMH inclusion base special school alternative provision Year 1 Year 4 Year 8 Year 10"

    assert len(offered(text)) == MOST


def test_no_retired_term_and_not_all_is_offered() -> None:
    taxonomy = LIBRARY.taxonomy
    retired = [
        term.label
        for scheme in ("key-stages", "provisions", "needs", "article-types")
        for term in taxonomy[scheme]
        if term.replaced_by or term.id == "all"
    ]

    for label in retired:
        named = {hint.label for hint in hints(label, LIBRARY)}
        assert label not in named, label


def test_every_label_of_the_vocabulary_names_its_own_term() -> None:
    for facet, scheme in ((Facet.KEY_STAGE, "key-stages"), (Facet.PROVISION, "provisions")):
        for term in LIBRARY.taxonomy[scheme]:
            if not term.replaced_by and term.id != "all":
                assert (facet.value, term.id) in {each[1:] for each in offered(f"in {term.label} today")}


@given(st.text(max_size=200))
def test_any_text_whatever_gets_an_answer_whose_words_stand_in_it(text: str) -> None:
    for typed, _, _ in offered(text):
        assert typed in text


def test_the_longest_question_is_read_quickly() -> None:
    hints("", LIBRARY)
    began = time.perf_counter()

    for text in ("key " * 125, "key stage " * 50, "k" * 500, " " * 500, "special-" * 62):
        hints(text, LIBRARY)

    assert time.perf_counter() - began < 1
