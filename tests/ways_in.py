"""Going through the sign-in as people do: links out of the outbox, codes out of the app."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
from flask import Flask

from tests.browser import Browser, Page

GOOD = "plum ladder Tuesday walrus"


def link_to(app: Flask, kind: str) -> str:
    """The path in the newest letter of a kind."""
    db = app.extensions["kb"].database
    with db.read() as connection:
        (content,) = connection.execute(
            "select content from letters where kind = ? order by id desc limit 1", [kind]
        ).fetchone()
    found = re.search(r'"link": "([^"]+)"', content)
    assert found
    return found[1]


def secret_on(page: Page) -> str:
    """The key that a page gives for the app."""
    return page.words(".key").replace(" ", "")


def code_now(secret: str, steps: int = 0) -> str:
    """The code that the app shows, some steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=steps)


def send(browser: Browser, page: Page, path: str, **filled: str) -> Page:
    """Fill in the main form of a page and send it."""
    form = page.soup.select_one(f'main form[action="{path}"]')
    assert form is not None, f"no form to {path}"
    data = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
    return browser.post(path, data=data | filled)
