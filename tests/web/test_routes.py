"""Every address says who may open it, takes only what it expects, changes nothing when read, and never disappears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from kb.application import create_app
from kb.settings import Settings
from kb.storage.database import Database
from kb.web.access import marked
from tests.browser import Browser

LISTED = Path(__file__).with_name("routes.txt")

PLAIN_TEXTS = {
    "slug": "calm-starts-after-lunch",
    "handle": "a.quintero",
    "facet_path": "key-stage",
    "term_id": "ks2",
    "school_id": "castle-bridge-primary",
}
"""Parameters that may be any text without a slash, because each is looked up: parameter → a value that exists."""

NO_FILE = "no-such-file.webp"
CONVERTED = {
    "version": "00000000",
    "name": NO_FILE,
    "text_id": "999999",
    "picture": "0" * 32,
    "number": "99999",
    "token": "a" * 43,
    "comment_id": "999999",
    "step": "write",
    "what": "leave",
    "move": "pause",
    "provider": "nobody",
    "sheet": "no-such-sheet",
    "table": "no-such-table",
    "key": "0" * 16,
    "collection": "no-such-collection",
    "approach": "no-such-approach",
    "pathway_id": "999999",
    "objective_id": "999999",
    "evidence_id": "999999",
    "priority_id": "999999",
    "step_id": "999999",
    "requirement_id": "999999",
    "entry_id": "999999",
    "term": "no-such-term",
    "commission_id": "999999",
    "deed": "plan",
    "visit_id": "999999",
}
"""Parameters with a converter: parameter → a value to try."""

PARAMETER = re.compile(r"<(?:(?P<converter>[^<>]+):)?(?P<name>\w+)>")

UNGUARDED = {"/reports/policy", f"/following/stop/{'a' * 43}"}
"""Addresses that take something without a form. Each needs its reason: browsers report broken policies there; mail
programs stop a letter there by the secret in the address."""

KEPT_COPIES = {"renderings", "sessions", "accounts"}
"""Tables that reading may fill: what is made again from the files whenever it is missing, and when somebody who is
signed in was here last."""

SAFE = {"GET", "HEAD", "OPTIONS"}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def shape(rule: Rule) -> str:
    """A line of routes.txt."""
    return f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"


def address(rule: Rule) -> str:
    """An address that this rule answers."""
    values = CONVERTED | PLAIN_TEXTS
    return PARAMETER.sub(lambda found: values[found["name"]], rule.rule)


def test_no_address_disappears_and_none_appears_unnoticed(app: Flask) -> None:
    """When one is added on purpose, add its line; one that is taken away must redirect, so it stays."""
    assert [shape(rule) for rule in rules(app)] == LISTED.read_text(encoding="utf-8").splitlines()


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert not [rule.endpoint for rule in rules(app) if not marked(app.view_functions[rule.endpoint])]


def test_every_parameter_has_a_converter_or_is_looked_up(app: Flask) -> None:
    for rule in rules(app):
        for found in PARAMETER.finditer(rule.rule):
            assert found["name"] in (CONVERTED if found["converter"] else PLAIN_TEXTS), rule


def test_every_parameter_named_above_is_in_use(app: Flask) -> None:
    used = {name for rule in rules(app) for name in rule.arguments}

    assert used == PLAIN_TEXTS.keys() | CONVERTED.keys()


def methods(app: Flask) -> dict[str, set[str]]:
    """Address → every method that one of its rules takes."""
    taken: dict[str, set[str]] = {}
    for rule in rules(app):
        taken.setdefault(address(rule), set()).update(rule.methods or ())
    return taken


@pytest.mark.parametrize("who", ["", "reader", "contributor", "partner", "reviewer", "lead", "administrator"])
def test_what_changes_something_is_refused_without_the_token_of_a_form(own: Flask, who: str) -> None:
    browser = Browser(own)
    if who:
        browser.sign_in(who)
    before = contents(own.extensions["kb"].database)

    for path, taken in methods(own).items():
        for method in taken - SAFE if path not in UNGUARDED else ():
            answer = browser.client.open(path, method=method, data={"person": "1", "confirm": "yes"})
            assert answer.status_code in {303, 400, 403, 404}, (path, method, answer.status_code)

    assert contents(own.extensions["kb"].database) == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_an_address_takes_only_the_methods_that_it_names(app: Flask, method: str) -> None:
    client = app.test_client()

    for path, taken in methods(app).items():
        if method not in taken:
            answer = client.open(path, method=method, data=b"x=1")
            assert answer.status_code == 405, (method, path)
            assert set(answer.headers["Allow"].split(", ")) == taken


def test_an_address_that_only_takes_cannot_be_read(app: Flask) -> None:
    for path, taken in methods(app).items():
        if "GET" not in taken:
            assert app.test_client().get(path).status_code == 405


@pytest.fixture(scope="module")
def own(demo: Settings) -> Iterator[Flask]:
    """The site once more, so that what other tests keep in it does not count."""
    app = create_app(demo)
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


COUNTED = {"searches", "search_links", "search_clicks", "article_views", "gaps", "gap_weeks", "gap_terms"}
"""Reading is counted, without who reads."""


def contents(database: Database) -> dict[str, list[object]]:
    """Every row of every table but the kept copies and the counts."""
    with database.read() as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        return {
            table: connection.execute(f"select * from {table}").fetchall()
            for table in tables
            if table not in KEPT_COPIES | COUNTED
        }


def test_reading_any_address_changes_nothing_in_the_database(own: Flask) -> None:
    database, client = own.extensions["kb"].database, own.test_client()
    before = contents(database)

    readable = [rule for rule in rules(own) if "GET" in (rule.methods or ())]
    statuses = {rule.rule: client.get(address(rule)).status_code for rule in readable}

    assert contents(database) == before
    assert {rule for rule, status in statuses.items() if status >= 500} == set()
    opened = {rule for rule, status in statuses.items() if status < 400}
    assert opened >= {rule.rule for rule in readable if not rule.arguments & CONVERTED.keys()}


def test_head_and_options_are_answered_everywhere_without_a_body(app: Flask) -> None:
    client = app.test_client()

    for path, taken in methods(app).items():
        if "HEAD" in taken:
            assert client.head(path).data == b""
        assert set(client.options(path).headers["Allow"].split(", ")) == taken


ODD = [
    "..",
    "%2e%2e%2f",
    "%00",
    "%0d%0aSet-Cookie:a=b",
    "🦉",
    "'",
    '"><script>',
    "a" * 5000,
    "CON",
    "-1",
    "%25",
    " ",
]


@pytest.mark.parametrize("odd", ODD)
def test_any_text_in_place_of_a_parameter_is_simply_not_found(own: Flask, odd: str) -> None:
    client = own.test_client()

    for rule in rules(own):
        if rule.arguments and "GET" in (rule.methods or ()):
            path = address(rule)
            for name in rule.arguments:
                answer = client.get(path.replace((CONVERTED | PLAIN_TEXTS)[name], odd))
                assert answer.status_code in {301, 303, 308, 400, 404}, (rule, odd, answer.status_code)
                assert "Set-Cookie" not in answer.headers
                assert "<script>" not in answer.text.split("<body", 1)[-1].replace("<script nonce", "")
                answer.close()
