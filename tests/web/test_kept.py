"""A text that is sent after the session has ended is not lost, and nobody else gets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from kb.actions import managing
from kb.application import create_app
from kb.domain.account import Role
from kb.domain.permission import Verb
from kb.domain.session import Way
from kb.settings import Settings
from kb.storage import accounts, sessions, texts
from kb.web.access import requires
from kb.web.cookies import DRAWER, TOKEN
from tests.browser import PEOPLE, Browser
from tests.drafts import begin
from tests.workplace import workplace

OURS = {"Origin": "http://localhost"}
LONG = "<b> the walrus & we</b>\nafter lunch \U0001f989\n" * 500


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a database of its own and a page that takes a text."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        saved = requires(Verb.WRITE)(lambda: request.form["body"])
        app.add_url_rule("/save", "save", saved, methods=["POST"])
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def sign_in_again(browser: Browser, who: str) -> None:
    """The same browser with a new session."""
    db = browser.client.application.extensions["kb"].database
    person = accounts.by_email(db, PEOPLE[who].email)
    assert person is not None
    token = sessions.begin(db, person.id, way=Way.DEMO, browser="", now=datetime.now(UTC))
    browser.client.set_cookie(TOKEN, token)


def late(own: Flask) -> Browser:
    """A contributor who has sent a long text after the session had ended."""
    browser = Browser(own).sign_in("contributor")
    data = {"body": LONG, "title": "Calm", "theme": ["a", "b"], "csrf_token": browser.token()}
    assert browser.person is not None
    sessions.end(own.extensions["kb"].database, browser.person.id)
    sent = browser.post("/save?x=1", data=data, headers=OURS)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/account/kept")
    assert browser.get("/account/kept").headers["Location"].startswith("/account/sign-in")
    return browser


def test_the_text_is_there_after_signing_in_and_can_be_sent(own: Flask) -> None:
    browser = late(own)
    sign_in_again(browser, "contributor")

    page = browser.get("/account/kept")

    form = page.select("main form")[0]
    assert form["action"] == "/save?x=1"
    fields = [(str(each["name"]), str(each["value"])) for each in form.select("input")]
    assert [value for name, value in fields if name == "theme"] == ["a", "b"]
    assert page.select("#kept-text")[0].text.strip() == LONG.strip()
    token = dict(fields)["csrf_token"]
    again = browser.client.post("/save", data={"body": LONG, "csrf_token": token}, headers=OURS)
    assert again.text == LONG


def test_nobody_else_gets_it_and_the_database_does_not_show_it(own: Flask) -> None:
    browser = late(own)
    sign_in_again(browser, "partner")
    assert browser.get("/account/kept").status_code == 404

    other = Browser(own).sign_in("contributor")

    assert other.get("/account/kept").status_code == 404
    db = own.extensions["kb"].database
    kept = b"".join(path.read_bytes() for path in db.path.parent.glob("kb.sqlite*"))
    assert b"the walrus" not in kept


def test_a_form_opened_before_signing_in_anew_is_offered_again(own: Flask) -> None:
    browser = Browser(own).sign_in("contributor")
    old = browser.token()
    sign_in_again(browser, "contributor")
    browser.client.delete_cookie("kb-form")

    sent = browser.post("/save", data={"body": "B", "csrf_token": old}, headers=OURS)

    assert sent.headers["Location"] == "/account/kept"
    assert browser.get("/account/kept").select("#kept-text")[0].text.strip() == "B"


def test_what_another_site_sends_is_not_kept(own: Flask) -> None:
    browser = Browser(own).sign_in("contributor")
    assert browser.person is not None
    sessions.end(own.extensions["kb"].database, browser.person.id)

    sent = browser.post("/save", data={"body": "B"}, headers={"Origin": "https://evil.example"})

    assert sent.status_code == 400
    assert browser.client.get_cookie(DRAWER) is None


def test_what_is_thrown_away_is_gone(own: Flask) -> None:
    browser = late(own)
    sign_in_again(browser, "contributor")

    browser.post("/account/kept")

    assert browser.get("/account/kept").status_code == 404


def test_words_of_somebody_whose_role_was_taken_away_meanwhile_are_shown_to_them_and_change_nothing(
    own: Flask,
) -> None:
    db = own.extensions["kb"].database
    text, browser = begin(own), Browser(own).sign_in("contributor")
    data = {"body": LONG, "revision": "1", "pen": "one", "csrf_token": browser.token()}
    assert browser.person is not None
    managing.change(db, None, browser.person.id, role=Role.READER, schools=browser.person.schools)

    sent = browser.post(f"/contribute/{text}/write", data=data, headers=OURS)
    sign_in_again(browser, "contributor")
    page = browser.get("/account/kept")
    again = browser.post(f"/contribute/{text}/write", data=data | {"csrf_token": browser.token()})
    kept = texts.find(db, text)

    assert sent.headers["Location"] == "/account/kept"
    assert page.select("#kept-text")[0].text.strip() == LONG.strip()
    assert again.status_code in (403, 404)
    assert kept is not None
    assert kept.content.body == "We made a corner."
