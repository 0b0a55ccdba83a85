"""Numbers, dates and filters in words."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.library import Library
from kb.domain.search import Facet, Question
from kb.storage.content import load_library
from kb.web import wording
from tests.samples import CONTENT


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({}, "Articles"),
        (
            {
                Facet.TYPE: ("case-study",),
                Facet.KEY_STAGE: ("ks2",),
                Facet.PROVISION: ("inclusion-base",),
                Facet.THEME: ("de-escalation",),
            },
            "Case studies for Key Stage 2 in inclusion bases about de-escalation",
        ),
        (
            {Facet.TYPE: ("case-study", "research-summary"), Facet.KEY_STAGE: ("ks1", "ks2", "ks3")},
            "Case studies and research summaries for Key Stage 1, Key Stage 2 or Key Stage 3",
        ),
        (
            {Facet.PROVISION: ("special-school", "inclusion-base"), Facet.NEED: ("semh",)},
            "Articles in special schools or inclusion bases about social, emotional and mental health",
        ),
        (
            {Facet.PROVISION: ("sen-unit", "eotas")},
            "Articles in SEN units or education otherwise than at school",
        ),
        ({Facet.SCHOOL: ("lantern-school",)}, "Articles from Lantern School"),
        ({Facet.COST: ("very-low",)}, "Articles; cost: very low cost"),
    ],
)
def test_filters_are_said_as_a_sentence(
    library: Library, chosen: dict[Facet, tuple[str, ...]], sentence: str
) -> None:
    assert wording.filters_in_words(Question(chosen=chosen), library) == sentence


def test_an_id_that_nobody_knows_stands_for_itself(library: Library) -> None:
    assert wording.label(library, Facet.SCHOOL, "closed-school") == "closed-school"
    assert wording.label(library, Facet.THEME, "no-such-theme") == "no-such-theme"


def test_dates_are_written_as_people_write_them() -> None:
    assert wording.day(date(2026, 9, 1)) == "1 September 2026"
    assert wording.month(date(2026, 9, 1)) == "September 2026"
    assert wording.day(None) == wording.month(None) == ""


def test_numbers_have_no_needless_zeros() -> None:
    assert [wording.number(value) for value in (2.0, 0.5, 1084, 20)] == ["2", "0.5", "1,084", "20"]


def test_nouns_agree_with_their_number() -> None:
    assert wording.count(1, "article") == "1 article"
    assert wording.count(0, "article") == "0 articles"
    assert wording.count(1200, "case study", "case studies") == "1,200 case studies"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert wording.shortened("calm after lunch", 16) == "calm after lunch"
    assert wording.shortened("calm after, lunch", 14) == "calm after…"


def test_reading_takes_at_least_a_minute() -> None:
    assert wording.reading_minutes(3) == "1 minute"
    assert wording.reading_minutes(920) == "4 minutes"
