"""Words and terms: cut and stemmed the same way for every part of the search."""

from __future__ import annotations

import threading

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer

from indexer.analysis import STOP_WORDS, beginnings, clean, folded, stem, terms, tokens, words
from indexer.spelling import english


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("De-escalation isn’t magic", ["De", "escalation", "isn’t", "magic"]),
        ("R&D in KS2", ["R&D", "in", "KS2"]),
        ("snake_case", ["snake", "case"]),
        ("'quoted'", ["quoted"]),
        ("naïve café", ["naïve", "café"]),
        ("a.b,c;d", ["a", "b", "c", "d"]),
        ("🙂 — … !", []),
    ],
)
def test_words_are_cut_where_a_reader_would(text, found):
    assert [token.text for token in tokens(text)] == found


def test_a_word_knows_where_it_stands():
    text = "calm, after lunch"

    assert [text[token.start : token.end] for token in tokens(text)] == ["calm", "after", "lunch"]


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("CAFÉ", "cafe"),
        ("pupil’s", "pupil"),
        ("behavior", "behaviour"),
        ("behavioral", "behavioural"),
        ("organize", "organise"),
        ("organization", "organisation"),
        ("program", "programme"),
        ("Practise", "practice"),
        ("ﬁrst", "first"),
    ],
)
def test_spellings_of_one_word_fold_to_the_same(word, other):
    assert folded(word) == folded(other)


@pytest.mark.parametrize(
    ("word", "other"), [("four", "for"), ("hour", "hor"), ("size", "sise"), ("our", "or")]
)
def test_different_words_stay_different(word, other):
    assert folded(word) != folded(other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("quiz", "quizzes"),
        ("lesson", "lessons"),
        ("teach", "teaching"),
        ("policy", "policies"),
        ("bully", "bullying"),
    ],
)
def test_forms_of_one_word_have_one_term(word, other):
    assert stem(word) == stem(other)


def test_terms_leave_out_little_words_unless_asked():
    assert terms("The lessons of the day") == [stem("lessons"), stem("day")]
    assert len(terms("The lessons of the day", keep_stop_words=True)) == 5


def test_words_leave_nothing_out():
    assert words("The Lessons of the DAY") == ["the", "lessons", "of", "the", "day"]


def test_little_words_are_folded_themselves():
    assert {folded(word) for word in STOP_WORDS} == STOP_WORDS


def test_cleaning_takes_out_what_nobody_sees():
    assert clean("a\x00b\u202ec\u200bd\ufeffe\u00adf\ud800g") == "abcdefg"
    assert clean("cafe\u0301\n\tnext") == "café\n\tnext"


@given(st.text())
def test_whatever_is_written_is_cut_cleaned_and_stemmed(text):
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert all(text[token.start : token.end] == token.text for token in tokens(text))
    assert len(terms(text)) <= len(words(text)) <= len(list(tokens(text)))


def test_many_threads_stem_alike():
    vocabulary = [
        f"{start}{end}" for start in ("teach", "bully", "organis") for end in ("ing", "ed", "er", "ation")
    ]
    wanted, wrong = [stem(word) for word in vocabulary], []

    def work() -> None:
        for _ in range(50):
            stem.cache_clear()
            if [stem(word) for word in vocabulary] != wanted:
                wrong.append(threading.current_thread().name)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_stemmer_in_c_and_the_one_in_python_say_the_same():
    quick, slow = snowballstemmer.stemmer("english"), EnglishStemmer()

    asked = sorted(english())[::8]
    differing = [word for word in asked if quick.stemWord(word) != slow.stemWord(word)]

    assert (
        type(quick) is not EnglishStemmer
    )  # an index made with one is asked with the other where there is no C
    assert len(asked) > 10_000
    assert differing == []


def test_every_english_word_begins_as_its_term_says():
    spellings = [word.replace(*pair) for pair in (("or", "our"), ("is", "iz")) for word in english()]

    wrong = [
        word
        for word in (*english(), *spellings, "Gray", "pediatric", "program", "KS2", "tying", "dying", "vying")
        if word.isascii() and word.isalnum() and not word.lower().startswith(beginnings(stem(word)))
    ]

    assert wrong == []
