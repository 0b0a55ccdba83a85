"""What people do with their own account, and administrators with the data of others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from kb.application import create_app
from kb.domain.account import Role
from kb.settings import Settings
from kb.storage import accounts, backups, credentials, journal, secret_key
from tests.browser import Browser
from tests.drafts import site_of
from tests.texts import NOW
from tests.ways_in import GOOD, code_now, secret_on, send
from tests.web.test_ways_in import joined, signed_in
from tests.workplace import workplace

NOOR = "noor@school.example"


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def with_app(browser: Browser) -> tuple[str, list[str]]:
    """Set up a second factor by choice; its key and the recovery codes."""
    send(browser, browser.get("/account/app"), "/account/app", password=GOOD)
    page = browser.get("/account/app/new")
    key = secret_on(page)
    shown = send(browser, page, "/account/app/new", code=code_now(key))
    return key, [each.get_text() for each in shown.select("ul.codes code")]


def enter(app: Flask, code: str) -> Browser:
    """Sign in anew with the password and a code."""
    browser = Browser(app)
    send(browser, browser.get("/account/sign-in"), "/account/sign-in", email=NOOR, password=GOOD)
    send(browser, browser.get("/account/code"), "/account/code", code=code)
    return browser


def test_a_contributor_may_have_a_second_factor_renew_its_codes_and_end_it(own: Flask) -> None:
    browser = joined(own)
    key, first = with_app(browser)

    refused = send(browser, browser.get("/account/app/codes"), "/account/app/codes", code="000000")
    shown = send(browser, browser.get("/account/app/codes"), "/account/app/codes", code=code_now(key, 1))
    second = [each.get_text() for each in shown.select("ul.codes code")]

    assert (len(first), len(second), refused.status_code) == (8, 8, 400)
    assert not signed_in(enter(own, first[0]))
    assert signed_in(enter(own, second[0]))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):  # after so many codes
        ended = send(browser, browser.get("/account/app/end"), "/account/app/end", code=second[1])
    assert ended.status_code == 303
    again = Browser(own)
    send(again, again.get("/account/sign-in"), "/account/sign-in", email=NOOR, password=GOOD)
    assert signed_in(again)


def test_a_second_factor_is_begun_only_with_the_password_and_never_replaced(own: Flask) -> None:
    browser = joined(own)

    refused = send(browser, browser.get("/account/app"), "/account/app", password="wrong horse battery")
    assert refused.status_code == 400
    assert browser.get("/account/app/new").status_code == 303
    with_app(browser)
    token = browser.get("/account/app").select("input[name=csrf_token]")[0]["value"]
    browser.post("/account/app", data={"password": GOOD, "csrf_token": token})

    person = accounts.by_email(site_of(own).database, NOOR)
    assert person is not None
    assert credentials.of_account(site_of(own).database, person.id).confirmed


def test_codes_on_these_pages_cannot_be_guessed(own: Flask) -> None:
    browser = joined(own)
    with_app(browser)

    page = browser.get("/account/app/end")
    answers = [send(browser, page, "/account/app/end", code=f"{n:06}") for n in range(7)]

    assert "too often" in answers[-1].words()


def test_who_needs_a_second_factor_cannot_do_without(own: Flask) -> None:
    browser = joined(own)
    key, _ = with_app(browser)
    db = site_of(own).database
    person = accounts.by_email(db, NOOR)
    assert person is not None
    accounts.change_role(db, person.id, Role.REVIEWER)

    answer = send(browser, browser.get("/account/app/end"), "/account/app/end", code=code_now(key, 1))

    assert answer.status_code == 400
    assert "In your role" in answer.words(".govuk-error-summary")
    assert credentials.of_account(db, person.id).confirmed


def test_a_person_downloads_what_is_kept_about_them_without_secrets(own: Flask) -> None:
    browser = Browser(own).sign_in("contributor")
    assert browser.person is not None

    answer = browser.client.post("/account/data", data={"csrf_token": browser.token()})

    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as packed:
        told = packed.read("data.json").decode()
    assert str(browser.person.email) in told
    assert "token_sha256" not in told
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_administrator_erases_who_has_left_and_says_why(own: Flask) -> None:
    browser, db = Browser(own).sign_in("administrator"), site_of(own).database
    person = accounts.by_handle(db, "r.okonjo")
    assert person is not None
    page, meant = (
        f"/administration/people/{person.id}/data",
        {"reason": "R. Okonjo asked for it.", "sure": "yes"},
    )

    active = browser.post(page, data=meant)
    accounts.leave(db, person.id, NOW)
    unsure = browser.post(page, data=meant | {"sure": ""})
    done = browser.post(page, data=meant)

    assert (active.status_code, unsure.status_code, done.status_code) == (400, 400, 303)
    assert unsure.select("#reason")[0].get_text().strip() == meant["reason"]
    line = journal.entries(db, subject=f"account:{person.id}", limit=1)[0]
    assert (line.verb, line.actor) == ("erase-person", browser.person.id)  # type: ignore[union-attr]
    assert "Okonjo" not in repr(line)
    assert accounts.find(db, person.id).email is None  # type: ignore[union-attr]
    articles = site_of(own).settings.content / "articles"
    assert not [path for path in articles.glob("*.md") if "R. Okonjo" in path.read_text("utf-8")]
    assert browser.get(page).status_code == 404
    assert list(journal.problems(db)) == []


def test_a_copy_that_an_administrator_takes_stands_in_the_journal(own: Flask) -> None:
    browser, db = Browser(own).sign_in("administrator"), site_of(own).database
    person = accounts.by_handle(db, "r.okonjo")
    assert person is not None
    data = {"csrf_token": browser.token()}

    answer = browser.client.post(f"/administration/people/{person.id}/copy", data=data)

    assert answer.mimetype == "application/zip"
    assert journal.entries(db, subject=f"account:{person.id}", limit=1)[0].verb == "export-person"


def test_after_a_restore_people_sign_in_with_the_key_and_are_told_why_not_without_it(
    own: Flask, tmp_path: Path
) -> None:
    settings = site_of(own).settings
    with time_machine.travel(NOW, tick=True):
        key, codes = with_app(joined(own))
    backups.write(
        tmp_path / "b.zip",
        content=settings.content,
        database=settings.database,
        vectors=tmp_path / "none.sqlite",
    )
    backups.restore(tmp_path / "b.zip", tmp_path / "there")
    there = replace(
        settings, content=tmp_path / "there/content", var=tmp_path / "there/var", secret_key_file=None
    )
    there.index.symlink_to(settings.index)

    secret_key.make(there.secret_key)
    without = create_app(there)
    refused = Browser(without)
    send(refused, refused.get("/account/sign-in"), "/account/sign-in", email=NOOR, password=GOOD)
    page = send(refused, refused.get("/account/code"), "/account/code", code=code_now(key))
    recovered = enter(without, codes[0])

    there.secret_key.unlink()
    there.secret_key.write_bytes(settings.secret_key.read_bytes())
    there.secret_key.chmod(0o600)
    with_it = create_app(there)
    assert "another secret key" in page.words(".govuk-error-summary")
    assert signed_in(recovered)
    assert signed_in(enter(with_it, code_now(key)))
    for app in (without, with_it):
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()
