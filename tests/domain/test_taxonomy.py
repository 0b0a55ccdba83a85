from __future__ import annotations

import csv
import re
from types import MappingProxyType

import pytest

from kb.domain.article import ArticleType, Outcome, Visibility
from kb.domain.taxonomy import ALL, Scheme, Taxonomy, Term
from kb.storage.content import load_taxonomy
from tests.samples import CONTENT, shared

CENSUS = ("SLCN ASD", "SPLD MLD SLD PMLD", "SEMH", "HI VI MSI PD", "OTH NSA DS")


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(CONTENT)


def scheme(*terms: Term) -> Scheme:
    by_id = MappingProxyType({term.id: term for term in terms})
    return Scheme(id="things", label="Things", version="1", source="here", terms=by_id)


def listed(heading: str) -> list[str]:
    """The ids in the first cells of the table under a heading of the written vocabulary."""
    text = (
        shared("vocabulary/vocabulary.md")
        .read_text(encoding="utf-8")
        .split(f"## {heading}")[1]
        .split("\n## ")[0]
    )
    cells = [found.strip("- ") for found in re.findall(r"^\|\s*([a-z0-9 -]+?)\s*\|", text, re.MULTILINE)]
    return [cell for cell in cells if cell not in ("id", "")]


def words(heading: str) -> set[str]:
    text = (
        shared("vocabulary/vocabulary.md")
        .read_text(encoding="utf-8")
        .split(f"## {heading}")[1]
        .split("\n## ")[0]
    )
    return set(re.findall(r"(?<![\w-])[a-z][a-z-]+(?![\w-])", text))


# Rules


def test_wider_terms_follow_the_given_ones_each_once():
    things = scheme(
        Term(id="a", label="A"), Term(id="b", label="B", parent="a"), Term(id="c", label="C", parent="b")
    )

    assert things.with_parents(("c",)) == ("c", "b", "a")
    assert things.with_parents(("a", "c")) == ("a", "c", "b")
    assert things.with_parents(("unknown",)) == ("unknown",)


def test_terms_in_a_circle_do_not_hang():
    things = scheme(Term(id="a", label="A", parent="b"), Term(id="b", label="B", parent="a"))

    assert things.with_parents(("a",)) == ("a", "b")


def test_an_unknown_id_is_its_own_label():
    things = scheme(Term(id="a", label="The letter A"))

    assert (things.label_of("a"), things.label_of("z")) == ("The letter A", "z")
    assert ("a" in things, "z" in things, [term.id for term in things]) == (True, False, ["a"])


@pytest.mark.parametrize(
    ("scheme_id", "typed", "meant"),
    [
        ("provisions", "PRU", "alternative-provision"),
        ("provisions", "resource base", "resourced-provision"),
        ("provisions", "SRB", "inclusion-base"),
        ("needs", " adhd ", "adhd"),
        ("needs", "EBD", "semh"),
        ("needs", "school refusal", "ebsa"),
        ("themes", "deescalation", "de-escalation"),
        ("themes", "Zones of Regulation", "zones-and-co-regulation"),
        ("themes", "metacognition and self regulaton", "metacognition-and-self-regulation"),
        ("subjects", "information and communication technology", "computing"),
        ("subjects", "mfl", "languages"),
        ("roles", "SENDCO", "senco"),
        ("roles", "teaching assistants", "ta"),
        ("key-stages", "Key stage 2", "ks2"),
        ("themes", "qqqqqqqq", None),
    ],
)
def test_the_term_that_somebody_meant_is_found(taxonomy, scheme_id, typed, meant):
    assert taxonomy[scheme_id].nearest(typed) == meant


# The vocabulary that the site is delivered with


@pytest.mark.parametrize(
    ("scheme_id", "heading"), [("key-stages", "1 Key stages"), ("provisions", "3 Provision")]
)
def test_every_term_of_a_written_table_is_there(taxonomy, scheme_id, heading):
    ids = listed(heading)

    assert len(ids) >= 6
    assert set(ids) <= set(taxonomy[scheme_id].terms)


@pytest.mark.parametrize(
    ("scheme_id", "heading", "least"),
    [("roles", "7 Staff roles", 35), ("subjects", "8 Subjects", 35), ("needs", "4 SEND needs", 20)],
)
def test_no_term_was_invented(taxonomy, scheme_id, heading, least):
    written = words(heading)
    codes = {term.id for term in taxonomy[scheme_id] if term.details.get("census_code")}
    current = {term.id for term in taxonomy[scheme_id] if not term.replaced_by} - codes

    assert len(current & written) >= least
    assert current - written <= {"other"}


def test_the_themes_are_the_practice_themes_and_the_strands(taxonomy):
    themes = taxonomy["themes"]
    with shared("vocabulary/eef_strands.csv").open(encoding="utf-8", newline="") as file:
        strands = {row["id"]: row["strand"] for row in csv.DictReader(file)}
    text = shared("vocabulary/vocabulary.md").read_text(encoding="utf-8")
    practice = {
        word.strip() for word in text.split("strands where one fits:\n")[1].split(".\n")[0].split(",")
    }

    kinds = {
        kind: {term.id for term in themes if term.details["kind"] == kind} for kind in ("strand", "practice")
    }
    assert kinds["strand"] == set(strands)
    assert {term.id for term in themes if not term.replaced_by} == practice | set(strands)
    assert len(practice) == 50
    assert {strand: themes.label_of(strand) for strand in strands} == strands


def test_a_practice_theme_points_at_a_strand_only(taxonomy):
    themes = taxonomy["themes"].terms
    targets = {term.details["strand"] for term in themes.values() if "strand" in term.details}

    assert len(targets) >= 8
    assert {themes[target].details["kind"] for target in targets} == {"strand"}


def test_old_kinds_of_base_lie_under_the_new_word(taxonomy):
    provisions = taxonomy["provisions"]

    for old in ("resourced-provision", "sen-unit", "pupil-support-unit"):
        assert provisions.with_parents((old,)) == (old, "inclusion-base")


def test_every_narrower_need_lies_under_an_area(taxonomy):
    areas = {"communication-interaction", "cognition-learning", "semh", "sensory-physical", "other"}
    needs = taxonomy["needs"]

    assert {term.id for term in needs if not term.parent and not term.replaced_by} == areas
    assert {term.parent for term in needs if term.parent} == areas
    census = {term.details["census_code"] for term in needs if "census_code" in term.details}
    assert census == {code for codes in CENSUS for code in codes.split()}


def test_the_sciences_lie_under_science(taxonomy):
    assert [term.id for term in taxonomy["subjects"] if term.parent == "science"] == [
        "biology",
        "chemistry",
        "physics",
    ]


def test_retired_terms_lead_to_terms_in_use(taxonomy):
    retired = {
        term.id: term.replaced_by for one in taxonomy.schemes.values() for term in one if term.replaced_by
    }

    assert retired == {
        "besd": "semh",
        "differentiation": "adaptive-teaching",
        "gifted-and-talented": "more-able",
        "nqt": "ect",
        "ict": "computing",
    }


def test_every_key_stage_but_all_tells_its_years(taxonomy):
    for term in taxonomy["key-stages"]:
        assert bool(term.details.get("year_groups")) is (term.id != ALL)
    assert taxonomy["key-stages"].terms["ks2"].details["year_groups"] == (
        "Year 3",
        "Year 4",
        "Year 5",
        "Year 6",
    )


@pytest.mark.parametrize(
    ("scheme_id", "known"),
    [("article-types", ArticleType), ("outcomes", Outcome), ("visibilities", Visibility)],
)
def test_what_the_program_knows_the_vocabulary_names(taxonomy, scheme_id, known):
    assert list(taxonomy[scheme_id].terms) == [one.value for one in known]


def test_levels_and_cost_bands_are_in_order(taxonomy):
    assert list(taxonomy["local-levels"].terms) == ["1", "2", "3", "4", "5"]
    assert list(taxonomy["cost-bands"].terms) == ["very-low", "low", "moderate", "high", "very-high"]
    assert "£18,000" in taxonomy["cost-bands"].terms["moderate"].details["pounds"]


@pytest.mark.parametrize("scheme_id", ["provisions", "themes", "article-types", "key-stages"])
def test_every_term_in_use_says_in_one_sentence_what_it_is(taxonomy, scheme_id):
    for term in taxonomy[scheme_id]:
        assert term.replaced_by or re.fullmatch(r"[A-Z][^.]{10,160}\.", term.description), term


def test_labels_are_unique_and_never_ids(taxonomy):
    for one in taxonomy.schemes.values():
        labels = [term.label.casefold() for term in one]
        assert len(labels) == len(set(labels))
        assert all(term.label[0].isupper() or term.label[0].isdigit() for term in one), one.id
        assert (one.label, one.version, one.source) != ("", "", "")
