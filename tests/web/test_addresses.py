"""The whole state of a results page is in its address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from kb.domain.library import Library
from kb.domain.search import Facet, Question
from kb.storage.content import load_library
from kb.web import addresses
from kb.web.asking import question_from
from tests.samples import CONTENT

QUESTION = Question(
    text="calm & quiet?",
    mode="words",
    sort="newest",
    page=4,
    chosen={Facet.KEY_STAGE: ("ks1", "ks2"), Facet.NEED: ("semh",)},
    correct_spelling=False,
    expand_synonyms=False,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def asked(address: str, library: Library) -> Question:
    return question_from(parse_qs(urlsplit(address).query, keep_blank_values=True), library, strict=True)


def test_an_address_asks_the_same_question_again(library: Library) -> None:
    assert asked(addresses.of(QUESTION), library) == QUESTION


def test_the_usual_things_are_not_in_the_address() -> None:
    assert addresses.of(Question(sort="reviewed")) == "/search"
    assert addresses.of(Question(text="calm")) == "/search?q=calm"


def test_one_filter_is_taken_off_and_the_listing_begins_again(library: Library) -> None:
    left = asked(addresses.without(QUESTION, Facet.KEY_STAGE, "ks1"), library)

    assert left.chosen == {Facet.KEY_STAGE: ("ks2",), Facet.NEED: ("semh",)}
    assert left.page == 1
    assert asked(addresses.without(QUESTION, Facet.NEED, "semh"), library).chosen == {
        Facet.KEY_STAGE: ("ks1", "ks2")
    }


def test_one_filter_is_added_once(library: Library) -> None:
    address = addresses.with_filter(QUESTION, Facet.KEY_STAGE, "ks3")

    assert asked(address, library).chosen[Facet.KEY_STAGE] == ("ks1", "ks2", "ks3")
    assert asked(addresses.with_filter(QUESTION, Facet.NEED, "semh"), library).chosen == QUESTION.chosen


def test_all_other_changes_change_only_their_part(library: Library) -> None:
    first = Question(text="claming", chosen={Facet.NEED: ("semh",)})

    assert asked(addresses.without_filters(first), library) == Question(text="claming")
    assert not asked(addresses.as_typed(first), library).correct_spelling
    assert not asked(addresses.without_synonyms(first), library).expand_synonyms
    assert asked(addresses.with_synonyms(QUESTION), library).expand_synonyms
    assert asked(addresses.with_mode(first, "words"), library).mode == "words"
    assert asked(addresses.page(first, 2), library).page == 2
