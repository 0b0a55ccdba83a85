"""What makes a candidate near enough, and what its title adds."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from indexer import knobs
from indexer.analysis import terms
from indexer.document import Filters, Mode, Query
from indexer.judging import Titles
from indexer.lexicon import Lexicon
from indexer.scoring import Ideas, close, ideas, title_boosts
from indexer.spelling import Speller
from indexer.synonyms import SynonymTable
from indexer.understanding import Understood, understand


def _understood(text: str) -> Understood:
    query = Query(text=text, filters=Filters(visibilities=frozenset({"public"})))
    return understand(query, Speller({}), SynonymTable())


def _close(text: str, *, cosine: float, words: float, mode: Mode = Mode.BEST, score: float = 0.0) -> bool:
    found = np.array([words], dtype=np.float32)
    near = close(
        _understood(text),
        mode,
        found,
        np.array([cosine], dtype=np.float32),
        np.array([score], dtype=np.float32),
    )
    return bool(near[0])


def test_a_text_is_close_by_its_words_or_by_its_meaning():
    assert _close("calm lunch", cosine=0.1, words=0.8)
    assert _close("calm lunch", cosine=0.8, words=0.2)
    assert not _close("calm lunch", cosine=0.35, words=0.2)


def test_meaning_says_more_of_a_long_question_than_of_a_short_one():
    long = "calm dysregulated pupils returning noisy playground lunch breathing"

    assert _close(long, cosine=0.55, words=0.2)
    assert not _close("calm lunch", cosine=0.55, words=0.2)


def test_a_lone_word_is_judged_by_its_score():
    assert _close("SEMH", cosine=0.1, words=0.1, score=knobs.CLOSE_ONE_WORD)
    assert not _close("SEMH", cosine=0.8, words=0.8, score=knobs.CLOSE_ONE_WORD - 0.01)


def test_exact_words_need_no_bar_and_meaning_alone_has_its_own():
    assert _close("calm", cosine=0.0, words=0.1, mode=Mode.WORDS)
    assert _close("calm", cosine=0.0, words=0.0, mode=Mode.MEANING, score=knobs.CLOSE_MEANING)
    assert not _close("calm", cosine=0.9, words=0.9, mode=Mode.MEANING, score=knobs.CLOSE_MEANING - 0.01)


def test_a_title_counts_by_how_telling_the_words_are_that_it_names():
    asked = Ideas(lone={"phonic": 0.75, "school": 0.25}, others=(), number=2)
    titles = Titles(["Phonics", "A school", "Phonics at school", "Attendance"])

    rare, common, both, none = title_boosts(asked, titles, np.arange(4)).tolist()

    assert both == pytest.approx(knobs.TITLE_BOOST)
    assert rare == pytest.approx(0.75 * knobs.TITLE_BOOST)
    assert common == pytest.approx(0.25 * knobs.TITLE_BOOST)
    assert none == 0


def test_of_two_titles_that_name_the_question_the_one_that_says_nothing_else_counts_more():
    understood = _understood("phonics")
    titles = ["Phonics", "Phonics for the youngest", "Phonics, spelling, handwriting and grammar in Year 2"]

    alone, with_one, with_many = _boosts(understood, Titles(titles), 3)

    assert alone == pytest.approx(knobs.TITLE_BOOST)
    assert with_one == pytest.approx(knobs.TITLE_BOOST / 2)  # little words do not count
    assert with_many < knobs.TITLE_BOOST / 4


def test_a_title_counts_less_the_longer_the_question_is():
    short, long = _understood("phonics school"), _understood("phonics school phoneme blending letters sounds")

    (of_short,) = _boosts(short, Titles(["Phonics at school"]), 1)
    (of_long,) = _boosts(long, Titles(["Phonics at school"]), 1)

    assert of_long < of_short / 6  # a third of the question, and a third of the boost


def test_a_word_that_the_question_says_twice_names_no_more_of_a_title():
    title = Titles(["Phonics for the youngest"])

    (twice,), (once,) = (
        _boosts(_understood(text), title, 1) for text in ("phonics phonic", "phonics reading")
    )

    assert twice == pytest.approx(
        2 * once
    )  # the question is about nothing else; the title says as much besides


def test_a_title_says_the_same_whether_it_is_cut_or_looked_up(tmp_path):
    titles = ["Phonics, more phonics", "What the school did about phonics", "", "At the"]
    stored = Lexicon.build([Counter(terms(title, keep_stop_words=True)) for title in titles], tmp_path / "t")
    understood = _understood("phonics school")

    assert Titles(titles).sizes(np.arange(4)).tolist() == stored.sizes(np.arange(4)).tolist() == [1, 2, 0, 0]
    assert _boosts(understood, Titles(titles), 4) == _boosts(understood, stored, 4)


def _boosts(understood: Understood, titles: Titles | Lexicon, number: int) -> list[float]:
    boosts: list[float] = title_boosts(ideas(understood, _Even()), titles, np.arange(number)).tolist()
    return boosts


class _Even(Lexicon):
    """A lexicon to which every term is as telling as any other."""

    def __init__(self) -> None:
        super().__init__((), *([np.zeros(1)] * 4))  # type: ignore[arg-type]

    def rarity(self, term: str) -> float:
        """The same of all."""
        return 1.0
