"""The JSON API keeps its shape: what is described is what is served, no less and no more."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from kb.actions import searching
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet, Question
from kb.web.answers import REFUSALS, answer_json
from kb.web.failures import WORDS
from tests.api_answers import BASE, CALM, HIT, faults, search
from tests.browser import Browser
from tests.shelves import EVERYBODY

ANSWER = {
    *("query", "mode", "sort", "total", "page", "pages", "per_page", "took_ms", "corrected", "expanded"),
    *("nothing_close", "meaning_missing", "hints", "pinned", "hits", "weak", "facets"),
}


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """Somebody of the trust, who may read everything."""
    return Browser(app).sign_in("reader").client


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get(f"{BASE}/openapi.json").get_json()


@pytest.fixture(scope="module")
def library(app: Flask) -> Library:
    return app.extensions["kb"].library


def test_the_description_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)

    assert document["openapi"].startswith("3.1")


def test_every_address_for_programmes_is_described_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    rules = {
        re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(BASE) or rule.rule.endswith((".csv", ".atom", ".ics", ".md"))
    }

    assert rules == set(document["paths"])


@pytest.mark.parametrize("who", ["", "reader", "lead"], ids=lambda who: who or "nobody")
def test_a_file_answers_what_its_description_says(app: Flask, document: dict[str, Any], who: str) -> None:
    browser = Browser(app).sign_in(who) if who else Browser(app)
    plain = [path for path in document["paths"] if "{" not in path and not path.startswith(BASE)]

    answers = {path: browser.client.get(path) for path in plain}

    for path, answer in answers.items():
        described = document["paths"][path]["get"]
        is_open = described["security"] == [{}]
        expected = {200} if is_open or who == "lead" else {200, 403, 404} if who else {303}
        assert answer.status_code in expected, path
        if answer.status_code == 200:
            assert answer.mimetype in described["responses"]["200"]["content"], path


def test_every_field_and_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    fields = [
        (name, field, schemas[each["$ref"].rpartition("/")[2]] | each if "$ref" in each else each)
        for name, schema in schemas.items()
        for field, each in schema.get("properties", {}).items()
    ]
    parameters = [
        (path, parameter["name"], parameter)
        for path, item in document["paths"].items()
        for parameter in item["get"]["parameters"]
    ]

    assert len(fields) > 80
    assert [(place, name) for place, name, each in fields + parameters if "description" not in each] == []


def test_the_values_of_a_filter_are_those_of_the_vocabulary(
    document: dict[str, Any], library: Library
) -> None:
    described = {each["name"]: each for each in document["paths"][f"{BASE}/search"]["get"]["parameters"]}

    assert described["school"]["schema"]["items"]["enum"] == list(library.group.schools)
    for facet, scheme in SCHEME_OF_FACET.items():
        terms = [term.id for term in library.taxonomy[scheme] if not term.replaced_by and term.id != "all"]
        assert described[facet.value]["schema"]["items"]["enum"] == terms


def test_every_value_that_is_described_is_taken(client: FlaskClient, document: dict[str, Any]) -> None:
    for parameter in document["paths"][f"{BASE}/search"]["get"]["parameters"]:
        schema = parameter["schema"]
        for value in schema.get("enum", schema.get("items", {}).get("enum", [])):
            answer = client.get(f"{BASE}/search?per_page=1&{urlencode({parameter['name']: value})}")
            assert answer.status_code == 200, answer.text


def test_every_code_and_status_of_a_refusal_is_described(document: dict[str, Any]) -> None:
    components = document["components"]
    codes = [words.code for words in WORDS.values()]

    assert {status: code for status, (code, _) in REFUSALS.items()} == {
        status: WORDS[status].code for status in WORDS
    }
    assert components["schemas"]["Refusal"]["properties"]["code"]["enum"] == codes
    assert list(components["responses"]) == codes


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=calm+after+lunch",
        "q=dyslexa&per_page=50",
        "q=SEMH+in+year+4&synonyms=1",
        "q=emotional&mode=meaning",
        "q=phonics&mode=words&type=case-study&sort=newest",
        "q=xyzzy+plugh",
        "q=boiler+warranty+renewal",
        "key_stage=ks2&key_stage=ks3&provision=inclusion-base&school=lantern-school",
        "q=calm&page=1000",
    ],
)
def test_a_search_answers_as_described(client: FlaskClient, document: dict[str, Any], query: str) -> None:
    answer = client.get(f"{BASE}/search?{query}")

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert faults(document, "/search", answer.get_json()) == []


def test_a_search_has_the_fields_that_others_build_on(client: FlaskClient) -> None:
    answer = search(client, q="calm after lunch")

    assert set(answer) == ANSWER
    assert {frozenset(hit) for hit in answer["hits"] + answer["weak"]} == {frozenset(HIT)}
    assert list(answer["facets"]) == [facet.value for facet in Facet]
    assert answer["hits"][0]["slug"] == CALM
    assert {"id", "label", "count"} < set(answer["facets"]["key_stage"][0])


def test_a_passage_is_its_stretches_and_marks_what_was_asked(client: FlaskClient) -> None:
    hits = search(client, q="calm after lunch")["hits"]

    for hit in hits:
        assert "".join(part["text"] for part in hit["passage_parts"]) == hit["passage"]
    matched = {part["text"].casefold() for hit in hits for part in hit["passage_parts"] if part["matched"]}
    assert {"calm", "lunch"} <= matched
    assert all(word.startswith(("calm", "lunch", "after")) for word in matched)


def test_what_a_score_is_made_of_adds_up_to_it(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search?q=calm+after+lunch+zebra").get_json()["hits"]

    assert hits
    for hit in hits:
        made_of = hit["explanation"]
        total = sum(made_of[part] for part in ("words", "together", "meaning", "title"))
        assert min(1.0, total) == pytest.approx(hit["score"], abs=0.003)
        assert {"typed": "zebra", "held": 0.0} in made_of["ideas"]


def test_a_slip_of_the_finger_is_corrected_and_told_unless_told_not_to(client: FlaskClient) -> None:
    corrected = search(client, q="phonisc catch up")
    typed = search(client, q="phonisc catch up", exact="1")

    assert corrected["query"] == typed["query"] == "phonisc catch up"
    assert corrected["corrected"] == "phonics catch up"
    assert typed["corrected"] is None


def test_an_acronym_is_spelt_out_and_told_unless_told_not_to(client: FlaskClient) -> None:
    expanded = search(client, q="TA deployment")["expanded"]

    assert [also["typed"].casefold() for also in expanded] == ["ta"]
    assert "teaching assistant" in {word.casefold() for word in expanded[0]["added"]}
    assert search(client, q="TA deployment", synonyms="0")["expanded"] == []


def test_words_that_name_a_filter_are_offered_and_not_applied(client: FlaskClient) -> None:
    answer = search(client, q="behaviour in Key Stage 2")

    assert {"typed": "Key Stage 2", "facet": "key_stage", "id": "ks2", "label": "Key Stage 2"} in answer[
        "hints"
    ]
    assert not any(option["chosen"] for options in answer["facets"].values() for option in options)


def test_nothing_close_is_said_and_nothing_is_listed(client: FlaskClient) -> None:
    answer = search(client, q="boiler warranty renewal dates")

    assert answer["nothing_close"]
    assert (answer["total"], answer["pages"], answer["hits"]) == (0, 1, [])
    assert answer["facets"] == {facet.value: [] for facet in Facet}


def test_the_programme_gets_what_the_command_line_prints(app: Flask, client: FlaskClient) -> None:
    site = app.extensions["kb"]
    question = Question(text="retrieval practice", chosen={Facet.KEY_STAGE: ("ks3",)})

    printed = answer_json(searching.ask(site.search, question, EVERYBODY), site.library)
    served = search(client, q="retrieval practice", key_stage="ks3")

    assert printed | {"took_ms": 0} == served | {"took_ms": 0}
    assert json.loads(json.dumps(printed)) == printed
