"""The JSON API counts rightly: filters, pages and orders agree with what is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from tests.api_answers import every_hit, search

FIELD_OF_FACET = {
    Facet.KEY_STAGE: "key_stages",
    Facet.PROVISION: "provisions",
    Facet.NEED: "needs",
    Facet.THEME: "themes",
    Facet.SUBJECT: "subjects",
    Facet.ROLE: "roles",
}


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def library(app: Flask) -> Library:
    return app.extensions["kb"].library


def carried(hit: dict[str, Any], library: Library) -> Iterator[tuple[str, str]]:
    """(facet, id) of everything that an article of the answer counts under, wider terms too."""
    local = hit["local"] or {}
    stated = {facet: hit[field] for facet, field in FIELD_OF_FACET.items()} | {
        Facet.TYPE: [hit["type"]],
        Facet.SCHOOL: [hit["school"]] if hit["school"] else [],
        Facet.COST: [local["cost_band"]] if local.get("cost_band") else [],
        Facet.LEVEL: [str(local["level"])] if local else [],
        Facet.OUTCOME: [local["outcome"]] if local else [],
    }
    for facet, ids in stated.items():
        for term_id in {wider for each in ids for wider in wide(facet, each, library)}:
            yield facet.value, term_id


def wide(facet: Facet, term_id: str, library: Library) -> set[str]:
    """The term with all above it; every key stage for the one that means all."""
    if facet is Facet.SCHOOL:
        return {term_id}
    scheme = library.taxonomy[SCHEME_OF_FACET[facet]]
    if term_id == "all":
        return {term.id for term in scheme if not term.replaced_by} - {"all"}
    parent = scheme.terms[term_id].parent
    return {term_id} | (wide(facet, parent, library) if parent else set())


ASKED: list[dict[str, Any]] = [
    {},
    {"key_stage": "ks2"},
    {"key_stage": ["ks1", "ks3"], "type": "case-study"},
    {"provision": "inclusion-base"},
    {"need": "semh", "provision": ["special-school", "alternative-provision"]},
    {"school": "lantern-school"},
    {"outcome": "did-not-work"},
    {"theme": "behaviour-routines", "role": "teacher"},
    {"subject": "maths", "cost": "very-low"},
    {"level": ["3", "4", "5"]},
    {"q": "reading"},
    {"q": "reading", "key_stage": "ks2", "mode": "words"},
    {"q": "how do I calm a dysregulated pupil", "type": "case-study"},
    {"q": "talk", "mode": "meaning", "provision": "mainstream"},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: urlencode(asked, doseq=True) or "everything")
def test_a_count_is_the_number_of_listed_articles(
    client: FlaskClient, library: Library, asked: dict[str, Any]
) -> None:
    answer = search(client, **asked)
    counted = Counter(pair for hit in every_hit(client, **asked) for pair in carried(hit, library))

    told = {
        (facet, option["id"]): option["count"]
        for facet, options in answer["facets"].items()
        for option in options
        if option["count"]
    }

    assert told == dict(counted)


def test_what_another_choice_would_add_is_what_it_adds(client: FlaskClient) -> None:
    asked = {"key_stage": ["ks1"], "provision": ["mainstream"]}
    before = search(client, **asked)
    options = [
        (facet, option["id"], option["adds"])
        for facet in asked
        for option in before["facets"][facet]
        if not option["chosen"]
    ]

    assert any(adds for *_, adds in options)
    for facet, term_id, adds in options:
        after = search(client, **asked | {facet: [*asked[facet], term_id]})
        assert after["total"] - before["total"] == adds


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: urlencode(asked, doseq=True) or "everything")
@pytest.mark.parametrize("per_page", [1, 3, 7])
def test_turning_the_pages_repeats_nothing_and_misses_nothing(
    client: FlaskClient, asked: dict[str, Any], per_page: int
) -> None:
    total = search(client, **asked)["total"]
    slugs = [hit["slug"] for hit in every_hit(client, per_page=per_page, **asked)]

    assert len(slugs) == total
    assert len(set(slugs)) == total
    assert slugs == [hit["slug"] for hit in every_hit(client, **asked)]


def test_the_filters_hold_for_every_hit(client: FlaskClient, library: Library) -> None:
    for asked in ASKED:
        wanted = {facet: asked[facet.value] for facet in Facet if facet.value in asked}
        for hit in every_hit(client, **asked):
            pairs = set(carried(hit, library))
            for facet, ids in wanted.items():
                assert pairs & {
                    (facet.value, term_id) for term_id in ([ids] if isinstance(ids, str) else ids)
                }


def test_the_orders_are_what_they_are_called(client: FlaskClient) -> None:
    newest = [hit["published"] for hit in every_hit(client, sort="newest") if hit["published"]]
    reviewed = [hit["reviewed"] for hit in every_hit(client) if hit["reviewed"]]
    scores = [hit["score"] for hit in every_hit(client, q="reading")]

    assert newest == sorted(newest, reverse=True)
    assert reviewed == sorted(reviewed, reverse=True)
    assert scores == sorted(scores, reverse=True)
    assert min(map(len, (newest, reviewed, scores))) > 5
