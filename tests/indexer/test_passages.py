"""The stretch of a passage that is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import LENGTH, excerpt

LONG = (
    "Nothing of note happened here. " * 30
    + "Then the calm room opened at lunch. "
    + "And so on it went. " * 30
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
