"""Advice while writing: what is missing, hard to read, not spelt out, quoted wrongly or leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kb.actions.checking_likeness import alike, likeness
from kb.actions.checking_writing import Around, acronyms_from, syllables, writing
from kb.actions.looking_over import desk, look_over
from kb.actions.searching import Search
from kb.domain.article import ArticleType, Visibility
from kb.domain.finding import Finding, Kind, Level
from kb.domain.library import Library
from kb.domain.search import Reader
from kb.domain.text import Content
from kb.storage import articles, texts
from kb.storage.content import load_library, load_synonyms
from kb.storage.database import Database
from tests.texts import make_content, make_text

CONTENT = Path(__file__).resolve().parents[2] / "content"
EVERYBODY = Reader(visibilities=frozenset(Visibility))
PICTURE = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


@pytest.fixture(scope="module")
def around(library: Library) -> Around:
    return Around(
        library=library,
        acronyms=acronyms_from(load_synonyms(CONTENT)),
        slugs={"calm-starts-after-lunch"},
        pictures={PICTURE: True},
    )


@pytest.fixture
def search(app: Flask) -> Search:
    search: Search = app.extensions["kb"].search
    return search


def found(around: Around, body: str, kind: Kind) -> list[Finding]:
    content = make_content(body=body)
    return [each for each in writing(content, ArticleType.CASE_STUDY, around) if each.kind is kind]


def test_a_complete_text_in_plain_words_needs_no_advice(around: Around) -> None:
    content = make_content(
        body="## What we did\n\nWe greeted every pupil at the door. It took two minutes a day.\n"
    )

    assert [
        each for each in writing(content, ArticleType.CASE_STUDY, around) if each.kind is not Kind.MISSING
    ] == []


def test_what_readers_look_for_and_do_not_find_is_named_with_its_field(around: Around) -> None:
    content = Content(fields={"title": "Calm starts"}, body="We greeted everybody.")

    told = {each.field: each.message for each in writing(content, ArticleType.CASE_STUDY, around)}

    assert told["how_we_know"] == "It does not say how you know that it worked."
    assert told["cost_band"] == "It does not say what it cost."


def test_a_vague_answer_to_how_you_know_is_asked_about_again(around: Around) -> None:
    content = make_content(how_we_know="It felt calmer.", body="Words.")

    assert "How do you know that it worked?" in [
        each.message for each in writing(content, ArticleType.CASE_STUDY, around)
    ]


def test_a_long_sentence_is_shown_where_it_stands_and_a_heading_or_table_is_none(around: Around) -> None:
    long = "We " + "really " * 34 + "tried."
    body = f"# {'word ' * 40}\n\n| {'cell ' * 40} |\n\nA short one. {long} Another short one.\n"

    (told,) = found(around, body, Kind.LONG_SENTENCE)

    assert body[told.start : told.end] == long
    assert told.message == "This sentence has 36 words."


def test_hard_words_and_long_sentences_raise_the_reading_age(around: Around) -> None:
    hard = (
        "Institutional implementation of metacognitive instructional methodologies necessitates collaboration. "
        * 6
    )
    easy = "We met the pupils at the door. We said hello to each of them. It took a few minutes. " * 3

    assert [each.level for each in found(around, hard, Kind.READING_AGE)] == [Level.NOTE]
    assert found(around, easy, Kind.READING_AGE) == []


@pytest.mark.parametrize(
    ("word", "number"),
    [("door", 1), ("pupil", 2), ("teacher", 2), ("metacognition", 5), ("greeted", 2), ("made", 1)],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, number: int) -> None:
    assert syllables(word) == number


def test_letters_that_nobody_has_spelt_out_are_told_with_what_they_may_mean(around: Around) -> None:
    (told,) = found(
        around, "The SENCO came. The SENCO left. A PDF was sent to TAs (teaching assistants).", Kind.ACRONYM
    )

    assert told.excerpt == "SENCO"
    assert "special educational needs co-ordinator (SENCO)" in told.advice


@pytest.mark.parametrize(
    "body",
    [
        "Special educational needs co-ordinators meet. A SENCO leads.",
        "Speech, language and communication needs (SLCN) are common. SLCN is a need.",
    ],
)
def test_letters_that_are_spelt_out_are_left_alone(around: Around, body: str) -> None:
    assert found(around, body, Kind.ACRONYM) == []


def test_a_figure_that_differs_from_ours_is_told_with_ours(around: Around, library: Library) -> None:
    figure = library.figures["feedback"]
    wrong = (figure.months or 0) + 3
    body = f"Feedback gives {wrong} months of progress. Feedback gives {figure.months} months' progress."

    (told,) = found(around, body, Kind.FIGURE)

    assert f"{figure.months:+d} months" in told.message
    assert told.level is Level.WARN


def test_a_sentence_about_two_strands_is_for_a_person_to_judge(around: Around) -> None:
    body = "Feedback and mentoring give 99 months of progress."

    assert found(around, body, Kind.FIGURE) == []


def test_a_link_that_leads_nowhere_is_told_and_one_that_leads_on_is_not(around: Around) -> None:
    body = (
        "[a](calm-starts-after-lunch.md) [b](https://example.org) [c](#part) [d](/articles/calm-starts-after-lunch) "
        "[e](gone.md) [f](javascript:alert(1)) [g](/articles/gone)"
    )

    assert [each.excerpt for each in found(around, body, Kind.BROKEN_LINK)] == [
        "gone.md",
        "javascript:alert(1)",
        "/articles/gone",
    ]


def test_a_picture_needs_words_and_an_answer_about_who_is_on_it(around: Around) -> None:
    other = "f" * 32
    shown = (("Coats on pegs", PICTURE), ("", PICTURE), ("A hall", other))
    body = "\n\n".join(f"![{words}](../pictures/{name}.webp)" for words, name in shown)

    told = [each.message for each in found(around, body, Kind.PICTURE)]

    assert told == [
        "This picture has no words for people who cannot see it.",
        "This picture will not be shown to readers as things stand.",
    ]


def test_a_text_that_repeats_an_article_is_told_of_it(search: Search) -> None:
    article = articles.find(search.database, "calm-starts-after-lunch", EVERYBODY)
    assert article is not None
    copied = Content(fields={"title": article.title, "summary": article.summary}, body=article.body)

    near = alike(search, EVERYBODY, copied)
    (told, *_) = likeness(search, EVERYBODY, copied)

    assert near[0].article.slug == article.slug
    assert near[0].copied == 1.0
    assert told.level is Level.WARN
    assert article.title in told.message
    assert article.slug not in {
        each.article.slug for each in alike(search, EVERYBODY, copied, but=article.slug)
    }


def test_a_text_about_something_new_is_like_nothing(search: Search) -> None:
    new = Content(
        fields={
            "title": "Bee-keeping on the roof of the science block",
            "summary": "How we keep two hives of bees.",
        },
        body="Bees need water near the hive, and nobody walks in front of it.",
    )

    assert alike(search, EVERYBODY, new) == ()


def test_a_text_is_looked_over_for_everything_at_once(db: Database) -> None:
    body = f"Alfie's mum rang. See [it](gone.md). ![A hall](../pictures/{PICTURE}.webp)"
    text = texts.find(db, make_text(db, body=body, cost_band=""))
    assert text is not None

    found = look_over(desk(load_library(CONTENT), load_synonyms(CONTENT)), db, CONTENT, text)

    assert (found[0].level, found[0].kind, found[0].excerpt) == (Level.BLOCK, Kind.PUPIL_NAME, "Alfie")
    assert {Kind.BROKEN_LINK, Kind.PICTURE, Kind.MISSING} <= {each.kind for each in found}


def test_those_who_write_a_text_may_be_named_in_it(db: Database) -> None:
    text = texts.find(db, make_text(db, body="In May Anna Reed changed the plan."))
    assert text is not None

    found = look_over(desk(load_library(CONTENT), load_synonyms(CONTENT)), db, CONTENT, text)

    assert [each for each in found if each.kind is Kind.PERSON_NAME] == []
