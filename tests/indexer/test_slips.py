"""Which of two words somebody is likelier to have meant."""

from __future__ import annotations

import pytest

from indexer.slips import letters, letters_of_all, price, sound


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("rythm", "rhythm", "rhyme"),
        ("runing", "running", "ruling"),
        ("sttops", "stops", "steps"),
        ("seperate", "separate", "desperate"),
        ("freind", "friend", "fiend"),
        ("spansh", "spanish", "swansea"),
    ],
)
def test_a_common_slip_costs_less_than_a_strange_one(typed, meant, other):
    assert price(typed, meant) < price(typed, other)


def test_a_word_is_no_slip_of_itself_and_a_slip_costs_the_same_both_ways():
    assert price("calm", "calm") == 0
    assert price("clam", "calm") == price("calm", "clam") > 0
    assert price("", "ab") > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("phonics", "fonics"),
        ("necessary", "nessessary"),
        ("queue", "kwu"),
        ("plaits", "plates"),
        ("condensashun", "condensation"),
    ],
)
def test_words_that_sound_alike_have_one_sound(one, other):
    assert sound(one) == sound(other)


def test_one_edit_changes_at_most_one_letter_each_way():
    for typed in ("phomics", "phnics", "phonnics", "phoncis", "phonicsz"):
        gone, new = letters("phonics") & ~letters(typed), letters(typed) & ~letters("phonics")

        assert gone.bit_count() <= 1
        assert new.bit_count() <= 1
    assert letters("é7") == 0


def test_the_letters_of_very_many_words_are_those_of_each():
    words = ["a", "phonics", "é7", "zebra", "naïve", "𝒶z"]

    assert letters_of_all(words).tolist() == [letters(word) for word in words]
    assert letters_of_all([]).tolist() == []
