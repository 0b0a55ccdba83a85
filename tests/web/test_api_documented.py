"""docs/api.md tells programmers what is so: every example is asked, and every name it uses is served."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.web.answers import REFUSALS
from tests.browser import Browser
from tests.samples import ROOT

TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\nGET (\S+)\n```(?:\n\n```json\n(.*?)```)?", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """Somebody of the trust, who may read everything."""
    return Browser(app).sign_in("reader").client


def differences(told: Any, served: Any, place: str = "$") -> list[str]:
    """Where an answer is not what an example tells of it; "…" stands for anything that is there."""
    if told == "…":
        return [] if served not in (None, "", []) else [f"{place} is empty"]
    if isinstance(told, dict) and isinstance(served, dict):
        missing = [f"{place}.{name} is missing" for name in told.keys() - served.keys()]
        shared = [name for name in told if name in served]
        return missing + [
            found for name in shared for found in differences(told[name], served[name], f"{place}.{name}")
        ]
    if isinstance(told, list) and isinstance(served, list) and len(told) <= len(served):
        pairs = zip(told, served, strict=False)
        return [found for n, pair in enumerate(pairs) for found in differences(*pair, f"{place}[{n}]")]
    return [] if told == served else [f"{place} is {served!r} and not {told!r}"]


def cells(column: int) -> list[set[str]]:
    """What stands in backticks in one column of each table."""
    tables = re.findall(r"(?:^\|.*\n)+", TEXT, re.MULTILINE)
    rows = [[line.split("|") for line in table.splitlines()[2:]] for table in tables]
    return [{code for row in table for code in re.findall(r"`([^`]+)`", row[column])} for table in rows]


@pytest.mark.parametrize(("path", "told"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_an_example_is_answered_as_it_tells(client: FlaskClient, path: str, told: str) -> None:
    answer = client.get(path)
    expected = json.loads(told) if told else {"hits": [{"slug": "…"}]}

    assert answer.status_code == (400 if "error" in expected else 200)
    assert differences(expected, answer.get_json()) == []


def test_every_address_has_an_example(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    patterns = {path: re.sub(r"{\w+}", "[^/]+", path) for path in document["paths"]}
    asked = {path.partition("?")[0] for path, _ in EXAMPLES}

    for path, pattern in patterns.items():
        assert any(re.fullmatch(pattern, each) for each in asked) or f"`{path}`" in TEXT, path


def test_the_parameters_are_those_that_are_served(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()

    served = {each["name"] for each in document["paths"]["/api/v1/search"]["get"]["parameters"]}

    assert {name.partition("=")[0] for name in cells(1)[0]} == served


def test_the_refusals_are_those_that_are_served() -> None:
    told = re.findall(r"^\| (\d+) \| `(\S+)` \| (.+) \|$", TEXT, re.MULTILINE)

    nothing_is_kept_from_anybody_yet = {403}
    served = {
        status: words for status, words in REFUSALS.items() if status not in nothing_is_kept_from_anybody_yet
    }
    assert {int(status): (code, when) for status, code, when in told} == served


def test_an_example_that_tells_something_else_is_caught() -> None:
    served = {"total": 2, "hits": [{"slug": "a"}]}

    assert differences({"total": "…", "hits": [{"slug": "a"}]}, served) == []
    assert differences({"total": 3}, served) == ["$.total is 2 and not 3"]
    assert differences({"pages": 1}, served) == ["$.pages is missing"]
    assert differences({"hits": [{"slug": "b"}]}, served) == ["$.hits[0].slug is 'a' and not 'b'"]
    assert differences({"hits": ["…", "…"]}, served)
