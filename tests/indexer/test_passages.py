"""The stretch of a passage that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import stem, tokens
from indexer.passages import LENGTH, excerpt

LONG = (
    "Nothing of note happened here. " * 30
    + "Then the calm room opened at lunch. "
    + "And so on it went. " * 30
)


WORDS = tuple(
    """
    dying dye tied tying skies crying using easily grey Gray centre center behaviours Behavior organised ORGANIZING
    Übung café Cafés naïve co-operate o’clock O'Clock don't R&D's SEND ASD's pupil’s ﬁnance maths Math crèche 1980s
    Pediatric
    """.split()  # noqa: SIM905 - a list of one word a line would hide what is in it
)


def _text(text: str, *terms: str) -> str:
    return "".join(part.text for part in excerpt(text, dict.fromkeys(terms, 1.0)))


def test_a_short_text_is_shown_whole_with_its_matches_marked():
    parts = excerpt("Calm at lunch.", {"calm": 1.0, "lunch": 1.0})

    assert [(part.text, part.matched) for part in parts] == [
        ("Calm", True),
        (" at ", False),
        ("lunch", True),
        (".", False),
    ]


def test_a_long_text_is_cut_around_its_matches():
    shown = _text(LONG, "calm", "lunch")

    assert shown.startswith("… Then the calm room opened at lunch.")
    assert shown.endswith(" …")
    assert len(shown) <= LENGTH + len("…  …") + 1


def test_the_stretch_with_the_more_telling_words_is_shown():
    text = "Lunch lunch lunch. " + "Nothing else. " * 40 + "A dysregulated pupil. " + "Nothing else. " * 40

    shown = "".join(part.text for part in excerpt(text, {"lunch": 0.1, "dysregul": 2.0}))

    assert "dysregulated" in shown


def test_other_forms_of_a_word_are_marked():
    assert [part.text for part in excerpt("Quizzes and quizzing", {"quiz": 1.0}) if part.matched] == [
        "Quizzes",
        "quizzing",
    ]


def test_words_that_were_not_asked_for_are_not_marked():
    assert not any(part.matched for part in excerpt(LONG, {"elephant": 1.0}))
    assert _text(LONG, "elephant").startswith("Nothing of note")


def test_blanks_and_lines_are_run_together():
    assert _text("calm\n\n  at\tlunch") == "calm at lunch"


def test_no_text_gives_no_parts():
    assert excerpt("", {"calm": 1.0}) == ()


def test_a_text_without_blanks_is_cut_all_the_same():
    assert len(_text("x" * 5000, "calm")) <= LENGTH + 4


@given(st.text(alphabet="calm lunch.?!\n🙂é", max_size=900), st.integers(20, 300))
def test_what_is_shown_stands_in_the_text(text, length):
    parts = excerpt(text, {"calm": 1.0, "lunch": 2.0}, length=length)

    shown = "".join(part.text for part in parts)
    flat = " ".join(text.split())
    assert shown.removeprefix("… ").removesuffix(" …") in flat
    assert all(part.text for part in parts)
    assert len(shown) <= length + 4


@pytest.mark.parametrize("word", WORDS)
def test_every_form_of_a_word_is_marked_by_its_own_term(word):
    for part in tokens(word):
        parts = excerpt(f"– “{word}” … {word}-like.", {stem(part.text): 1.0})

        assert [each.text for each in parts if each.matched].count(part.text) >= 2


@given(st.lists(st.sampled_from((*WORDS, "the", "a", ".", "’", "'", "&", "–")), max_size=30), st.data())
def test_marked_are_exactly_the_words_whose_term_was_asked_for(typed, data):
    text = data.draw(st.sampled_from([" ", ""])).join(typed)
    asked = {stem(word): 1.0 for word in data.draw(st.lists(st.sampled_from(WORDS), max_size=4))}

    parts = excerpt(text, asked, length=10_000)

    wanted = [token.text for token in tokens(" ".join(text.split())) if stem(token.text) in asked]
    assert [part.text for part in parts if part.matched] == wanted
