"""The test client of every page test: each HTML answer is inspected before the test sees it.

def test_a_page(browser):  # nobody is signed in; browser.sign_in("lead") is one of the demo's people
    page = browser.get("/about")

    assert page.select("h1")[0].text == "About this site"
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.actions import demo_people
from kb.domain.account import Account
from kb.domain.session import Way
from kb.storage import accounts, sessions
from kb.web.cookies import TOKEN
from tests.inspection import faults_of_fragment, faults_of_page

PEOPLE = dict(
    zip(
        (
            "reader",
            "contributor",
            "partner",
            "reviewer",
            "second reviewer",
            "lead",
            "administrator",
        ),
        demo_people.PEOPLE,
        strict=True,
    )
)
"""What tests call the demo's people; ``partner`` is the contributor of a partner school."""

FRAGMENTS: frozenset[str] = frozenset()
"""Paths that answer with a piece of a page. Each needs its reason beside it."""


class FaultyPage(AssertionError):
    """A page that no reader should get."""

    def __init__(self, path: str, faults: list[str]) -> None:
        super().__init__("\n".join([f"{path} has {len(faults)} faults:", *faults]))
        self.faults = faults


@dataclass(frozen=True)
class Page:
    """One answer."""

    response: TestResponse

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def headers(self) -> Any:
        """The answer's headers."""
        return self.response.headers

    @property
    def text(self) -> str:
        """The body as it was sent."""
        return self.response.get_data(as_text=True)

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return self.response.get_json()

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The body as a tree."""
        return BeautifulSoup(self.text, "html5lib")

    def select(self, selector: str) -> list[Tag]:
        """The elements that a CSS selector finds."""
        return list(self.soup.select(selector))

    def words(self, selector: str = "main") -> str:
        """What stands in the first element that a selector finds, with single spaces."""
        found = self.soup.select_one(selector)
        assert found is not None, f"nothing on the page is {selector}"
        return " ".join(found.get_text().split())


class Browser:
    """Opens pages of an app and refuses those that break the rules of tests/inspection.py."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.person: Account | None = None

    def sign_in(self, who: str = "reader") -> Browser:
        """Be one of the demo's people, by a name of ``PEOPLE``, without going through the sign-in."""
        db = self.client.application.extensions["kb"].database
        email = PEOPLE[who].email
        person = accounts.by_email(db, email)
        assert person is not None, f"the demo has no {email}"
        token = sessions.begin(db, person.id, way=Way.DEMO, browser="a test", now=datetime.now(UTC))
        self.client.set_cookie(TOKEN, token)
        self.person = person
        return self

    def get(self, path: str, **options: Any) -> Page:
        """Open a page."""
        return self._inspected(self.client.get(path, **options))

    def post(self, path: str, **options: Any) -> Page:
        """Send a form with the token of the page it stands on; ``csrf_token=""`` in the data sends none."""
        data = options.get("data") or {}
        if isinstance(data, dict) and "csrf_token" not in data:
            options["data"] = data | {"csrf_token": self.token()}
        return self._inspected(self.client.post(path, **options))

    def token(self) -> str:
        """What shows that a form was opened by this browser."""
        page = self.get("/account/" if self.person else "/account/sign-in")
        found = page.soup.select_one("input[name=csrf_token]")
        return str(found["value"]) if found else ""

    def open(self, path: str, *, method: str, **options: Any) -> Page:
        """Ask in any other way."""
        return self._inspected(self.client.open(path, method=method, **options))

    def _inspected(self, response: TestResponse) -> Page:
        page, path = Page(response), response.request.path
        response.get_data()  # read it all, so that a file that is being sent is closed here
        response.close()
        if response.mimetype != "text/html" or response.request.method == "HEAD" or not page.text:
            return page
        redirects = 300 <= response.status_code < 400  # the framework's own short note, which nobody sees
        if not redirects:
            faults = (
                faults_of_fragment(page.text)
                if path in FRAGMENTS
                else faults_of_page(page.text, page.headers)
            )
            if faults:
                raise FaultyPage(path, faults)
        return page
