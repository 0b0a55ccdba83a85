"""The curator's list applied to a query."""

from __future__ import annotations

import pytest

from indexer import knobs
from indexer.synonyms import Synonym, SynonymTable, meaning_terms, undotted


def _row(typed: str, expands_to: str, kind: str = "eq") -> Synonym:
    return Synonym(typed=tuple(typed.split("; ")), expands_to=tuple(expands_to.split("; ")), kind=kind)


TABLE = SynonymTable.of(
    [
        _row("TA; LSA", "teaching assistant"),
        _row("EHC", "education and health", "one"),
        _row("plan", "scheme", "one"),
        _row("EHCP; EHC plan", "education, health and care plan"),
        _row("statement", "EHCP", "old"),
        _row("Zones", "self-regulation", "one"),
        _row("Lexia", "phonics", "narrow"),
        _row("AR", "annual review; Accelerated Reader", "amb"),
        _row("ADD", "attention deficit disorder"),
        _row("EBSA", "emotionally based school avoidance; school refusal"),
        _row("won't come in", "school refusal", "one"),
        _row("ISP", "individual support plan (2026 proposal)"),
    ]
)


def _added(*words: str) -> dict[str, tuple[str, ...]]:
    return {addition.typed: addition.meanings for addition in TABLE.additions(words)}


def test_equal_words_expand_both_ways():
    assert _added("LSA", "hours") == {"LSA": ("teaching assistant", "TA")}
    assert _added("teaching", "assistant") == {"teaching assistant": ("TA", "LSA")}


def test_an_old_word_expands_both_ways():
    assert _added("statement") == {"statement": ("EHCP",)}
    assert "statement" in _added("EHCP")["EHCP"]


def test_one_way_words_expand_from_left_to_right_only():
    assert _added("ZONES") == {"ZONES": ("self-regulation",)}
    assert _added("self", "regulation") == {}


def test_narrow_and_ambiguous_words_weigh_less():
    weights = {addition.typed: addition.weight for addition in TABLE.additions(["LSA", "Lexia", "AR"])}

    assert weights == {
        "LSA": knobs.SYNONYM_WEIGHT,
        "Lexia": knobs.NARROW_WEIGHT,
        "AR": knobs.AMBIGUOUS_WEIGHT,
    }


def test_an_ambiguous_acronym_shows_every_meaning():
    (addition,) = TABLE.additions(["AR"])

    assert addition.shown().added == ("annual review", "Accelerated Reader")
    assert addition.shown().ambiguous


def test_the_longest_match_wins_and_covers_its_words():
    (addition,) = TABLE.additions(["EHC", "plan"])

    assert (addition.typed, addition.covers) == ("EHC plan", (0, 1))
    assert "EHCP" in addition.meanings


@pytest.mark.parametrize("words", [["lsa"], ["Lsa"], ["LSAs"]])
def test_case_and_plural_do_not_matter(words):
    assert len(TABLE.additions(words)) == 1


@pytest.mark.parametrize(("word", "count"), [("ADD", 1), ("add", 0), ("Add", 0), ("AR", 1), ("ar", 0)])
def test_an_acronym_that_is_also_a_word_counts_in_capitals_only(word, count):
    assert len(TABLE.additions([word])) == count


def test_little_words_may_be_part_of_a_synonym():
    assert _added("he", "won't", "come", "in") == {"won't come in": ("school refusal",)}


def test_what_is_typed_is_never_added_to_itself():
    assert "school refusal" not in _added("school", "refusal")["school refusal"]


def test_another_way_of_writing_the_same_word_adds_nothing():
    table = SynonymTable.of([_row("SaLT; SALT", "speech therapy")])

    assert [addition.meanings for addition in table.additions(["SALT"])] == [("speech therapy",)]


def test_a_remark_in_brackets_is_no_part_of_the_words():
    assert _added("individual", "support", "plan") == {"individual support plan": ("ISP",)}


def test_every_word_of_the_table_is_known():
    known = TABLE.words()

    assert {"lsa", "teaching", "assistant", "ehc", "lexia", "phonics", "refusal"} <= known


def test_an_empty_table_adds_nothing():
    assert SynonymTable().additions(["LSA"]) == []
    assert SynonymTable.of([_row("...", "nothing")]).additions(["..."]) == []


def test_dots_within_an_acronym_are_left_out():
    assert undotted("S.E.N.D. and Mr. A.") == "SEND and Mr. A."


def test_a_meaning_has_its_terms_once_without_little_words():
    assert meaning_terms("the plan of the plans") == ("plan",)
