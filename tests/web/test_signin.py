"""Signing in and out, through the pages down to the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.application import create_app
from kb.serving import keep_demo_at_home
from kb.settings import Settings
from kb.settings_values import SettingWrong
from kb.storage import accounts, journal, sessions
from tests.browser import PEOPLE, Browser
from tests.workplace import workplace


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def button_of(page: object, name: str) -> dict[str, str]:
    """What the form sends that has a person's name on its button."""
    soup = page.soup  # type: ignore[attr-defined]
    form = next(each for each in soup.select("main form") if name in each.get_text())
    return {str(each["name"]): str(each["value"]) for each in form.select("input")}


def test_in_the_demo_one_signs_in_as_somebody_and_out_again(own: Flask) -> None:
    browser = Browser(own)
    db = own.extensions["kb"].database
    page = browser.get("/account/sign-in?next=/search%3Fq%3Dcalm")

    sent = browser.post("/account/sign-in-as", data=button_of(page, PEOPLE["lead"].name))

    assert (sent.status_code, sent.headers["Location"]) == (303, "/search?q=calm")
    assert PEOPLE["lead"].name in browser.get("/").words("header")
    lead = accounts.by_email(db, PEOPLE["lead"].email)
    assert lead is not None
    browser.person = lead
    browser.post("/account/sign-out")
    assert "Sign in" in browser.get("/").words("header")
    assert sessions.of_account(db, lead.id) == ()
    assert [each.verb for each in journal.entries(db, actor=lead.id)] == ["sign-out", "sign-in"]


def test_the_menu_offers_what_a_person_may_do(as_role: Callable[[str], Browser]) -> None:
    assert "Administration" not in as_role("contributor").get("/").words("header")
    assert "Your account" in as_role("contributor").get("/").words("header")


def test_nobody_signs_in_as_a_real_person(own: Flask) -> None:
    db = own.extensions["kb"].database
    with db.write() as writing:
        writing.execute("update accounts set demo = 0 where email = ?", [PEOPLE["lead"].email])
    lead = accounts.by_email(db, PEOPLE["lead"].email)
    assert lead is not None
    browser = Browser(own)

    sent = browser.post("/account/sign-in-as", data={"person": str(lead.id)})

    assert sent.status_code == 404
    assert sessions.of_account(db, lead.id) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"base_url": "http://practice.example"},
        {"base_url": "https://practice.example"},
        {"environ_base": {"REMOTE_ADDR": "10.1.2.3"}},
    ],
)
def test_the_demo_shows_its_people_to_this_machine_alone(app: Flask, more: dict[str, object]) -> None:
    page = app.test_client().get("/account/sign-in", **more)

    assert page.status_code == 200
    assert "Sign in as" not in page.text


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "practice.example"])
def test_a_demo_is_not_served_to_other_machines(host: str) -> None:
    with pytest.raises(SettingWrong, match="anybody can sign in as anybody"):
        keep_demo_at_home(host, demo=True)
    keep_demo_at_home(host, demo=False)
    keep_demo_at_home("127.0.0.1", demo=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
)
def test_what_another_site_sends_is_refused_whatever_token_it_has(
    as_role: Callable[[str], Browser], headers: dict[str, str]
) -> None:
    reader = as_role("reader")

    sent = reader.post("/account/sign-out-elsewhere", headers=headers)

    assert sent.status_code == 400
    assert "another website" in sent.words()


def test_a_form_without_the_token_of_this_browser_is_refused(as_role: Callable[[str], Browser]) -> None:
    reader, other = as_role("reader"), as_role("reader")

    for token in ("", "made-up", other.token()):
        assert reader.post("/account/sign-out-elsewhere", data={"csrf_token": token}).status_code == 400


def test_other_sessions_of_mine_can_be_ended_one_by_one_or_all(own: Flask) -> None:
    here, there, third = (Browser(own).sign_in("contributor") for _ in range(3))
    db = own.extensions["kb"].database
    assert here.person is not None
    oldest_but_one = sorted(each.id for each in sessions.of_account(db, here.person.id))[1]

    here.post("/account/sign-out-elsewhere", data={"session": str(oldest_but_one)})

    assert [each.get("/account/").status_code for each in (here, there, third)] == [200, 303, 200]
    here.post("/account/sign-out-elsewhere")
    assert [each.get("/account/").status_code for each in (here, there, third)] == [200, 303, 303]


def test_nobody_ends_a_session_of_somebody_else(own: Flask) -> None:
    mine, theirs = Browser(own).sign_in("contributor"), Browser(own).sign_in("partner")
    db = own.extensions["kb"].database
    assert theirs.person is not None
    (session,) = sessions.of_account(db, theirs.person.id)

    mine.post("/account/sign-out-elsewhere", data={"session": str(session.id)})

    assert theirs.get("/account/").status_code == 200
