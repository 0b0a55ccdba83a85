"""Joining, signing in with password and code, choosing a new password: as people do, down to the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from kb.application import create_app
from kb.domain.account import Role
from kb.settings import Settings
from kb.storage import accounts, credentials, journal, sessions
from tests.browser import PEOPLE, Browser
from tests.ways_in import GOOD, code_now, link_to, secret_on, send
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


def invited(app: Flask, role: Role = Role.CONTRIBUTOR, email: str = "noor@school.example") -> str:
    """The link of somebody whom the administrator has invited."""
    sent = (
        Browser(app)
        .sign_in("administrator")
        .post(
            "/administration/invite",
            data={
                "name": "Noor Amari",
                "email": email,
                "role": role.value,
                "schools": "brindle-hill-primary",
            },
        )
    )
    assert sent.status_code == 303, sent.words()
    return link_to(app, "invited")


def joined(app: Flask, role: Role = Role.CONTRIBUTOR, email: str = "noor@school.example") -> Browser:
    """Somebody who has just joined, up to where a second factor is asked for."""
    link, browser = invited(app, role, email), Browser(app)
    sent = send(browser, browser.get(link), link, name="Noor Amari", password=GOOD)
    assert sent.status_code == 303, sent.words()
    return browser


def signed_in(browser: Browser) -> bool:
    return browser.get("/account/").status_code == 200


def sign_in(app: Flask, password: str = GOOD, email: str = "noor@school.example") -> tuple[Browser, str]:
    """A new browser after its form was sent, and where it is led."""
    browser = Browser(app)
    sent = send(browser, browser.get("/account/sign-in"), "/account/sign-in", email=email, password=password)
    return browser, sent.headers["Location"] if sent.status_code == 303 else sent.words()


def test_somebody_who_is_invited_joins_once_and_signs_in_with_a_password(own: Flask) -> None:
    link = invited(own)
    browser = Browser(own)
    sent = send(browser, browser.get(link), link, name="Noor Amari", password=GOOD)

    assert (sent.status_code, sent.headers["Location"]) == (303, "/")
    assert "Noor Amari" in browser.get("/").words("header")
    noor = accounts.by_email(own.extensions["kb"].database, "noor@school.example")
    assert noor is not None
    assert (noor.role, noor.schools, noor.handle) == (Role.CONTRIBUTOR, ("brindle-hill-primary",), "n.amari")
    assert Browser(own).get(link).status_code == 410
    assert sign_in(own)[1] == "/"
    verbs = [line.verb for line in journal.entries(own.extensions["kb"].database, limit=4)]
    assert verbs == ["sign-in", "sign-in", "join", "invite"]


def test_an_invitation_says_what_is_missing_and_keeps_what_was_typed(own: Flask) -> None:
    link = invited(own)
    browser = Browser(own)

    for password in ("", "short", "password1234", "noor amari noor", "Brindle-Hill-Primary"):
        page = send(browser, browser.get(link), link, name="Noor A. Amari", password=password)

        assert page.status_code == 400
        assert page.select("title")[0].text.startswith("Error: ")
        assert page.select('.govuk-error-summary a[href="#password"]')
        assert page.select("#name")[0]["value"] == "Noor A. Amari"


@pytest.mark.parametrize("days", [6.9, 7.1])
def test_an_invitation_works_for_seven_days(own: Flask, days: float) -> None:
    link = invited(own)

    with time_machine.travel(_in(days * 86_400), tick=False):
        assert Browser(own).get(link).status_code == (200 if days < 7 else 410)


def test_a_second_invitation_replaces_the_first_and_one_can_be_taken_back(own: Flask) -> None:
    first = invited(own)
    second = invited(own)
    assert Browser(own).get(first).status_code == 410
    lead = Browser(own).sign_in("lead")
    action = lead.get("/administration/").select("form[action$=withdraw]")[0]["action"]

    lead.post(str(action))

    assert Browser(own).get(second).status_code == 410


def test_a_lead_invites_no_administrator(own: Flask) -> None:
    sent = (
        Browser(own)
        .sign_in("lead")
        .post(
            "/administration/invite",
            data={
                "name": "N",
                "email": "n@school.example",
                "role": "administrator",
                "schools": "brindle-hill-primary",
            },
        )
    )

    assert sent.status_code == 400


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR])
def test_who_sees_the_work_of_others_needs_a_second_factor(own: Flask, role: Role) -> None:
    browser = joined(own, role)
    assert not signed_in(browser)
    page = browser.get("/account/second-factor")
    secret = secret_on(page)
    assert page.select("img.squares")[0]["src"].startswith("data:image/svg")  # type: ignore[union-attr]

    wrong = send(browser, page, "/account/second-factor", code="000000")
    assert wrong.status_code == 400
    assert not signed_in(browser)
    shown = code_now(secret)
    codes = send(browser, page, "/account/second-factor", code=shown).select(".key")

    assert len(codes) == 8
    assert signed_in(browser)
    again, place = sign_in(own)
    assert place == "/account/code"
    assert not signed_in(again)
    used = send(again, again.get("/account/code"), "/account/code", code=shown)
    assert used.status_code == 400, "each code is good once"
    send(again, again.get("/account/code"), "/account/code", code=code_now(secret, 1))
    assert signed_in(again)


def test_a_recovery_code_lets_in_once(own: Flask) -> None:
    browser = joined(own, Role.REVIEWER)
    page = browser.get("/account/second-factor")
    codes = send(browser, page, "/account/second-factor", code=code_now(secret_on(page))).select(".key")
    first, second = sign_in(own)[0], sign_in(own)[0]

    send(first, first.get("/account/code"), "/account/code", code=codes[0].text)
    send(second, second.get("/account/code"), "/account/code", code=codes[0].text)

    assert signed_in(first)
    assert not signed_in(second)


def test_the_second_step_cannot_be_reached_without_the_first(own: Flask) -> None:
    joined(own, Role.REVIEWER)
    browser = Browser(own)

    for path in ("/account/code", "/account/second-factor"):
        assert browser.get(path).headers["Location"] == "/account/sign-in"
        assert browser.post(path, data={"code": "000000"}).status_code == 303


def test_the_second_step_must_follow_within_ten_minutes(own: Flask) -> None:
    browser = joined(own, Role.REVIEWER)

    with time_machine.travel(_in(601), tick=False):
        assert browser.get("/account/second-factor").status_code == 303


def test_codes_cannot_be_guessed(own: Flask) -> None:
    browser = joined(own, Role.REVIEWER)
    page = browser.get("/account/second-factor")
    secret = secret_on(page)

    answers = [
        send(browser, page, "/account/second-factor", code=f"{number:06}").words() for number in range(6)
    ]

    assert "too often" in answers[5]
    assert "too often" in send(browser, page, "/account/second-factor", code=code_now(secret)).words()


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(own: Flask) -> None:
    joined(own)
    db = own.extensions["kb"].database
    noor = accounts.by_email(db, "noor@school.example")
    assert noor is not None

    said = {
        sign_in(own, password=password, email=email)[1].replace(email, "")
        for password, email in (
            ("not the password", "noor@school.example"),
            (GOOD, "nobody@school.example"),
            ("x" * 900, "noor@school.example"),
            ("anything at all", PEOPLE["reader"].email),
        )
    }

    assert len(said) == 1
    assert "is not right" in said.pop()


def test_a_leaver_cannot_sign_in_and_is_not_told_why(own: Flask) -> None:
    joined(own)
    db = own.extensions["kb"].database
    noor = accounts.by_email(db, "noor@school.example")
    assert noor is not None
    admin = Browser(own).sign_in("administrator")

    admin.post(f"/administration/people/{noor.id}/leave")

    assert sessions.of_account(db, noor.id) == ()
    assert "is not right" in sign_in(own)[1]
    admin.post(f"/administration/people/{noor.id}/back")
    assert sign_in(own)[1] == "/"


def test_the_eleventh_guess_of_five_minutes_is_not_even_looked_at(own: Flask) -> None:
    joined(own)

    answers = [sign_in(own, password=f"guess number {number}")[1] for number in range(10)]

    assert all("is not right" in each for each in answers)
    assert "too often" in sign_in(own)[1]
    with time_machine.travel(_in(301), tick=False):
        assert sign_in(own)[1] == "/"


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(own: Flask) -> None:
    inside = joined(own)
    browser = Browser(own)
    known = send(
        browser, browser.get("/account/forgotten"), "/account/forgotten", email="NOOR@school.example"
    )
    unknown = send(
        browser, browser.get("/account/forgotten"), "/account/forgotten", email="no@school.example"
    )
    link = link_to(own, "reset")

    sent = send(browser, browser.get(link), link, password="another walrus on Friday")

    assert known.words() == unknown.words()
    assert sent.status_code == 303
    assert not signed_in(inside), "who knew the old password is signed out"
    assert browser.get(link).status_code == 410
    assert "is not right" in sign_in(own)[1]
    assert sign_in(own, password="another walrus on Friday")[1] == "/"


@pytest.mark.parametrize("seconds", [1790, 1810])
def test_a_link_for_a_new_password_works_for_half_an_hour(own: Flask, seconds: int) -> None:
    joined(own)
    browser = Browser(own)
    send(browser, browser.get("/account/forgotten"), "/account/forgotten", email="noor@school.example")

    with time_machine.travel(_in(seconds), tick=False):
        assert browser.get(link_to(own, "reset")).status_code == (200 if seconds < 1800 else 410)


def test_a_password_is_changed_by_who_knows_it(own: Flask) -> None:
    browser, elsewhere = joined(own), sign_in(own)[0]
    page = browser.get("/account/password")

    wrong = send(
        browser, page, "/account/password", current="guessed wrongly", password="another walrus sings"
    )
    right = send(browser, page, "/account/password", current=GOOD, password="another walrus sings")

    assert wrong.status_code == 400
    assert wrong.select('.govuk-error-summary a[href="#current"]')
    assert right.status_code == 303
    assert signed_in(browser)
    assert not signed_in(elsewhere)


def test_no_password_code_or_token_stands_in_the_files(own: Flask) -> None:
    browser = joined(own, Role.REVIEWER)
    page = browser.get("/account/second-factor")
    secret = secret_on(page)
    codes = send(browser, page, "/account/second-factor", code=code_now(secret)).select(".key")
    db = own.extensions["kb"].database
    noor = accounts.by_email(db, "noor@school.example")
    assert noor is not None

    kept = b"".join(path.read_bytes() for path in db.path.parent.glob("kb.sqlite*"))

    assert credentials.of_account(db, noor.id).confirmed
    for hidden in (GOOD, secret, codes[0].text, codes[0].text.replace("-", "")):
        assert hidden.encode() not in kept


def test_a_change_of_role_ends_every_session_and_the_last_administrator_stays(own: Flask) -> None:
    browser, admin = joined(own), Browser(own).sign_in("administrator")
    db = own.extensions["kb"].database
    noor = accounts.by_email(db, "noor@school.example")
    assert noor is not None
    assert admin.person is not None

    admin.post(
        f"/administration/people/{noor.id}", data={"role": "reader", "schools": "brindle-hill-primary"}
    )
    kept = admin.post(f"/administration/people/{admin.person.id}/leave")

    assert not signed_in(browser)
    assert kept.status_code == 400
    assert "only administrator" in kept.words()


def _in(seconds: float) -> float:
    import time

    return time.time() + seconds
