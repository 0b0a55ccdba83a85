"""Full text: which documents hold words, phrases and labels."""

from __future__ import annotations

import pytest

from indexer.errors import IndexDamaged
from indexer.words import FOLDER, WordEntry, WordIndex


def _entry(place: int, terms: str, exact: str, *labels: str) -> WordEntry:
    return WordEntry(place=place, terms=terms, exact=exact, labels=("visibility:public", *labels))


ENTRIES = (
    _entry(0, "calm calm lunch door", "calm at the door | lunch", "stage:ks1", "stage:ks2"),
    _entry(1, "lunch calm", "lunch calm", "stage:ks2"),
    _entry(2, "read pupil", "pupils read", "stage:ks1", "odd:a:b"),
    WordEntry(place=3, terms="calm secret", exact="calm secret", labels=("visibility:trust",)),
)


@pytest.fixture(params=["built", "opened"], scope="module")
def words(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    built = WordIndex.build(ENTRIES, folder)
    return built if request.param == "built" else WordIndex.open(folder)


def _find(words: WordIndex, *terms: str, limit: int = 10, **options: object) -> list[int]:
    return words.find(dict.fromkeys(terms, 1.0), limit=limit, **options).tolist()  # type: ignore[arg-type]


def test_a_document_with_any_of_the_terms_is_found_best_first(words):
    assert _find(words, "calm")[0] in {0, 3}
    assert sorted(_find(words, "calm", "read")) == [0, 1, 2, 3]
    assert _find(words, "elephant") == []


def test_a_heavier_term_comes_first(words):
    assert words.find({"read": 9.0, "lunch": 0.1}, limit=1).tolist() == [2]
    assert words.find({"read": 0.1, "lunch": 9.0}, limit=1).tolist() != [2]


def test_only_so_many_are_given(words):
    assert len(_find(words, "calm", limit=2)) == 2


def test_phrases_must_stand_side_by_side(words):
    assert _find(words, "calm", phrases=[["at", "the", "door"]]) == [0]
    assert _find(words, "calm", phrases=[["the", "at"]]) == []
    assert _find(words, phrases=[["lunch"]]) in ([0, 1], [1, 0])
    assert _find(words, "calm", phrases=[["calm", "at"], ["lunch"]]) == [0]


def test_a_phrase_does_not_run_over_the_bar_between_fields(words):
    assert _find(words, phrases=[["door", "lunch"]]) == []


def test_terms_can_be_shut_out(words):
    assert sorted(_find(words, "calm", without=["lunch"])) == [3]
    assert _find(words, "calm", without=["lunch", "secret"]) == []


def test_labels_limit_any_of_a_group_all_of_the_groups(words):
    public = ["visibility:public"]

    assert sorted(_find(words, "calm", within=[public])) == [0, 1]
    assert _find(words, "calm", within=[public, ["stage:ks1"]]) == [0]
    assert sorted(_find(words, "calm", "read", within=[public, ["stage:ks1", "stage:ks2"]])) == [0, 1, 2]
    assert _find(words, "read", within=[["odd:a:b"]]) == [2]
    assert _find(words, "calm", within=[[]]) == []


def test_nothing_asked_is_nothing_found(words):
    assert _find(words) == []


def test_all_that_hold_the_phrases_and_none_of_the_terms(words):
    assert sorted(words.holding([], [])) == [0, 1, 2, 3]
    assert sorted(words.holding([], ["lunch"])) == [2, 3]
    assert sorted(words.holding([["calm"]], ["secret"])) == [0, 1]


@pytest.mark.parametrize("term", ["", " ", "a b", "*", 'a"', "\x00", "🙂", "x" * 70_000, "AND", "terms:calm"])
def test_no_term_is_more_than_a_term(words, term):
    assert _find(words, term) == []
    assert _find(words, "calm", phrases=[[term, "calm"]]) == []


def test_an_index_of_nothing_finds_nothing(tmp_path):
    WordIndex.build((), tmp_path)

    words = WordIndex.open(tmp_path)

    assert _find(words, "calm") == []
    assert words.holding([], []).tolist() == []


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(IndexDamaged, match="words cannot be opened"):
        WordIndex.open(tmp_path)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "meta.json").write_text("{}")
    with pytest.raises(IndexDamaged, match="words cannot be opened"):
        WordIndex.open(tmp_path)
