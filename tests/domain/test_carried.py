"""What filters and counts go by: an article's own terms, their wider ones, and every key stage where all is meant."""

from __future__ import annotations

import pytest

from kb.domain.article import Article
from kb.domain.carried import carried, described
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from kb.storage.content import load_library
from tests.samples import CONTENT, how_to, make_article, research_summary


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def test_a_case_study_carries_what_it_states_and_its_wider_terms(library: Library) -> None:
    terms = carried(make_article(needs=("speech-and-language",)), library)

    assert terms[Facet.TYPE] == ("case-study",)
    assert terms[Facet.KEY_STAGE][:2] == ("ks1", "ks2")
    assert terms[Facet.SCHOOL] == ("castle-bridge-primary",)
    assert (terms[Facet.COST], terms[Facet.LEVEL], terms[Facet.OUTCOME]) == (
        ("very-low",),
        ("2",),
        ("worked",),
    )
    assert Facet.SUBJECT not in terms


def test_an_inclusion_base_is_found_under_each_narrower_name(library: Library) -> None:
    narrower = next(term for term in library.taxonomy["provisions"] if term.parent == "inclusion-base")

    terms = carried(make_article(provisions=(narrower.id,)), library)

    assert terms[Facet.PROVISION] == (narrower.id, "inclusion-base")


def test_a_term_and_its_wider_one_stated_together_are_carried_once(library: Library) -> None:
    narrower = next(term for term in library.taxonomy["provisions"] if term.parent == "inclusion-base")

    terms = carried(make_article(provisions=("inclusion-base", narrower.id)), library)

    assert sorted(terms[Facet.PROVISION]) == sorted(("inclusion-base", narrower.id))


def test_all_key_stages_are_each_of_them_but_none_that_is_retired(library: Library) -> None:
    every = {term.id for term in library.taxonomy["key-stages"] if not term.replaced_by}

    terms = carried(make_article(key_stages=("all",)), library)

    assert set(terms[Facet.KEY_STAGE]) == every
    assert {"eyfs", "ks1", "ks2", "ks3", "ks4"} < every


def test_what_is_not_stated_is_not_carried(library: Library) -> None:
    article = make_article(
        **dict.fromkeys(("key_stages", "provisions", "needs", "themes", "roles"), ()), school=None, local=None
    )

    assert carried(article, library) == {Facet.TYPE: ("case-study",)}


@pytest.mark.parametrize(
    "article", [make_article(), research_summary(), how_to()], ids=lambda each: each.slug
)
def test_everything_carried_is_in_the_vocabulary(library: Library, article: Article) -> None:
    for facet, ids in carried(article, library).items():
        known = (
            library.taxonomy[SCHEME_OF_FACET[facet]] if facet in SCHEME_OF_FACET else library.group.schools
        )
        assert all(term_id in known for term_id in ids), facet


def test_an_article_is_described_by_labels_aliases_school_and_authors(library: Library) -> None:
    words = described(make_article(needs=("semh",)), library)

    need = library.taxonomy["needs"].terms["semh"]
    assert need.label in words
    assert set(need.aliases) <= set(words)
    assert library.group.schools["castle-bridge-primary"].name in words
    assert words[-1] == "R. Okafor"


def test_labels_that_are_ordinary_words_do_not_describe_an_article(library: Library) -> None:
    words = described(make_article(roles=("teacher",)), library)

    assert library.taxonomy["roles"].label_of("teacher") not in words
    assert library.taxonomy["cost-bands"].label_of("very-low") not in words
    assert library.taxonomy["outcomes"].label_of("worked") not in words


def test_each_word_describes_once(library: Library) -> None:
    words = described(make_article(key_stages=("all",)), library)

    assert len(words) == len(set(words))
