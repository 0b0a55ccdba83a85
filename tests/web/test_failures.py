"""Refusals and mishaps are told helpfully, in one shape for programmes, and leave a reference in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from structlog.testing import capture_logs
from werkzeug.exceptions import TooManyRequests

from kb.application import create_app
from kb.domain.errors import (
    BadRequest,
    ContentInvalid,
    KnowledgeBaseError,
    Mistake,
    NotFound,
    TooLarge,
    Unavailable,
)
from kb.settings import Settings
from kb.web.access import public
from kb.web.failures import WORDS
from tests.browser import Browser

OURS = {
    "not-found": (NotFound("There is no such school. Choose one from the list."), 404),
    "bad-request": (BadRequest("Use a whole number from 1."), 400),
    "too-large": (TooLarge("Send a file of at most 20 MB."), 413),
    "unavailable": (Unavailable("The index is being built. Try again in a minute."), 503),
    "some-rule": (KnowledgeBaseError("Say what the author should change."), 400),
}


@pytest.fixture(scope="module")
def failing(demo: Settings) -> Iterator[Flask]:
    """The site with pages that fail, as in service: an unexpected error becomes a page."""
    app = create_app(demo)
    app.add_url_rule("/fail/<kind>", "fail", public(fail))
    app.add_url_rule("/api/v1/fail/<kind>", "api_fail", public(fail))
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


def fail(kind: str) -> str:
    """A view that fails as its address says."""
    if kind in OURS:
        raise OURS[kind][0]
    if kind.isdigit():
        abort(int(kind))
    if kind == "later":
        raise TooManyRequests(retry_after=60)
    if kind == "content":
        raise ContentInvalid([Mistake(path=Path("schools.yaml"), line=3, message="a slip in a file")])
    raise ZeroDivisionError("a secret detail")


@pytest.mark.parametrize("kind", OURS)
def test_our_own_errors_are_told_in_their_own_words(failing: Flask, kind: str) -> None:
    error, status = OURS[kind]

    page = Browser(failing).get(f"/fail/{kind}")

    assert page.status_code == status
    assert str(error) in page.words()
    assert page.words("h1") == WORDS[status].title


@pytest.mark.parametrize("status", WORDS)
def test_every_status_has_its_own_helpful_page(failing: Flask, status: int) -> None:
    page = Browser(failing).get(f"/fail/{status}")

    assert page.status_code == status
    assert page.words("h1") == WORDS[status].title
    assert WORDS[status].message in page.words()
    assert page.select("main form[action='/search']")


@pytest.mark.parametrize("status", WORDS)
def test_programmes_get_one_shape(failing: Flask, status: int) -> None:
    answer = Browser(failing).get(f"/api/v1/fail/{status}")

    assert answer.status_code == status
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "reference"}
    assert answer.json["error"]["code"] == WORDS[status].code
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.json["error"]["reference"])


def test_the_reference_on_the_page_is_the_one_in_the_log_and_searched_words_are_not(failing: Flask) -> None:
    with capture_logs() as noted:
        page = Browser(failing).get("/fail/500?q=a+child+by+name")

    line = next(each for each in noted if each["event"] == "request_failed")
    assert page.words(".failure__reference strong") == line["reference"]
    assert "child" not in str(noted)


def test_an_unexpected_error_tells_readers_nothing_of_the_inside(failing: Flask) -> None:
    with capture_logs() as noted:
        page = Browser(failing).get("/fail/whatever")

    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert any("secret detail" in str(line.get("error")) for line in noted)


def test_mistakes_in_our_files_are_for_the_log_only(failing: Flask) -> None:
    page = Browser(failing).get("/fail/content")

    assert page.status_code == 500
    assert "slip in a file" not in page.text
    assert WORDS[500].message in page.words()


def test_what_http_demands_comes_along(failing: Flask) -> None:
    browser = Browser(failing)

    assert browser.get("/fail/later").headers["Retry-After"] == "60"
    assert browser.post("/about").headers["Allow"]
    assert browser.post("/about").status_code == 405


def test_a_status_without_words_of_its_own_borrows_the_nearest(failing: Flask) -> None:
    page = Browser(failing).get("/fail/418")

    assert page.status_code == 418
    assert page.words("h1") == WORDS[400].title


def test_a_redirect_is_no_failure(failing: Flask) -> None:
    page = Browser(failing).get("/browse")

    assert page.status_code == 308
    assert page.headers["Location"].endswith("/browse/")


def test_when_the_page_itself_cannot_be_made_the_bare_words_are_sent(
    failing: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(failing.jinja_env.globals, "static")

    answer = failing.test_client().get("/fail/404")

    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.text
