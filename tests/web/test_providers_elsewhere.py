"""Signing in through a provider that others wrote (oidc-provider-mock), in a process of its own.

Entra's issuer names the tenant, which that provider cannot say; tests/web/test_providers.py has it, and every lie.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from kb.application import create_app
from kb.settings import Settings
from kb.storage import accounts, credentials
from tests.browser import PEOPLE, Browser
from tests.workplace import workplace


class _Stay(urllib.request.HTTPRedirectHandler):
    """Lets the test see where it is sent instead of going there."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@contextmanager
def provider(**claims: object) -> Iterator[str]:
    """The address of a provider that knows person-1, until the block is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    command += ["--user-claims", json.dumps({"sub": "person-1", **claims})]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            yield _when_it_answers(f"http://127.0.0.1:{port}")
        finally:
            running.terminate()


def _when_it_answers(address: str) -> str:
    until = time.monotonic() + 60
    while not _answers(address):
        assert time.monotonic() < until, "the provider did not start"
        time.sleep(0.1)
    return address


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/.well-known/openid-configuration") as answer:
            return answer.status == 200
    except OSError:
        return False


def agree(address: str) -> dict[str, str]:
    """Agree at the provider as person-1; what the browser carries back."""
    form = urlencode({"sub": "person-1"}).encode()
    try:
        urllib.request.build_opener(_Stay).open(address, form)
    except urllib.error.HTTPError as redirect:
        with redirect:
            return dict(parse_qsl(urlsplit(redirect.headers["Location"]).query))
    raise AssertionError("the provider sent nobody back")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "claims"),
    [("oidc", {}), ("google", {"hd": "school.example", "email_verified": True})],
)
def test_who_is_known_to_the_provider_signs_in(
    demo: Settings, tmp_path: Path, kind: str, claims: dict[str, object]
) -> None:
    with provider(**claims) as address, workplace(demo, tmp_path) as settings:
        told = tmp_path / "providers.toml"
        told.write_text(
            f'[school]\nkind = "{kind}"\nissuer = "{address}"\nclient_id = "knowledge-base"\n'
            'client_secret = "a secret"\ndomains = ["school.example"]\n',
            "utf-8",
        )
        app = create_app(replace(settings, providers_file=told))
        db = app.extensions["kb"].database
        person = accounts.by_email(db, PEOPLE["contributor"].email)
        assert person is not None
        credentials.link(db, person.id, issuer=address, subject="person-1", now=datetime.now(UTC))
        browser = Browser(app)

        sent = browser.get("/account/with/school", query_string={"next": "/search?q=calm"})
        back = browser.get("/account/with/school/back", query_string=agree(sent.headers["Location"]))

        assert (back.status_code, back.headers["Location"]) == (303, "/search?q=calm")
        assert PEOPLE["contributor"].name in browser.get("/").words("header")
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()
