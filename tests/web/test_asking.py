"""From an address to a question: nothing typed into an address may break the page or be dropped in silence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.errors import BadRequest
from kb.domain.library import Library
from kb.domain.search import Facet
from kb.storage.content import load_library
from kb.web.asking import LAST_PAGE, LONGEST_TEXT, MOST_REMARKS, clean, question_from
from tests.samples import CONTENT


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def test_an_empty_address_lists_what_was_reviewed_last(library: Library) -> None:
    question = question_from({}, library)

    assert (question.text, question.mode, question.sort, question.page, question.per_page) == (
        "",
        "best",
        "reviewed",
        1,
        10,
    )
    assert question.chosen == {}
    assert question.remarks == ()


def test_everything_asked_for_is_understood(library: Library) -> None:
    question = question_from(
        {
            "q": ["calm  after\tlunch"],
            "mode": ["meaning"],
            "sort": ["newest"],
            "page": ["3"],
            "per_page": ["25"],
            "exact": ["1"],
            "synonyms": ["0"],
            "key_stage": ["ks1", "ks2", "ks1"],
            "provision": ["inclusion-base"],
            "school": ["castle-bridge-primary"],
        },
        library,
        strict=True,
    )

    assert question.text == "calm after lunch"
    assert (question.mode, question.sort, question.page, question.per_page) == ("meaning", "newest", 3, 25)
    assert not question.correct_spelling
    assert not question.expand_synonyms
    assert question.chosen == {
        Facet.KEY_STAGE: ("ks1", "ks2"),
        Facet.PROVISION: ("inclusion-base",),
        Facet.SCHOOL: ("castle-bridge-primary",),
    }


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [
        ("key_stage", "ks22", "ks2"),
        ("key_stage", "Key Stage 2", "ks2"),
        ("provision", "SRB", "inclusion-base"),
        ("provision", "special-schol", "special-school"),
        ("theme", "de-escalaton", "de-escalation"),
        ("school", "castle bridge primary", "castle-bridge-primary"),
        ("type", "case-studies", "case-study"),
    ],
)
def test_an_unknown_value_is_said_with_the_nearest_one_and_the_rest_still_counts(
    library, name, value, nearest
) -> None:
    question = question_from({name: [value], "need": ["semh"]}, library)

    assert question.chosen == {Facet.NEED: ("semh",)}
    assert len(question.remarks) == 1
    assert value.casefold() in question.remarks[0].casefold()
    assert f"Did you mean ‘{nearest}’?" in question.remarks[0]


def test_a_value_near_to_nothing_is_said_without_a_guess(library: Library) -> None:
    question = question_from({"key_stage": ["xyzzy" * 100]}, library)

    assert question.remarks[0].endswith("Choose one from the list.")
    assert len(question.remarks[0]) < 150


def test_a_retired_term_counts_as_the_one_that_replaced_it(library: Library) -> None:
    subjects = library.taxonomy["subjects"]
    retired = next(term for term in subjects if term.replaced_by)

    question = question_from({"subject": [retired.id]}, library)

    assert question.chosen == {Facet.SUBJECT: (retired.replaced_by,)}
    assert question.remarks == ()


@pytest.mark.parametrize(("name", "value"), [("mode", "bset"), ("sort", "age")])
def test_an_unknown_way_to_match_or_sort_is_said_and_the_usual_one_used(
    library: Library, name: str, value: str
) -> None:
    question = question_from({"q": ["calm"], name: [value]}, library)

    assert (question.mode, question.sort) == ("best", "relevance")
    assert f"‘{value}’" in question.remarks[0]


@pytest.mark.parametrize("value", ["0", "-1", "abc", "1.5", "٣", "000", "1e3"])
def test_a_page_that_is_no_number_is_the_first(library: Library, value: str) -> None:
    question = question_from({"page": [value]}, library)

    assert question.page == 1
    assert "page number" in question.remarks[0]


@pytest.mark.parametrize("value", ["1000000000", "9" * 10_000, "1001"])
def test_a_page_far_away_is_the_last_that_can_be_asked_for(library: Library, value: str) -> None:
    question = question_from({"page": [value]}, library)

    assert question.page == LAST_PAGE
    assert question.remarks


def test_a_very_long_question_is_cut_and_that_is_said(library: Library) -> None:
    question = question_from({"q": ["calm " * 20_000]}, library)

    assert question.text == ("calm " * 100).strip()
    assert len(question.text) <= LONGEST_TEXT
    assert "first 500 characters" in question.remarks[0]


def test_control_characters_and_invisible_marks_are_taken_out(library: Library) -> None:
    question = question_from({"q": ["calm\x00 \u202eafter\u200b\r\nlunch\ud800"]}, library)

    assert question.text == "calm after lunch"
    assert question.remarks == ()


def test_a_name_that_looks_misspelt_is_said_and_others_are_let_be(library: Library) -> None:
    question = question_from({"keystage": ["ks2"], "utm_source": ["letter"], "gclid": ["1"]}, library)

    assert len(question.remarks) == 1
    assert "‘key_stage’" in question.remarks[0]


def test_many_wrong_values_take_no_longer_than_a_few(library: Library) -> None:
    started = time.perf_counter()
    values = {facet.value: [f"wrong-{number}-{facet}" for number in range(3000)] for facet in Facet}

    question = question_from(values, library)

    assert time.perf_counter() - started < 2
    assert len(question.remarks) == MOST_REMARKS


@pytest.mark.parametrize(
    "values",
    [
        {"key_stage": ["ks9"]},
        {"mode": ["bset"]},
        {"page": ["0"]},
        {"per_page": ["51"]},
        {"keystage": ["ks2"]},
    ],
)
def test_a_programme_is_told_of_a_mistake_with_an_error(
    library: Library, values: dict[str, list[str]]
) -> None:
    with pytest.raises(BadRequest) as told:
        question_from(values, library, strict=True)

    assert "‘" in str(told.value) or "largest" in str(told.value)


def test_sorting_by_match_without_words_is_sorting_by_review(library: Library) -> None:
    assert question_from({"sort": ["relevance"]}, library).sort == "reviewed"
    assert question_from({"sort": ["newest"]}, library).sort == "newest"
    assert question_from({"q": ["calm"]}, library).sort == "relevance"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(
    st.dictionaries(
        st.sampled_from(["q", "page", "mode", "sort", "exact", "key_stage", "school", "keystages", "x"]),
        st.lists(st.text(max_size=60), max_size=3),
    )
)
def test_no_address_whatever_raises(values: dict[str, list[str]]) -> None:
    question = question_from(values, LIBRARY)

    assert 1 <= question.page <= LAST_PAGE
    assert len(question.text) <= LONGEST_TEXT


LIBRARY = load_library(CONTENT)
