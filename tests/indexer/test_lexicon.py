"""The inverted index: exact word scores of any document."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import inverted
from indexer.errors import IndexDamaged
from indexer.joined import JoinedLexicon
from indexer.lexicon import Lexicon

TEXTS = (
    {"calm": 3.0, "lunch": 1.0},
    {"calm": 1.0, "reading": 2.0, "pupil": 5.0},
    {"reading": 1.0, "pupil": 1.0},
    {},
)
K1, B = 1.2, 0.75


@pytest.fixture(params=["built", "opened"])
def lexicon(request, tmp_path):
    """Once as it was built, once as it is read from disk: both must say the same."""
    built = Lexicon.build(TEXTS, tmp_path / "words")
    return built if request.param == "built" else Lexicon.open(tmp_path / "words")


def _scores(lexicon: Lexicon, terms: list[str], places: list[int]) -> np.ndarray:
    return lexicon.scores(terms, np.array(places, dtype=np.int64), k1=K1, b=B)


def test_it_knows_its_terms_and_who_holds_them(lexicon):
    assert "calm" in lexicon
    assert "elephant" not in lexicon
    assert [lexicon.holders(term) for term in ("calm", "lunch", "elephant")] == [2, 1, 0]


def test_a_rarer_term_tells_more_and_an_unknown_one_most(lexicon):
    assert 0 < lexicon.rarity("calm") < lexicon.rarity("lunch") < lexicon.rarity("elephant")


def test_scores_are_bm25s(lexicon):
    mean = (4 + 8 + 2 + 0) / 4
    norm = K1 * (1 - B + B * 4 / mean)
    rarity = math.log1p((4 - 2 + 0.5) / (2 + 0.5))

    (score,) = _scores(lexicon, ["calm"], [0])[0]

    assert score == pytest.approx(3 / (3 + norm) * rarity, rel=1e-5)


def test_every_place_and_term_has_its_own_cell(lexicon):
    scores = _scores(lexicon, ["reading", "elephant", "calm"], [2, 0, 3, 1])

    assert scores.shape == (4, 3)
    assert (scores > 0).tolist() == [
        [True, False, False],
        [False, False, True],
        [False, False, False],
        [True, False, True],
    ]


def test_nothing_asked_is_nothing_scored(lexicon):
    assert _scores(lexicon, [], [0, 1]).shape == (2, 0)
    assert _scores(lexicon, ["calm"], []).shape == (0, 1)
    assert not _scores(lexicon, ["elephant"], [0, 1]).any()


def test_the_strengths_of_several_terms_add_up_by_their_weights(lexicon):
    apart = _scores(lexicon, ["calm", "reading"], [0, 1, 2, 3])

    together = lexicon.strengths({"calm": 1.0, "elephant": 5.0, "reading": 0.5}, k1=K1, b=B)

    assert together == pytest.approx(apart @ [1.0, 0.5], rel=1e-5)
    assert not lexicon.strengths({}, k1=K1, b=B).any()


def test_who_holds_any_of_several_terms(lexicon):
    assert lexicon.any_of(["lunch", "elephant", "reading"]).tolist() == [True, True, True, False]
    assert not lexicon.any_of([]).any()


def test_who_holds_a_term_is_known_for_all_and_for_some(lexicon):
    everything, some = np.arange(4), np.array([1, 3])

    assert lexicon.holding(["calm", "elephant"], everything)[:, 0].tolist() == [True, True, False, False]
    assert lexicon.holding(["pupil", "calm"], some).tolist() == [[True, True], [False, False]]
    assert not lexicon.holding(["elephant"], some).any()


@pytest.mark.parametrize("places", [[0, 1, 2, 3], [3, 1, 0], [2], []])
def test_what_the_held_terms_weigh_is_added_up_for_all_and_for_some(lexicon, places):
    at, weights = np.array(places, dtype=np.int64), {"calm": 0.5, "elephant": 4.0, "reading": 0.25}

    together = lexicon.held_weight(weights, at)

    assert together.tolist() == [[0.5, 0.75, 0.25, 0.0][place] for place in places]
    assert not lexicon.held_weight({}, at).any()


@given(
    texts=st.lists(
        st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 9).map(float), max_size=8), max_size=30
    ),
    block=st.integers(1, 50),
)
@settings(deadline=None, max_examples=40)
def test_any_texts_come_back_as_they_were_whatever_is_dealt_out_at_once(texts, block):
    with tempfile.TemporaryDirectory() as folder:
        inverted.write(texts, Path(folder), block=block)
        lexicon = Lexicon.open(Path(folder))
        every = np.arange(len(texts))

        holding = lexicon.holding(list("abcdefgh"), every)
        strengths = lexicon.scores(list("abcdefgh"), every, k1=K1, b=0.0)

    for place, text in enumerate(texts):
        for column, term in enumerate("abcdefgh"):
            assert holding[place, column] == (term in text)
            if term in text:
                wanted = text[term] / (text[term] + K1) * lexicon.rarity(term)
                assert strengths[place, column] == pytest.approx(wanted, rel=1e-5)


def test_no_texts_are_a_lexicon_too(tmp_path):
    Lexicon.build((), tmp_path / "words")

    lexicon = Lexicon.open(tmp_path / "words")

    assert lexicon.holders("calm") == 0
    assert _scores(lexicon, ["calm"], []).shape == (0, 1)


@pytest.mark.parametrize("name", ["terms.txt", "starts.npy", "places.npy", "counts.npy", "lengths.npy"])
def test_a_missing_or_empty_file_is_said(tmp_path, name):
    Lexicon.build(TEXTS, tmp_path / "words")
    (tmp_path / "words" / name).unlink()

    with pytest.raises(IndexDamaged, match="words cannot be read"):
        Lexicon.open(tmp_path / "words")


@pytest.mark.parametrize(
    ("terms", "among", "texts"),
    [
        (["pupil"], [1, 1, 1, 1], 2),
        (["pupil", "calm"], [1, 1, 1, 1], 1),
        (["pupil", "calm"], [1, 0, 1, 1], 0),
        (["pupil", "elephant"], [1, 1, 1, 1], 0),
        (["lunch", "reading"], [1, 1, 1, 1], 0),
        ([], [1, 0, 1, 1], 3),
    ],
)
def test_it_counts_the_texts_that_hold_all_terms_among_those_that_may_be_seen(lexicon, terms, among, texts):
    assert lexicon.common(terms, np.array(among, dtype=bool)) == texts


def test_two_parts_count_together_and_leave_out_what_is_gone(lexicon, tmp_path):
    live = Lexicon.build([{"pupil": 1.0, "reading": 1.0}], tmp_path / "live")
    joined = JoinedLexicon(lexicon, live, np.array([1]))
    seen = np.array([True, False, True, True, True])

    assert joined.common(["pupil", "reading"], seen) == 2
    assert joined.common(["calm"], seen) == 1
    assert joined.common([], seen) == 4
