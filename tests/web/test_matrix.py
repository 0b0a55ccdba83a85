"""Every endpoint for everybody: who is let in is what the one table of permissions says, in every cell.

A new page needs its line in ``matrix.txt``: endpoint and what opens it. So nobody adds a page without saying for whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.permission import Verb, may
from kb.settings import Settings
from kb.web.access import opened_to
from tests.browser import Browser
from tests.web.test_routes import address
from tests.workplace import workplace

LISTED = Path(__file__).with_name("matrix.txt")
IDENTITIES = ("", "reader", "contributor", "partner", "reviewer", "lead", "administrator")


def listed() -> dict[str, str]:
    """Endpoint → what opens it."""
    lines = LISTED.read_text(encoding="utf-8").split("\n")
    return dict(line.split(" ", 1) for line in lines if line)  # type: ignore[misc]


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("matrix")) as settings:
        app = create_app(settings)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def test_every_endpoint_is_listed_with_what_opens_it(app: Flask) -> None:
    """Add the line of a new page on purpose, and look at it once more: is it right?"""
    marks = {rule.endpoint: opened_to(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}

    assert {endpoint: str(mark) for endpoint, mark in marks.items()} == listed()


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(own: Flask, who: str) -> None:
    wrong = []
    for rule in own.url_map.iter_rules():
        needed = listed()[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            browser = Browser(own)  # anew for each, since some of them sign out
            if who:
                browser.sign_in(who)
            if needed == "everybody":
                assert browser.client.open(address(rule), method=method, data={}).status_code not in {
                    401,
                    500,
                }
                continue
            allowed = needed not in set(Verb) or may(browser.person, Verb(needed))
            answer = browser.client.open(address(rule), method=method, data={})
            if not right(
                answer.status_code,
                answer.headers.get("Location", ""),
                allowed=allowed,
                who=who,
                single=bool(rule.arguments),
            ):
                wrong.append((rule.rule, method, needed, answer.status_code))

    assert wrong == []


def right(status: int, location: str, *, allowed: bool, who: str, single: bool) -> bool:
    """Is this what one who is let in, or is not, should see? A form without its token is let in and told so."""
    to_sign_in = status == 303 and location.startswith("/account/sign-in")
    if allowed:
        return status < 500 and status not in {401, 403} | ({303} if to_sign_in and who else set())
    if not who:
        return to_sign_in or status == 401
    return status == (404 if single else 403)
