"""A page that saves by itself says the truth when it cannot, in a real browser, and no typed word is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from kb.application import create_app
from kb.domain.account import Account, Role
from kb.domain.article import ArticleType
from kb.settings import Settings
from kb.storage import accounts, sessions, texts
from kb.storage.database import Database
from kb.web.cookies import TOKEN
from tests.at_the_browser import faults, people_at, session_for
from tests.browser import PEOPLE
from tests.texts import make_content
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

People = Callable[[str], Page]
HELD = "() => Object.entries(localStorage).flatMap(([key, words]) => key.startsWith('kb-text ') ? words : []).join(' ')"
SAVE_NOW = "window.dispatchEvent(new Event('online'))"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with workplace(demo, tmp_path_factory.mktemp("own")) as settings:
        app = create_app(settings)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def people(chrome: Browser, own: Flask, address: str) -> Iterator[People]:
    with people_at(chrome, own, address) as page_of:
        yield page_of


@pytest.fixture
def db(own: Flask) -> Database:
    database: Database = own.extensions["kb"].database
    return database


@pytest.fixture
def writer(db: Database) -> Account:
    found = accounts.by_email(db, PEOPLE["partner"].email)
    assert found
    return found


@pytest.fixture
def number(db: Database, writer: Account) -> int:
    """A draft of the writer."""
    content = make_content(school=writer.schools[0])
    return texts.insert(
        db,
        kind=ArticleType.HOW_TO,
        content=content,
        school=writer.schools[0],
        author=writer.id,
        now=datetime.now(UTC),
    )


def open_to_write(page: Page, address: str, number: int) -> None:
    page.goto(f"{address}/contribute/{number}/write?view=whole")


def type_on(page: Page, words: str) -> None:
    """Type, and let the page try to save it."""
    page.get_by_role("textbox", name="The whole text").press_sequentially(words)
    page.evaluate(SAVE_NOW)


def told(page: Page, words: str) -> str:
    """What the page says once it says these words."""
    status = page.locator("[data-status=trouble]", has_text=words)
    status.wait_for()
    return status.inner_text()


def taken_by_role(db: Database, writer: Account, number: int) -> None:
    accounts.change_role(db, writer.id, Role.READER)


def handed_on(db: Database, writer: Account, number: int) -> None:
    lead = accounts.by_email(db, PEOPLE["lead"].email)
    assert lead
    texts.set_authors(db, number, [lead.id])
    texts.set_school(
        db, number, "brindle-hill-primary" if "brindle-hill-primary" not in writer.schools else "x"
    )


def thrown_away(db: Database, writer: Account, number: int) -> None:
    texts.discard(db, number, now=datetime.now(UTC))


@pytest.mark.parametrize("gone", [taken_by_role, handed_on, thrown_away])
def test_words_for_a_text_that_is_no_longer_theirs_are_kept_until_they_are_copied(
    people: People,
    address: str,
    db: Database,
    writer: Account,
    number: int,
    gone: Callable[[Database, Account, int], None],
) -> None:
    page = people("partner")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_to_write(page, address, number)
    gone(db, writer, number)
    try:
        type_on(page, "Nobody has these words. ")
        said = told(page, "can no longer change this article")
        held = page.evaluate(HELD)
        page.get_by_role("button", name="Save and stay").click()
        shown = page.get_by_label("What you wrote").input_value()
        trouble = faults(page) if gone is thrown_away else []
        page.get_by_role("button", name="Copy my words").click()
        page.get_by_text("Copied.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
    finally:
        accounts.change_role(db, writer.id, writer.role)

    assert "signed out" not in said
    assert trouble == []
    assert "Nobody has these words." in held
    assert "Nobody has these words." in shown
    assert "Nobody has these words." in copied
    assert page.evaluate(HELD) == ""


def test_words_can_be_copied_beside_the_sentence_that_says_they_were_not_taken(
    people: People, address: str, db: Database, number: int
) -> None:
    page = people("partner")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_to_write(page, address, number)
    texts.discard(db, number, now=datetime.now(UTC))
    type_on(page, "These go to a friend. ")
    told(page, "can no longer change this article")

    page.get_by_role("button", name="Copy my words").click()
    page.get_by_text("Copied.").wait_for()
    page.goto(f"{address}/about")

    assert "These go to a friend." in page.evaluate("navigator.clipboard.readText()")
    assert page.evaluate(HELD) == ""


def test_a_session_that_ended_says_so_and_the_words_come_through_the_sign_in(
    people: People, address: str, db: Database, writer: Account, number: int
) -> None:
    page = people("partner")
    open_to_write(page, address, number)
    sessions.end(db, writer.id)
    type_on(page, "Typed after the end. ")
    said = told(page, "You are signed out")
    held = page.evaluate(HELD)

    token = session_for(db, writer.email)
    page.context.add_cookies([{"name": TOKEN, "value": token, "url": address}])
    open_to_write(page, address, number)
    page.get_by_role("button", name="Put them back").click()
    page.locator("[data-status=saved]").wait_for()
    kept = texts.find(db, number)

    assert "sign in again" in said
    assert "Typed after the end." in held
    assert kept
    assert "Typed after the end." in kept.content.body


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (413, "more than the site takes in one piece"),
        (429, "Many people at your school"),
        (503, "cannot save anything just now"),
        (200, "cannot save anything just now"),  # a page of the school's own network in the place of ours
        (0, "cannot be reached"),
    ],
)
def test_each_trouble_has_its_own_sentence_and_the_page_tries_again(
    people: People, address: str, db: Database, number: int, status: int, words: str
) -> None:
    page = people("partner")
    page.clock.install()
    open_to_write(page, address, number)
    page.route(
        "**/autosave",
        lambda route: route.fulfill(status=status, body="<p>Sorry</p>") if status else route.abort(),
    )
    type_on(page, "Trouble on the way. ")
    said = told(page, words)
    held = page.evaluate(HELD)

    page.unroute_all()
    page.clock.fast_forward("00:13")
    page.locator("[data-status=saved]").wait_for()
    kept = texts.find(db, number)

    assert "it tries again" in said
    assert "Trouble on the way." in held
    assert kept
    assert "Trouble on the way." in kept.content.body
    assert page.evaluate(HELD) == ""


def test_signing_out_in_one_tab_shuts_the_editor_in_the_other_and_no_words_stay_in_the_browser(
    people: People, address: str, number: int
) -> None:
    editor = people("partner")
    other, asked = editor.context.new_page(), list[str]()
    open_to_write(editor, address, number)
    other.goto(f"{address}/about")
    editor.route("**/autosave", lambda route: None)  # a save that is still under way when somebody signs out
    type_on(editor, "Secret words. ")
    editor.wait_for_function(
        "() => Object.values(localStorage).some((held) => held.includes('Secret words.'))"
    )
    other.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))

    other.locator("details.person summary").click()
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_url("**/account/sign-in")
    editor.get_by_role("heading", name="Signed out").wait_for()
    editor.unroute_all(behavior="ignoreErrors")
    editor.wait_for_timeout(500)

    assert faults(editor) == []
    assert "not saved on the site yet" in asked[0]
    assert "Somebody signed out in another tab" in editor.locator("main").inner_text()
    assert "Secret words." not in editor.content()
    assert editor.evaluate(HELD) == ""
    editor.get_by_role("link", name="Sign in to go on writing").click()
    assert editor.url.startswith(f"{address}/account/sign-in")
    assert other.evaluate(HELD) == ""
