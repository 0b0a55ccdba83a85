"""Every answer tells browsers what to refuse."""

from __future__ import annotations

import re

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from kb.web import protection


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    protection.install(app)
    app.add_url_rule("/page", "page", lambda: f"<p>{protection.nonce()}</p>")
    app.add_url_rule(
        "/file", "file", lambda: Response(b"", headers={"Content-Security-Policy": protection.SANDBOX})
    )

    @app.get("/mine")
    def mine() -> str:
        protection.keep_nowhere()
        return "mine"

    return app.test_client()


def test_the_policy_allows_what_is_ours_and_nothing_inline(client: FlaskClient) -> None:
    policy = client.get("/page").headers["Content-Security-Policy"]

    assert re.sub(r"'nonce-[\w-]{22}'", "'nonce-X'", policy) == (
        "default-src 'none'; script-src 'nonce-X'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
        "report-to policy"
    )


def test_the_page_and_its_policy_carry_the_same_nonce_and_the_next_page_another(client: FlaskClient) -> None:
    first, second = client.get("/page"), client.get("/page")

    nonces = [re.search(r"<p>(.+)</p>", each.text)[1] for each in (first, second)]

    assert f"'nonce-{nonces[0]}'" in first.headers["Content-Security-Policy"]
    assert nonces[0] != nonces[1]


def test_https_is_asked_for_only_over_https(client: FlaskClient) -> None:
    plain = client.get("/page")
    secure = client.get("/page", base_url="https://kb.example.org")

    assert "Strict-Transport-Security" not in plain.headers
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_other_headers_protect_as_well_on_pages_and_on_errors(
    client: FlaskClient, name: str, value: str
) -> None:
    assert client.get("/page").headers[name] == value
    assert client.get("/nowhere").headers[name] == value


def test_a_stricter_policy_of_a_view_stays(client: FlaskClient) -> None:
    assert client.get("/file").headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_page_about_one_person_is_kept_nowhere(client: FlaskClient) -> None:
    assert client.get("/mine").headers["Cache-Control"] == "no-store"
    assert client.get("/page").headers["Cache-Control"] == "private, no-cache"
