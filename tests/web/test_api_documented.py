"""docs/api.md tells programmers what is so: every example is asked, and every name it uses is served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.actions import (
    approaching,
    collecting,
    following,
    pinning,
    subscribing,
    subscribing_commissions,
    tokens,
)
from kb.domain.account import Account
from kb.domain.api_token import Scope
from kb.domain.approach import SubjectKind
from kb.domain.collection import CollectionState
from kb.domain.pin import PinKind
from kb.domain.search import Facet
from kb.settings import Settings
from kb.storage import accounts, collections
from kb.web.answers import REFUSALS
from tests.browser import Browser
from tests.desk import EVERYBODY, about
from tests.pupils import check
from tests.samples import ROOT
from tests.sharing import database, shop

TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
ALL = re.findall(
    r"```http\nGET (\S+)\n(?:Authorization: Bearer (\S+)\n)?```(?:\n\n```(\w+)\n(.*?)```)?", TEXT, re.DOTALL
)
EXAMPLES = [(path, told) for path, token, kind, told in ALL if not token and kind in {"", "json"}]
OTHERS = [example for example in ALL if example[1] or example[2] not in {"", "json"}]


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with one collection, one trust approach and one pin."""
    with shop(demo, tmp_path_factory.mktemp("documented")) as app:
        db, lead = database(app), lead_of(app)
        collection = collecting.make(db, lead, about(terms={Facet.KEY_STAGE: ("ks2",)}), check=check())
        collecting.put_in(db, lead, collection, "calm-starts-after-lunch", "Begin here.", check=check())
        collecting.put_in(db, lead, collection, "corridors-at-the-bell", "Then this.", check=check())
        version = collections.find(db, collection, EVERYBODY, curates=True).version
        collecting.move_on(db, lead, collection, version, CollectionState.PUBLISHED)
        approach = approaching.mark(
            db,
            lead,
            kind=SubjectKind.ARTICLE,
            subject="common-approach-to-pastoral-support",
            title="Our common pastoral approach",
            reason="Every pupil meets the same care.",
            check=check(),
        )
        pinning.pin(
            db,
            lead,
            PinKind.APPROACH,
            approach,
            reason="What all of us do.",
            words="pastoral support",
            check=check(),
        )
        yield app


def lead_of(own: Flask) -> Account:
    return next(each for each in accounts.everybody(database(own)) if each.name == "A. Quintero")


@pytest.fixture(scope="module")
def client(own: Flask) -> FlaskClient:
    """Somebody of the trust, who may read everything."""
    return Browser(own).sign_in("reader").client


def secret_of(own: Flask, path: str) -> str:
    """A secret of the lead's for an address that has one."""
    begin = {
        "mine": following.begin_feed,
        "reviews": subscribing.begin,
        "commissions": subscribing_commissions.begin,
    }
    return begin[path.split("/")[2]](database(own), lead_of(own))


def told_in_order(told: str, answer: str) -> str:
    """The first line of an example that the answer does not have where it should; empty when it has all of them."""
    place = 0
    for line in told.strip().splitlines():
        pattern = ".*?".join(re.escape(part) for part in line.strip().split("…"))
        found = re.compile(pattern, re.DOTALL).search(answer, place)
        if found is None:
            return line
        place = found.end()
    return ""


@pytest.mark.parametrize(
    ("path", "token", "kind", "told"), OTHERS, ids=[f"{path} {token}" for path, token, _, _ in OTHERS]
)
def test_an_example_of_a_feed_a_table_or_a_token_is_answered_as_it_tells(
    own: Flask, path: str, token: str, kind: str, told: str
) -> None:
    scopes = [Scope.READ, Scope.TABLES]
    if token.endswith("…"):
        token = tokens.issue(database(own), lead_of(own), name="An example", scopes=scopes, days=30)
    address = path.replace("…", secret_of(own, path)) if "…" in path else path

    answer = own.test_client().get(address, headers={"Authorization": f"Bearer {token}"} if token else {})

    assert answer.status_code == (401 if "error" in told else 200), answer.text
    if kind == "json":
        assert differences(json.loads(told), answer.get_json()) == []
    else:
        assert answer.mimetype == MIMETYPES[kind]
        assert told_in_order(told, answer.text) == ""


MIMETYPES = {"xml": "application/atom+xml", "ics": "text/calendar", "csv": "text/csv"}


def test_an_example_that_an_answer_does_not_have_in_its_order_is_caught() -> None:
    assert told_in_order("<a>\n<b>…</b>", "<x><a/><a><b>1</b>") == ""
    assert told_in_order("<b>\n<a>", "<a><b>") == "<a>"


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
