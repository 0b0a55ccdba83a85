"""Full text: which documents hold phrases."""

from __future__ import annotations

import pytest

from indexer.errors import IndexDamaged
from indexer.phrases import FOLDER, PhraseIndex

TEXTS = ("calm at the door | lunch", "lunch calm", "pupils read", "calm secret")


@pytest.fixture(params=["built", "opened"], scope="module")
def index(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    built = PhraseIndex.build(TEXTS, folder)
    return built if request.param == "built" else PhraseIndex.open(folder)


def _holding(index: PhraseIndex, *phrases: str) -> list[int]:
    return sorted(index.holding([phrase.split() for phrase in phrases]).tolist())


def test_phrases_must_stand_side_by_side(index):
    assert _holding(index, "at the door") == [0]
    assert _holding(index, "the at") == []
    assert _holding(index, "lunch") == [0, 1]


def test_every_phrase_must_be_held(index):
    assert _holding(index, "calm at", "lunch") == [0]
    assert _holding(index, "calm at", "read") == []


def test_a_phrase_does_not_run_over_the_bar_between_fields(index):
    assert _holding(index, "door lunch") == []


def test_no_phrase_shuts_nobody_out(index):
    assert _holding(index) == [0, 1, 2, 3]


@pytest.mark.parametrize("word", ["", " ", "a b", "*", 'a"', "\x00", "🙂", "x" * 70_000, "AND", "exact:calm"])
def test_no_word_is_more_than_a_word(index, word):
    assert index.holding([[word]]).tolist() == []
    assert index.holding([[word, "calm"]]).tolist() == []


def test_an_index_of_nothing_finds_nothing(tmp_path):
    PhraseIndex.build((), tmp_path)

    index = PhraseIndex.open(tmp_path)

    assert index.holding([["calm"]]).tolist() == []
    assert index.holding([]).tolist() == []


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(IndexDamaged, match="phrases cannot be opened"):
        PhraseIndex.open(tmp_path)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "meta.json").write_text("{}")
    with pytest.raises(IndexDamaged, match="phrases cannot be opened"):
        PhraseIndex.open(tmp_path)
