"""Signing in through a provider: who is let in, and every lie that is not believed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from kb.application import create_app
from kb.domain.account import Role
from kb.settings import Settings
from kb.storage import accounts, credentials
from tests.browser import PEOPLE, Browser
from tests.identity_provider import (
    CLIENT,
    FOREIGN_KEY,
    KEY,
    OTHER_TENANT,
    SECRET,
    TENANT,
    IdentityProvider,
    identity_provider,
    signed,
    signed_with,
    unsigned,
)
from tests.ways_in import link_to
from tests.workplace import workplace

Lie = Callable[[IdentityProvider], object]
PUBLIC_KEY = KEY.as_pem(private=False)


@pytest.fixture(scope="module", params=["oidc", "entra", "google"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def running(kind: str) -> Iterator[IdentityProvider]:
    with identity_provider(entra=kind == "entra") as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider, kind: str) -> IdentityProvider:
    """The provider, honest again."""
    running.claims.clear()
    running.without.clear()
    running.sign = signed
    if kind == "entra":
        running.claims["tid"] = TENANT
    if kind == "google":
        running.claims |= {"hd": "school.example", "email_verified": True}
    return running


@pytest.fixture(scope="module")
def own(
    demo: Settings, tmp_path_factory: pytest.TempPathFactory, running: IdentityProvider, kind: str
) -> Iterator[Flask]:
    """The demo with a database of its own and one provider; R. Okonjo is known to it as person-1."""
    folder = tmp_path_factory.mktemp(kind)
    told = folder / "providers.toml"
    told.write_text(
        f'[school]\nkind = "{kind}"\nissuer = "{running.address}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\ntenants = ["{TENANT}"]\ndomains = ["school.example"]\n',
        "utf-8",
    )
    with workplace(demo, folder) as settings:
        app = create_app(replace(settings, providers_file=told))
        app.testing = True
        db = app.extensions["kb"].database
        person = accounts.by_email(db, PEOPLE["contributor"].email)
        assert person is not None
        now = datetime.now(UTC)
        credentials.link(db, person.id, issuer=running.issuer, subject="person-1", now=now)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def set_out(own: Flask, provider: IdentityProvider, **more: str) -> tuple[Browser, dict[str, str]]:
    """A browser that has been to the provider, and what it carries back."""
    browser = Browser(own)
    sent = browser.get("/account/with/school", query_string=more)
    assert sent.status_code == 302, sent.text
    return browser, provider.agree(sent.headers["Location"])


def comes_back(browser: Browser, carried: dict[str, str]) -> str:
    """The name of who is signed in afterwards; empty for nobody."""
    browser.get("/account/with/school/back", query_string=carried)
    page = browser.get("/account/")
    return page.words(".page__lead") if page.status_code == 200 else ""


def test_who_is_known_to_the_provider_signs_in_and_goes_on(own: Flask, provider: IdentityProvider) -> None:
    browser, carried = set_out(own, provider, next="/search?q=calm")

    sent = browser.get("/account/with/school/back", query_string=carried)

    assert (sent.status_code, sent.headers["Location"]) == (303, "/search?q=calm")
    assert PEOPLE["contributor"].name in browser.get("/").words("header")


def claim(**told: Any) -> Lie:
    return lambda provider: provider.claims.update(told)


def missing(name: str) -> Lie:
    return lambda provider: provider.without.add(name)


def sign(how: Callable[[dict[str, Any]], str | None]) -> Lie:
    return lambda provider: setattr(provider, "sign", how)


def tampered(claims: dict[str, Any]) -> str:
    head, _, tail = signed(claims | {"sub": "person-2"}).split(".")
    return ".".join([head, signed(claims).split(".")[1], tail])


NOW = time.time
LIES: dict[str, Lie] = {
    "another issuer": claim(iss="https://evil.example"),
    "an issuer that begins alike": lambda p: p.claims.update(iss=f"{p.issuer}.evil.example"),
    "no issuer": missing("iss"),
    "another audience": claim(aud="somebody-else"),
    "no audience": missing("aud"),
    "several audiences": claim(aud=[CLIENT, "somebody-else"]),
    "asked for by another": claim(azp="somebody-else"),
    "expired": claim(exp=int(NOW()) - 3600),
    "no end": missing("exp"),
    "an end in words": claim(exp="tomorrow"),
    "issued tomorrow": claim(iat=int(NOW()) + 86_400),
    "issued yesterday": claim(iat=int(NOW()) - 86_400),
    "no beginning": missing("iat"),
    "not yet": claim(nbf=int(NOW()) + 3600),
    "another nonce": claim(nonce="made-up"),
    "no nonce": missing("nonce"),
    "a nonce that is a list": claim(nonce=["a"]),
    "no subject": missing("sub"),
    "an empty subject": claim(sub=""),
    "a number as subject": claim(sub=1),
    "a subject without end": claim(sub="x" * 256),
    "no signature": sign(unsigned),
    "signed with the public key": sign(signed_with(PUBLIC_KEY)),
    "signed with our own secret": sign(signed_with(SECRET.encode())),
    "signed with another key": sign(lambda claims: signed(claims, FOREIGN_KEY)),
    "an unknown key": sign(lambda claims: signed(claims, FOREIGN_KEY, kid="two")),
    "changed after signing": sign(tampered),
    "no token": sign(lambda _: None),
    "not a token": sign(lambda _: "a.b.c"),
    "an empty token": sign(lambda _: ""),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_a_lie_is_not_believed(own: Flask, provider: IdentityProvider, lie: str) -> None:
    browser, carried = set_out(own, provider)

    LIES[lie](provider)

    assert comes_back(browser, carried) == ""


OF_ENTRA: dict[str, Lie] = {
    "a tenant that is not ours": lambda p: p.claims.update(
        tid=OTHER_TENANT, iss=f"{p.address}/{OTHER_TENANT}/v2.0"
    ),
    "our tenant in the name of another": lambda p: p.claims.update(iss=f"{p.address}/{OTHER_TENANT}/v2.0"),
    "another tenant in our name": claim(tid=OTHER_TENANT),
    "the template itself": lambda p: p.claims.update(tid="{tenantid}", iss=f"{p.address}/{{tenantid}}/v2.0"),
    "no tenant": missing("tid"),
}
OF_GOOGLE: dict[str, Lie] = {
    "a private account": missing("hd"),
    "another school": claim(hd="other.example"),
    "an address nobody has checked": claim(email_verified=False),
    "an address checked in words": claim(email_verified="true"),
}


@pytest.mark.parametrize("lie", OF_ENTRA)
@pytest.mark.parametrize("kind", ["entra"], indirect=True)
def test_only_people_of_our_tenants_come_in(own: Flask, provider: IdentityProvider, lie: str) -> None:
    browser, carried = set_out(own, provider)

    OF_ENTRA[lie](provider)

    assert comes_back(browser, carried) == ""


@pytest.mark.parametrize("lie", OF_GOOGLE)
@pytest.mark.parametrize("kind", ["google"], indirect=True)
def test_only_people_of_our_domains_come_in(own: Flask, provider: IdentityProvider, lie: str) -> None:
    browser, carried = set_out(own, provider)

    OF_GOOGLE[lie](provider)

    assert comes_back(browser, carried) == ""


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
@pytest.mark.parametrize(
    "changed",
    [
        {"state": "made-up"},
        {"state": ""},
        {"code": ""},
        {"code": "code-99"},
        {"error": "access_denied"},
        {"iss": "https://evil.example"},
    ],
    ids=str,
)
def test_a_way_back_that_is_not_ours_leads_nowhere(
    own: Flask, provider: IdentityProvider, changed: dict[str, str]
) -> None:
    browser, carried = set_out(own, provider)

    assert comes_back(browser, carried | changed) == ""


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_the_way_back_works_once_in_one_browser_and_for_ten_minutes(
    own: Flask, provider: IdentityProvider
) -> None:
    browser, carried = set_out(own, provider)
    late, carried_late = set_out(own, provider)

    assert comes_back(Browser(own), carried) == "", "another browser"
    assert comes_back(browser, carried) != ""
    browser.client.delete_cookie("kb")
    assert comes_back(browser, carried) == "", "a second time"
    with time_machine.travel(time.time() + 601, tick=False):
        assert comes_back(late, carried_late) == ""


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_an_address_is_nobody(own: Flask, provider: IdentityProvider) -> None:
    browser, carried = set_out(own, provider)
    provider.claims |= {"sub": "person-2", "email": PEOPLE["lead"].email, "email_verified": True}

    page = browser.get("/account/with/school/back", query_string=carried)

    assert page.status_code == 403
    assert "Nobody here is known" in page.words()
    assert browser.get("/account/").status_code == 303


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_a_leaver_does_not_come_in(own: Flask, provider: IdentityProvider) -> None:
    db = own.extensions["kb"].database
    person = accounts.by_email(db, PEOPLE["contributor"].email)
    assert person is not None
    accounts.leave(db, person.id, datetime.now(UTC))

    browser, carried = set_out(own, provider)

    name = comes_back(browser, carried)

    accounts.come_back(db, person.id)
    assert name == ""


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_who_is_invited_joins_through_the_provider(own: Flask, provider: IdentityProvider) -> None:
    lead = Browser(own).sign_in("lead")
    lead.post(
        "/administration/invite",
        data={"name": "Noor", "email": "noor@school.example", "role": "reader", "schools": "samphire-junior"},
    )
    token = link_to(own, "invited").rpartition("/")[2]
    browser, carried = set_out(own, provider, join=token)
    provider.claims["sub"] = "person-3"

    assert "Noor" in comes_back(browser, carried)
    noor = accounts.by_email(own.extensions["kb"].database, "noor@school.example")
    assert noor is not None
    assert noor.role is Role.READER
    again, carried = set_out(own, provider)
    assert "Noor" in comes_back(again, carried)


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_an_account_is_connected_only_from_a_form_of_who_is_signed_in(
    own: Flask, provider: IdentityProvider
) -> None:
    db = own.extensions["kb"].database
    browser = Browser(own).sign_in("partner")
    provider.claims["sub"] = "person-4"

    sent = browser.get("/account/with/school")
    browser.get("/account/with/school/back", query_string=provider.agree(sent.headers["Location"]))
    assert credentials.known_as(db, provider.issuer, "person-4") is None

    browser.post("/account/with/school/connect")
    sent = browser.get("/account/with/school")
    browser.get("/account/with/school/back", query_string=provider.agree(sent.headers["Location"]))
    assert browser.person is not None
    assert credentials.known_as(db, provider.issuer, "person-4") == browser.person.id


@pytest.mark.parametrize("kind", ["oidc"], indirect=True)
def test_a_provider_that_is_away_is_told_plainly(own: Flask, provider: IdentityProvider) -> None:
    door = own.extensions["kb"].doors["school"]
    there, door.provider = door.provider, replace(door.provider, issuer="http://127.0.0.1:9")
    door._metadata_at = float("-inf")

    try:
        page = Browser(own).get("/account/with/school")
    finally:
        door.provider = there

    assert page.status_code == 503
    assert "does not answer" in page.words()
