"""Programmes with a token: they read what its owner reads, and nothing else is open to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.article import Visibility
from kb.settings import Settings
from tests.browser import Browser
from tests.workplace import workplace


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("tokens")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def made(browser: Browser, *scopes: str) -> str:
    """A new token, as the page shows it once."""
    page = browser.post("/account/tokens/", data={"name": "Intranet", "scopes": list(scopes), "days": "30"})
    return page.words(".calendar-address code")


def asked(app: Flask, path: str, token: str, method: str = "GET") -> tuple[int, str]:
    answer = app.test_client().open(path, method=method, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.text


def kept_inside(app: Flask) -> str:
    """The slug of an article that is not public."""
    with app.extensions["kb"].database.read() as reading:
        return str(
            reading.execute(
                "select slug from articles where visibility = ?", [Visibility.TRUST.value]
            ).fetchone()[0]
        )


def test_a_token_reads_what_its_owner_reads_until_it_is_ended(own: Flask) -> None:
    browser, path = Browser(own).sign_in("reader"), f"/api/v1/articles/{kept_inside(own)}"
    token = made(browser, "read")

    assert own.test_client().get(path).status_code == 404
    assert asked(own, path, token)[0] == 200
    assert token not in browser.get("/account/tokens/").text
    listed = browser.get("/account/tokens/").soup.select_one("form[action$='/end']")
    assert listed is not None
    browser.post(str(listed["action"]))

    status, said = asked(own, path, token)
    assert status == 401
    assert "sign-in-needed" in said


@pytest.mark.parametrize(
    "path", ["/account/", "/contribute/", "/search?q=calm", "/articles/calm-starts-after-lunch"]
)
def test_a_token_opens_no_page(own: Flask, path: str) -> None:
    token = made(Browser(own).sign_in("lead"), "read", "tables")

    assert asked(own, path, token)[0] == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_token_changes_nothing(own: Flask, method: str) -> None:
    token = made(Browser(own).sign_in("lead"), "read", "tables")

    assert asked(own, "/account/sign-out", token, method)[0] in {401, 405}


@pytest.mark.parametrize("token", ["", "kbt_", "x" * 5000, "kbt_" + "a" * 43, "‘’"])
def test_what_is_no_token_is_refused_in_words(own: Flask, token: str) -> None:
    header = f"Bearer {token}".encode().decode("latin-1")
    answer = own.test_client().get("/api/v1/search?q=calm", headers={"Authorization": header})

    assert answer.status_code == 401
    assert "Your account" in answer.get_json()["error"]["message"]


def test_a_form_that_is_not_filled_in_says_what_is_missing(own: Flask) -> None:
    page = Browser(own).sign_in("reader").post("/account/tokens/", data={"name": "Intranet"})

    assert "Choose what the token is for." in page.words()
    assert page.soup.select_one("input[name=name][value=Intranet]")
