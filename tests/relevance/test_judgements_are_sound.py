"""The judged queries are whole: no stray ids, kinds or grades, and a useful answer where one is due."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml

from kb.domain.search import SCHEME_OF_FACET, Facet

HERE = Path(__file__).resolve().parent
CONTENT = HERE.parent.parent / "content"

DEV = {"short": 8, "question": 11, "misspelt": 6, "acronym": 5}
OWN = {"short": 30, "question": 31, "misspelt": 22, "acronym": 16, "filter": 12, "off-topic": 25}
KINDS = frozenset(OWN)
ENOUGH = 2
ALL = "all"
KEYS = {
    Facet.TYPE: ("type",),
    Facet.KEY_STAGE: ("key_stages",),
    Facet.PROVISION: ("provisions",),
    Facet.ROLE: ("roles",),
    Facet.COST: ("local", "cost_band"),
    Facet.OUTCOME: ("local", "outcome"),
}
"""Facet that a query uses → where an article's front matter says it."""

Row = dict[str, str]


def _rows(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


QUERIES = _rows("queries.tsv")
JUDGEMENTS = _rows("judgements.tsv")


def _filters(query: Row) -> dict[Facet, str]:
    pairs = [pair.partition("=") for pair in query["filters"].split(";") if pair]
    return {Facet(name): term for name, _, term in pairs}


@cache
def _terms(scheme: str) -> frozenset[str]:
    text = (CONTENT / "vocabulary" / f"{scheme}.yaml").read_text(encoding="utf-8")
    return frozenset(term["id"] for term in yaml.safe_load(text)["terms"])


@cache
def _front_matter(slug: str) -> dict[str, object]:
    text = (CONTENT / "articles" / f"{slug}.md").read_text(encoding="utf-8")
    front: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return front


def _fits(slug: str, facet: Facet, term: str) -> bool:
    value: object = _front_matter(slug)
    for key in KEYS[facet]:
        value = value.get(key) if isinstance(value, dict) else None
    held = value if isinstance(value, list) else [value]
    return term in held or (facet is Facet.KEY_STAGE and ALL in held)


def _counted(source: str) -> dict[str, int]:
    return dict(Counter(query["kind"] for query in QUERIES if query["source"] == source))


@pytest.mark.parametrize("rows", [QUERIES, JUDGEMENTS], ids=["queries", "judgements"])
def test_every_row_has_every_column_and_no_stray_spaces(rows):
    crooked = [
        row for row in rows if any(not isinstance(cell, str) or cell != cell.strip() for cell in row.values())
    ]

    assert crooked == []


def test_the_columns_are_the_documented_ones():
    assert list(QUERIES[0]) == ["id", "kind", "text", "filters", "source"]
    assert list(JUDGEMENTS[0]) == ["query", "slug", "grade"]


def test_ids_are_numbered_without_gaps_within_their_source():
    ids = [query["id"] for query in QUERIES]
    dev = [f"dev-{number:02d}" for number in range(1, sum(DEV.values()) + 1)]
    own = [f"own-{number:03d}" for number in range(1, sum(OWN.values()) + 1)]

    assert ids == dev + own
    assert all(query["id"].startswith(f"{query['source']}-") for query in QUERIES)


def test_nobody_asks_the_same_thing_twice():
    asked = Counter((query["text"].casefold(), query["filters"]) for query in QUERIES)

    assert [question for question, times in asked.items() if times > 1 or not question[0]] == []


def test_kinds_and_their_numbers_are_the_documented_ones():
    assert _counted("dev") == DEV
    assert _counted("own") == OWN


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_two_halves_hold_as_many_of_each_kind(kind):
    own = [query for query in QUERIES if query["source"] == "own" and query["kind"] == kind]

    odd = sum(int(query["id"].removeprefix("own-")) % 2 for query in own)

    assert abs(odd - (len(own) - odd)) <= 1


def test_filters_belong_to_filter_queries_and_use_the_vocabulary():
    for query in QUERIES:
        chosen = _filters(query)

        assert bool(chosen) == (query["kind"] == "filter"), query
        assert all(term in _terms(SCHEME_OF_FACET[facet]) for facet, term in chosen.items()), query


def test_judgements_name_known_queries_and_articles_and_a_grade_from_1_to_3():
    known = {query["id"] for query in QUERIES}
    slugs = {path.stem for path in (CONTENT / "articles").glob("*.md")}

    assert {row["query"] for row in JUDGEMENTS} - known == set()
    assert {row["slug"] for row in JUDGEMENTS} - slugs == set()
    assert {row["grade"] for row in JUDGEMENTS} == {"1", "2", "3"}


def test_no_article_is_judged_twice_for_a_query():
    judged = Counter((row["query"], row["slug"]) for row in JUDGEMENTS)

    assert [pair for pair, times in judged.items() if times > 1] == []


def test_every_question_about_the_collection_has_a_useful_answer_and_the_others_have_none():
    best: dict[str, int] = defaultdict(int)
    for row in JUDGEMENTS:
        best[row["query"]] = max(best[row["query"]], int(row["grade"]))

    unanswered = [query for query in QUERIES if query["kind"] != "off-topic" and best[query["id"]] < ENOUGH]
    answered = [query for query in QUERIES if query["kind"] == "off-topic" and query["id"] in best]

    assert unanswered == []
    assert answered == []


def test_articles_judged_for_a_filtered_query_fit_its_filters():
    filters = {query["id"]: _filters(query) for query in QUERIES}

    strangers = [
        row
        for row in JUDGEMENTS
        if not all(_fits(row["slug"], facet, term) for facet, term in filters[row["query"]].items())
    ]

    assert strangers == []
