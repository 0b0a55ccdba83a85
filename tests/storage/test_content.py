from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from kb.domain.errors import ContentInvalid
from kb.domain.library import Library
from kb.domain.synonym import SynonymKind
from kb.storage.content import (
    article_text,
    front_matter_of,
    load_figures,
    load_group,
    load_library,
    load_references,
    load_synonyms,
    load_taxonomy,
    read_articles,
)
from tests.samples import CONTENT, how_to, make_article, research_summary, write_content, write_text

LINES = article_text(front_matter_of(make_article()), "We met the class at the door.").split("\n")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


# What is read


def test_an_article_comes_back_as_it_was_written(tmp_path, library):
    wanted = [
        make_article(),
        research_summary(),
        how_to(path="articles/early-years/a-talking-board-in-an-hour.md"),
    ]
    content = write_content(tmp_path, wanted)

    reading = read_articles(content, library)

    assert reading.mistakes == ()
    found = {article.slug: article for article in reading.articles}
    for article in wanted:
        same = replace(found[article.slug], sha256=article.sha256)
        assert same == article


def test_the_hash_is_of_the_bytes_on_the_disk(tmp_path, library):
    content = write_content(tmp_path, [make_article()])
    before = read_articles(content, library).articles[0].sha256
    path = content / "articles/calm-starts.md"

    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (after,) = read_articles(content, library).articles

    assert after.sha256 != before
    assert after.body == make_article().body


def test_a_byte_order_mark_does_not_hide_the_front_matter(tmp_path, library):
    content = write_content(tmp_path, [], texts={"articles/marked.md": "\ufeff" + "\n".join(LINES)})

    assert [article.slug for article in read_articles(content, library).articles] == ["marked"]


def test_one_bad_file_does_not_hide_the_good_ones(tmp_path, library):
    bad = {
        "articles/a-broken.md": "---\ntitle: a: b\n---\nText",
        "articles/b-unknown.md": "\n".join(LINES).replace("behaviour-routines", "behaviour-routine"),
        "articles/c-empty.md": "",
    }
    content = write_content(tmp_path, texts=bad)

    reading = read_articles(content, library)

    assert [article.slug for article in reading.articles] == [
        "a-talking-board-in-an-hour",
        "calm-starts",
        "what-testing-does",
    ]
    assert [mistake.path.name for mistake in reading.mistakes] == [
        "a-broken.md",
        "b-unknown.md",
        "c-empty.md",
    ]


def test_a_folder_without_articles_is_read_as_none(tmp_path, library):
    assert read_articles(tmp_path, library).articles == ()


def test_a_thousand_articles_are_read_in_a_few_seconds(tmp_path, library):
    many = (make_article(slug=f"article-{number}", body="Words. " * 700) for number in range(1_000))
    content = write_content(tmp_path, many)
    began = time.process_time()

    reading = read_articles(content, library)

    assert len(reading.articles) == 1_000
    assert time.process_time() - began < 10


# What stands beside the articles


def test_the_library_of_the_demo_trust_has_everything(library):
    assert load_taxonomy(CONTENT) == library.taxonomy
    assert load_group(CONTENT) == library.group
    assert load_figures(CONTENT) == library.figures
    assert load_references(CONTENT) == library.references
    assert library.group.name == "Saltmarsh Learning Trust"
    assert library.group.schools["castle-bridge-primary"].map == (-4.2, 1.1)
    assert [school.id for school in library.group.schools_of("creek-hub")][:2] == [
        "castle-bridge-primary",
        "tidewater-infants",
    ]


def test_a_figure_without_enough_evidence_has_no_months_and_nobody_has_verified_any(library):
    assert len(library.figures) == 30
    assert library.figures["learning-styles"].months is None
    assert library.figures["setting-and-streaming"].months == 0
    assert library.figures["repeating-a-year"].months == -2
    phonics = library.figures["phonics"]
    assert (phonics.months, phonics.cost, phonics.strength, phonics.as_of) == (5, 1, 4, date(2026, 4, 2))
    assert phonics.check_note == "months, cost and evidence confirmed on a second source"
    assert {figure.verified_by for figure in library.figures.values()} == {None}


def test_a_publication_has_a_doi_or_a_publisher(library):
    assert len(library.references) == 32
    assert library.references["dunlosky-2013"].doi == "10.1177/1529100612453266"
    assert library.references["kcsie"].year == "re-issued each September"
    assert library.references["rosenshine-2012"].publisher == "American Federation of Teachers"


def test_synonyms_keep_every_spelling_and_meaning():
    rows = {row.typed[0]: row for row in load_synonyms(CONTENT)}

    assert rows["SENCO"].typed == ("SENCO", "SENDCO", "SENCo")
    assert rows["GRT"].expands_to == ("Gypsy, Roma and Traveller",)
    assert rows["AP"].kind is SynonymKind.AMBIGUOUS
    assert rows["AP"].expands_to == ("alternative provision", "assistant principal")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (
            "figures.yaml",
            "phonics:",
            "phonix:",
            "‘phonix’ is not a strand of the vocabulary; did you mean ‘phonics’?",
        ),
        ("figures.yaml", "months: 3", "months: three", "whole number from -12 to 24"),
        ("figures.yaml", "source_url: https:", "source_url: javascript:", "begins with https://"),
        ("references.yaml", "doi: 10.", "doi: https://doi.org/10.", "from its 10. onwards"),
        ("references.yaml", "  doi: 10.1177/1529100612453266\n", "", "neither a doi nor a publisher"),
        ("references.yaml", "dunlosky-2013:", "Dunlosky 2013:", "small letters"),
        ("schools.yaml", "phase: primary", "phase: prim", "did you mean ‘primary’?"),
        ("schools.yaml", "hub: creek-hub", "hub: crek-hub", "did you mean ‘creek-hub’?"),
        ("schools.yaml", "provisions: [mainstream", "provisions: [mainstraem", "did you mean ‘mainstream’?"),
        ("schools.yaml", "kind: trust-school", "kind: school", "‘kind’ says ‘school’"),
        ("schools.yaml", "map: [-4.2, 1.1]", "map: [-4.2]", "two numbers"),
        ("schools.yaml", "map: [-4.2, 1.1]", "map: [nan, 1.1]", "two numbers"),
        ("schools.yaml", "- id: tidewater-infants", "- id: castle-bridge-primary", "is already on line"),
        ("schools.yaml", "    pupils: 412\n", "    pupil: 412\n", "did you mean ‘pupils’?"),
        ("schools.yaml", "schools:\n", "skools:\n", "‘schools’ is missing"),
    ],
)
def test_a_mistake_beside_the_articles_is_named_with_its_line(tmp_path, file, old, new, words):
    content = write_content(tmp_path, [])
    text = (content / file).read_text()
    assert old in text
    write_text(content / file, text.replace(old, new, 1))

    with pytest.raises(ContentInvalid) as caught:
        load_library(content)

    (mistake,) = [mistake for mistake in caught.value.mistakes if words in mistake.message]
    assert mistake.path == content / file
    changed_line = text[: text.index(old)].count("\n") + 1
    whole_file = "missing" in words  # then the line is that of the first key
    assert mistake.line == 3 if whole_file else 0 <= changed_line - mistake.line <= 5


def test_all_mistakes_of_the_library_come_together(tmp_path):
    content = write_content(tmp_path, [])
    (content / "vocabulary/themes.yaml").unlink()
    write_text(content / "schools.yaml", "a: [")
    write_text(content / "figures.yaml", "- x")

    with pytest.raises(ContentInvalid) as caught:
        load_library(content)

    assert [mistake.path.name for mistake in caught.value.mistakes] == [
        "themes.yaml",
        "schools.yaml",
        "figures.yaml",
    ]
    assert str(caught.value).startswith("3 mistakes in the content files, the first: ")


def test_a_folder_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(ContentInvalid, match="kb init"):
        load_library(tmp_path / "nothing")
