"""A page opens only when it says for whom, and only for them; everybody reads what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.account import SiteMode
from kb.domain.article import Visibility
from kb.domain.permission import Verb
from kb.settings import Settings
from kb.storage import accounts, sessions
from kb.web.access import Unmarked, inside, marked, public, reader, requires
from kb.web.cookies import TOKEN, is_loopback
from tests.browser import Browser


@pytest.fixture(scope="module")
def own(demo: Settings) -> Iterator[Flask]:
    """The site with pages that are marked, and one that is not."""
    app = create_app(demo)
    app.testing = True
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "forgotten")
    app.add_url_rule("/jobs", "jobs", requires(Verb.SEE_JOBS)(lambda: "jobs"))
    app.add_url_rule("/jobs/<int:job>", "job", requires(Verb.SEE_JOBS)(lambda job: f"job {job}"))
    app.add_url_rule("/seen", "seen", public(lambda: " ".join(sorted(reader().visibilities))))
    app.add_url_rule("/write", "write", requires(Verb.WRITE)(lambda: "written"), methods=["POST"])
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def closed(demo: Settings) -> Iterator[Flask]:
    """The site in the mode ‘trust’."""
    app = create_app(replace(demo, site_mode=SiteMode.TRUST))
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


def test_a_marked_page_opens(own: Flask) -> None:
    assert own.test_client().get("/open").text == "open"


def test_a_page_without_a_mark_does_not(own: Flask) -> None:
    with pytest.raises(Unmarked, match="forgotten"):
        own.test_client().get("/forgotten")


def test_the_mark_can_be_seen(own: Flask) -> None:
    assert marked(own.view_functions["open"])
    assert not marked(own.view_functions["forgotten"])


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("", "public"),
        ("reader", "partners public trust"),
        ("contributor", "partners public trust"),
        ("partner", "partners public"),
        ("reviewer", "partners public trust"),
        ("administrator", "partners public trust"),
    ],
)
def test_everybody_reads_what_is_theirs(own: Flask, who: str, seen: str) -> None:
    browser = Browser(own)
    if who:
        browser.sign_in(who)

    assert browser.client.get("/seen").text == seen


def test_an_area_is_refused_openly_and_a_single_thing_in_it_does_not_exist(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")

    assert lead.client.get("/jobs").status_code == 403
    assert lead.client.get("/jobs/7").status_code == 404
    assert Browser(own).sign_in("administrator").client.get("/jobs/7").text == "job 7"


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(own: Flask) -> None:
    sent = Browser(own).get("/jobs/7?order=old")

    place = urlsplit(sent.headers["Location"])
    assert (sent.status_code, place.path) == (303, "/account/sign-in")
    assert parse_qs(place.query)["next"] == ["/jobs/7?order=old"]


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:x",
        "",
        "/a\nb",
        "/" * 3,
    ],
)
def test_the_way_back_never_leads_to_another_site(own: Flask, address: str) -> None:
    assert inside(address) == "/"
    assert inside("/search?q=a&b=c#d") == "/search?q=a&b=c#d"


def test_scripts_and_programmes_are_told_plainly(own: Flask) -> None:
    answer = own.test_client().get("/jobs", headers={"Sec-Fetch-Dest": "empty"})

    assert answer.status_code == 401


def test_a_session_that_ended_opens_nothing(own: Flask) -> None:
    browser = Browser(own).sign_in("administrator")
    assert browser.client.get("/jobs").status_code == 200
    assert browser.person is not None

    sessions.end(own.extensions["kb"].database, browser.person.id)

    assert browser.client.get("/jobs").status_code == 303


def test_an_idle_administrator_must_sign_in_again_and_a_reader_need_not(own: Flask) -> None:
    db = own.extensions["kb"].database
    before = datetime.now(UTC) - timedelta(minutes=31)
    for who, seen in (("administrator", 303), ("contributor", 200)):
        browser = Browser(own).sign_in(who)
        assert browser.person is not None
        newest = max(sessions.of_account(db, browser.person.id), key=lambda each: each.id)
        sessions.note_use(db, newest.id, before)

        assert browser.get("/account/").status_code == seen


def test_a_leaver_is_out_at_once(own: Flask) -> None:
    db = own.extensions["kb"].database
    browser = Browser(own).sign_in("second reviewer")
    assert browser.person is not None
    assert browser.get("/account/").status_code == 200

    accounts.leave(db, browser.person.id, datetime.now(UTC))

    try:
        assert browser.get("/account/").status_code == 303
    finally:
        accounts.come_back(db, browser.person.id)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "é", "'--"])
def test_a_made_up_token_opens_nothing(own: Flask, token: str) -> None:
    client = own.test_client()
    client.set_cookie(TOKEN, token)

    assert client.get("/account/").status_code == 303


def test_over_https_only_a_cookie_of_this_very_host_is_believed(own: Flask) -> None:
    browser = Browser(own).sign_in("reader")
    token = browser.client.get_cookie(TOKEN)
    assert token is not None

    assert own.test_client().get("/account/", base_url="https://practice.example").status_code == 303
    for name, status in ((TOKEN, 303), (f"__Host-{TOKEN}", 200)):
        client = own.test_client()
        client.set_cookie(name, token.value, domain="practice.example")
        assert client.get("/account/", base_url="https://practice.example").status_code == status


def test_over_plain_http_from_elsewhere_nobody_is_signed_in(own: Flask) -> None:
    browser = Browser(own).sign_in("reader")
    token = browser.client.get_cookie(TOKEN)
    assert token is not None
    client = own.test_client()
    client.set_cookie(TOKEN, token.value, domain="practice.example")

    assert client.get("/account/", base_url="http://practice.example").status_code == 303


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost:8000", True),
        ("127.0.0.1", True),
        ("127.9.9.9:1", True),
        ("[::1]:8000", True),
        ("::1", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1:8000", False),
        ("", False),
    ],
)
def test_this_machine_is_told_from_others(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_in_the_mode_trust_nobody_reads_without_signing_in(closed: Flask) -> None:
    client = closed.test_client()

    for path in ("/", "/search?q=calm", "/browse/", "/schools/", "/articles/calm-starts-after-lunch"):
        assert client.get(path).status_code == 303, path
    for path in ("/account/sign-in", "/privacy", "/accessibility", "/health/live", "/robots.txt"):
        assert client.get(path).status_code == 200, path
    assert client.get("/api/v1/search?q=calm").status_code == 401
    assert Browser(closed).sign_in("partner").get("/search?q=calm").status_code == 200


def test_what_is_for_one_person_is_kept_nowhere(as_role: Callable[[str], Browser]) -> None:
    assert as_role("reader").get("/search?q=calm").headers["Cache-Control"] == "no-store"


def test_nobody_gets_a_cookie_for_reading(browser: Browser) -> None:
    for path in ("/", "/search?q=calm", "/about", "/no-such-page"):
        assert "Set-Cookie" not in browser.get(path).headers


def test_the_demo_has_articles_that_not_everybody_sees(own: Flask) -> None:
    counts = {
        who: Browser(own).sign_in(who).get("/api/v1/search?q=").json["total"] for who in ("reader", "partner")
    }
    nobody = Browser(own).get("/api/v1/search?q=").json["total"]

    assert nobody < counts["partner"] < counts["reader"]
    assert set(Visibility) == {"public", "partners", "trust"}
