"""The pages on which people say what they do at school."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.application import create_app
from kb.settings import Settings
from kb.storage import accounts, posts
from tests.browser import PEOPLE, Browser
from tests.workplace import workplace

SCHOOL = PEOPLE["reader"].school


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def test_a_teacher_says_what_they_do_but_not_that_they_are_head(own: Flask) -> None:
    browser = Browser(own).sign_in("reader")

    refused = browser.post("/account/posts", data={"posts": [f"{SCHOOL}:headteacher"]})
    kept = browser.post("/account/posts", data={"posts": [f"{SCHOOL}:ect", f"{SCHOOL}:mentor"]})

    assert "Choose from the list." in refused.words()
    assert kept.status_code == 303
    assert "You are Early career teacher; ECT mentor." in browser.get("/account/").words()


def test_the_lead_says_who_is_head_and_others_cannot(own: Flask) -> None:
    db = own.extensions["kb"].database
    person = accounts.by_email(db, PEOPLE["reader"].email)
    assert person is not None
    before, path = posts.heads(db, SCHOOL), f"/administration/people/{person.id}/posts"

    denied = Browser(own).sign_in("reviewer").post(path, data={"posts": [f"{SCHOOL}:headteacher"]})
    done = Browser(own).sign_in("lead").post(path, data={"posts": [f"{SCHOOL}:headteacher"]})

    assert (denied.status_code, done.status_code) == (404, 303)
    assert set(posts.heads(db, SCHOOL)) == {*before, person.id}
