"""Personal data of pupils in somebody's text: found, told apart by how serious it is, and harmless words let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.actions.checking_text import Checker, checker
from kb.domain.finding import Finding, Kind, Level
from kb.storage.content import load_library, load_synonyms, read_articles
from tests.labelled import Sentence, halves, sentences

CONTENT = Path(__file__).resolve().parents[2] / "content"

KINDS = {
    "upn": Kind.UPN,
    "nhs": Kind.NHS_NUMBER,
    "nino": Kind.INSURANCE_NUMBER,
    "dob": Kind.BIRTH_DATE,
    "ref": Kind.CASE_REFERENCE,
    "email": Kind.PRIVATE_EMAIL,
    "mobile": Kind.PRIVATE_PHONE,
    "address": Kind.HOME_ADDRESS,
    "postcode": Kind.POSTCODE,
    "group": Kind.SMALL_GROUP,
}


@pytest.fixture(scope="module")
def check() -> Checker:
    return checker(load_library(CONTENT), load_synonyms(CONTENT))


def found_in(check: Checker, text: str) -> list[Finding]:
    return [each for each in check.personal_data({"body": text}) if each.level is not Level.NOTE]


def meets(finding: Finding, piece: tuple[int, int]) -> bool:
    return finding.start < piece[1] and piece[0] < finding.end


def missed(check: Checker, some: tuple[Sentence, ...]) -> list[str]:
    return [
        one.text
        for one in some
        for piece in one.pieces
        if not any(meets(each, piece) for each in found_in(check, one.text))
    ]


def test_the_labelled_set_is_as_large_and_varied_as_it_claims() -> None:
    names = sentences("names", labels=2)

    assert sum(len(one.pieces) for one in names) >= 150
    assert len({one.labels[0] for one in names}) >= 12
    assert sum(len(one.pieces) for one in sentences("structured", labels=1)) >= 120
    assert len(sentences("harmless", labels=0)) >= 150


def test_every_number_address_and_date_that_tells_who_a_pupil_is_is_found_as_what_it_is(
    check: Checker,
) -> None:
    unnoticed = [
        one.text
        for one in sentences("structured", labels=1)
        for piece in one.pieces
        if not any(
            meets(each, piece) and each.kind is KINDS[one.labels[0]] for each in found_in(check, one.text)
        )
    ]

    assert unnoticed == []


def test_of_what_is_taken_for_a_number_address_or_date_hardly_anything_is_harmless(check: Checker) -> None:
    right = wrong = 0
    for one in (*sentences("structured", labels=1), *sentences("harmless", labels=0)):
        for each in found_in(check, one.text):
            if each.kind in KINDS.values():
                is_right = any(meets(each, piece) for piece in one.pieces)
                right, wrong = right + is_right, wrong + (not is_right)

    assert right / (right + wrong) >= 0.95


@pytest.mark.parametrize("half", [0, 1], ids=["made with", "held back"])
def test_nine_of_ten_names_from_everywhere_are_found_and_nearly_all_with_a_word_that_tells(
    check: Checker, half: int
) -> None:
    some = tuple(halves(sentences("names", labels=2))[half])
    told = tuple(one for one in some if one.labels[1] == "cue")

    assert len(missed(check, some)) <= 0.10 * sum(len(one.pieces) for one in some)
    assert len(missed(check, told)) <= 0.05 * sum(len(one.pieces) for one in told)


def test_a_name_beside_a_word_that_tells_of_a_pupil_is_blocked(check: Checker) -> None:
    told = [one for one in sentences("names", labels=2) if one.labels[1] == "cue"]
    blocked = [one for one in told if any(each.level is Level.BLOCK for each in found_in(check, one.text))]

    assert len(blocked) >= 0.95 * len(told)


@pytest.mark.parametrize("half", [0, 1], ids=["made with", "held back"])
def test_harmless_school_sentences_are_let_pass(check: Checker, half: int) -> None:
    some = halves(sentences("harmless", labels=0))[half]
    alarms = [each.excerpt for one in some for each in found_in(check, one.text)]

    assert len(alarms) * 250 <= sum(len(one.text.split()) for one in some), alarms


def test_the_articles_of_the_demo_raise_few_false_alarms(check: Checker) -> None:
    articles = read_articles(CONTENT, load_library(CONTENT)).articles
    words, alarms = 0, []
    for article in articles:
        fields = {"title": article.title, "summary": article.summary, "body": article.body}
        found = check.personal_data(fields, people=article.authors)
        alarms += [each.excerpt for each in found if each.level is not Level.NOTE]
        words += sum(len(text.split()) for text in fields.values())

    assert len(alarms) * 250 <= words, alarms


def test_a_finding_says_where_it_stands_in_the_text_as_typed(check: Checker) -> None:
    text = "We [asked](https://example.org/a@b.com) **Alfie**'s mum, and she wrote from nan.of.4@gmail.com."

    found = check.personal_data({"title": "A quiet start", "body": text})

    assert [(each.level, each.kind, text[each.start : each.end]) for each in found] == [
        (Level.BLOCK, Kind.PUPIL_NAME, "Alfie"),
        (Level.BLOCK, Kind.PRIVATE_EMAIL, "nan.of.4@gmail.com"),
    ]
    assert {each.field for each in found} == {"body"}


def test_a_colleague_with_a_title_or_a_role_is_only_noted(check: Checker) -> None:
    found = check.personal_data({"body": "Mrs Okafor trained us. Our SENCO, Priya Nair, kept the list."})

    assert [(each.level, each.excerpt) for each in found] == [
        (Level.NOTE, "Okafor"),
        (Level.NOTE, "Priya Nair"),
    ]


def test_the_schools_office_is_only_noted(check: Checker) -> None:
    found = check.personal_data(
        {"body": "Ring the school office on 01632 960001 or write to office@castle.sch.uk."}
    )

    assert {(each.level, each.kind) for each in found} == {
        (Level.NOTE, Kind.SCHOOL_PHONE),
        (Level.NOTE, Kind.SCHOOL_EMAIL),
    }


def test_the_authors_of_a_text_may_stand_in_it(check: Checker) -> None:
    text = {"body": "In the second week Amira Farouk changed the script."}

    assert check.personal_data(text) != ()
    assert check.personal_data(text, people=["Amira Farouk"]) == ()


def test_a_warning_once_looked_at_stays_away_and_what_is_blocked_does_not(check: Checker) -> None:
    text = {"body": "Later Amira helped. Later AMIRA helped again. Alfie's mum rang."}
    found = check.personal_data(text)

    left = check.personal_data(text, dismissed=[each.key for each in found])

    assert {each.excerpt for each in found} == {"Amira", "AMIRA", "Alfie"}
    assert [each.excerpt for each in left] == ["Alfie"]


@pytest.mark.parametrize(
    "text",
    [
        "A" * 50_000,
        "Aa " * 30_000,
        "a@" * 50_000,
        "1" * 100_000,
        "[" * 50_000,
        "the only " * 10_000,
        "Aa-" * 30_000,
    ],
    ids=["one word", "names", "signs", "digits", "brackets", "groups", "hyphens"],
)
@pytest.mark.timeout(20)
def test_no_text_makes_the_check_slow(check: Checker, text: str) -> None:
    check.personal_data({"body": text})
