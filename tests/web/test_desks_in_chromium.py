"""The pages behind the sign-in in a real browser: accessible by axe, narrow, dark, in forced colours and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from kb.actions import demo_writing
from kb.application import create_app
from kb.domain.account import Role
from kb.domain.permission import State
from kb.domain.review import Check
from kb.domain.text import Kind
from kb.settings import Settings
from kb.storage import accounts, comments, text_revisions, texts
from kb.storage.database import Database
from kb.web.cookies import TOKEN
from tests.at_the_browser import faults, people_at, session_for
from tests.axe import violations
from tests.browser import Browser as Client
from tests.ways_in import GOOD, code_now, link_to
from tests.web.test_ways_in import joined
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOOR = "noor@school.example"
DRAFT, RETURNED, WAITING, IN_REVIEW = 1, 2, 3, 4  # numbers of the demo's texts in a fresh database
PAGES = {
    "partner": (
        "/account/",
        "/contribute/",
        "/contribute/new",
        f"/contribute/{DRAFT}",
        f"/contribute/{DRAFT}/about",
        f"/contribute/{DRAFT}/setting",
        f"/contribute/{DRAFT}/write",
        f"/contribute/{DRAFT}/write?view=whole",
        f"/contribute/{DRAFT}/results",
        f"/contribute/{DRAFT}/submit",
        f"/contribute/{DRAFT}/pictures",
        f"/contribute/{DRAFT}/import",
        f"/contribute/{DRAFT}/history",
        f"/contribute/{DRAFT}/aside/2",
        f"/contribute/{RETURNED}",
    ),
    "reviewer": (
        "/review/",
        f"/review/{WAITING}",
        f"/review/{IN_REVIEW}",
        f"/contribute/{IN_REVIEW}/history/1",
    ),
    "administrator": (
        "/administration/",
        "/administration/invite",
        "/administration/people/1",
        "/administration/unused",
        "/administration/audit",
        "/administration/jobs/",
    ),
}


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with articles under way, one of them with words put aside, and a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("own")) as settings:
        app = create_app(settings)
        db = app.extensions["kb"].database
        demo_writing.make(db, settings.content, now=datetime.now(UTC), rng=Random(1))
        put_aside(db)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def put_aside(db: Database) -> None:
    """Words of another window that clash with the draft."""
    text, author = texts.find(db, DRAFT), accounts.by_handle(db, "s.mistry")
    assert text is not None
    assert author is not None
    for kind, words in ((Kind.ASIDE, "Three children"), (Kind.SAVE, "Six children")):
        content = text.content.__class__(
            fields=text.content.fields, body=text.content.body.replace("Five children", words)
        )
        text_revisions.add(
            db,
            DRAFT,
            based_on=1,
            kind=kind,
            saved_by=author.id,
            content=content,
            now=datetime.now(UTC),
            pen=kind.value,
        )


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, chrome: Browser, address: str, who: str
) -> None:
    wrong: list[str] = []

    with people_at(chrome, own, address) as people:
        page = people(who)
        for path in PAGES[who]:
            answer = page.goto(address + path)
            wrong += [f"{path}: {answer and answer.status}"] if not answer or answer.status != 200 else []
            wrong += faults(page)

    assert not wrong, "\n".join(wrong)


def test_the_ways_in_have_no_violation_and_do_not_scroll_sideways(
    own: Flask, chrome: Browser, address: str
) -> None:
    invitation = {
        "name": "N. Amari",
        "email": "n.amari@x.test",
        "role": "reader",
        "schools": "lantern-school",
    }
    Client(own).sign_in("administrator").post("/administration/invite", data=invitation)
    wrong: list[str] = []

    with chrome.new_context() as context:
        page = context.new_page()
        for path in ("/account/sign-in", "/account/forgotten", link_to(own, "invited")):
            page.goto(address + path)
            wrong += faults(page)
        page.get_by_role("button", name="Join").or_(page.locator("main form button")).first.click()
        wrong += faults(page)

    assert not wrong, "\n".join(wrong)


def test_the_second_factor_and_the_persons_own_data_have_no_violation_right_wrong_and_tried_too_often(
    own: Flask, chrome: Browser, address: str
) -> None:
    joined(own)
    wrong: list[str] = []

    with chrome.new_context() as context:
        sign_in_as(context, own, address, NOOR)
        page = context.new_page()
        for path in ("/account/password", "/account/data", "/account/app"):
            page.goto(address + path)
            wrong += faults(page)
        wrong += refused(page, "/account/app", password="wrong horse battery")
        sent(page, "/account/app", password=GOOD)
        secret = page.locator(".key").inner_text().replace(" ", "")
        wrong += faults(page)
        wrong += refused(page, "/account/app/new", code="000000")
        sent(page, "/account/app/new", code=code_now(secret))
        assert page.locator("ul.codes code").count()
        wrong += faults(page)
        for path in ("/account/app", "/account/app/codes", "/account/app/end"):
            page.goto(address + path)
            wrong += faults(page)
        wrong += refused(page, "/account/app/end", code="000000")
        for number in range(6):
            sent(page, "/account/app/end", code=f"{number:06}")
        assert "too often" in page.locator("main").inner_text()
        wrong += faults(page)

    assert not wrong, "\n".join(wrong)


def test_the_erasure_of_a_persons_data_has_no_violation_before_and_after_a_refusal(
    own: Flask, chrome: Browser, address: str
) -> None:
    db = own.extensions["kb"].database
    (leaver, *_) = accounts.everybody(db, role=Role.READER)
    wrong: list[str] = []

    with people_at(chrome, own, address) as people:
        page = people("administrator")
        page.goto(f"{address}/administration/people/{leaver.id}/data")
        wrong += faults(page)
        accounts.leave(db, leaver.id, datetime.now(UTC))
        page.reload()
        wrong += faults(page)
        wrong += refused(page, f"/administration/people/{leaver.id}/data")

    assert not wrong, "\n".join(wrong)


def sign_in_as(context: BrowserContext, app: Flask, address: str, email: str) -> None:
    token = session_for(app.extensions["kb"].database, email)
    context.add_cookies([{"name": TOKEN, "value": token, "url": address}])


def sent(page: Page, path: str, **filled: str) -> None:
    """Fill in the form that goes to a path, and send it."""
    form = page.locator(f'main form[action="{path}"]')
    for name, words in filled.items():
        form.locator(f"[name={name}]").fill(words)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def refused(page: Page, path: str, **filled: str) -> list[str]:
    """What axe finds when the form that goes to a path is refused."""
    sent(page, path, **filled)
    assert page.title().startswith("Error:"), page.url
    return [f"{path} refused: {each}" for each in violations(page)]


def test_a_refused_form_an_open_dialog_and_forced_colours_have_no_violation(
    own: Flask, chrome: Browser, address: str
) -> None:
    wrong: list[str] = []

    with people_at(chrome, own, address) as people:
        page = people("partner")
        page.goto(f"{address}/contribute/new")
        page.get_by_role("button", name="See what is there already").click()
        wrong += faults(page)
        page.goto(f"{address}/contribute/{DRAFT}/write")
        for tool in ("Cite …", "Picture …"):
            page.get_by_role("button", name=tool).first.click()
            wrong += faults(page)
            page.keyboard.press("Escape")
            assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        page.emulate_media(forced_colors="active")
        # The browser then paints words in the system's colours, but tells axe those of the sheet.
        wrong += [str(each) for each in violations(page, without=["color-contrast"])]

    assert not wrong, "\n".join(wrong)


def test_a_text_under_way_prints_without_what_is_around_it(own: Flask, chrome: Browser, address: str) -> None:
    with people_at(chrome, own, address) as people:
        page = people("partner")
        page.goto(f"{address}/contribute/{DRAFT}")
        page.emulate_media(media="print")

        assert page.get_by_text("One adult sits at a table").is_visible()
        for around in (".masthead", ".footer", ".govuk-breadcrumbs"):
            assert not page.locator(around).first.is_visible(), around


def test_an_article_is_written_and_sent_on_by_keyboard_alone(
    own: Flask, chrome: Browser, address: str
) -> None:
    with people_at(chrome, own, address) as people:
        page = people("partner")
        page.goto(f"{address}/contribute/{RETURNED}/write")
        page.get_by_role("textbox", name="What it cost").focus()
        page.keyboard.type("Two hours a week.")
        page.keyboard.press("Shift+Tab")
        tools = [page.evaluate("document.activeElement.textContent")]
        for _ in range(2):
            page.keyboard.press("ArrowRight")
            tools.append(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "part"
        while page.evaluate("document.activeElement.value") != "next":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/results")

    assert tools == ["Bold", "Heading", "List"]
    text = texts.find(own.extensions["kb"].database, RETURNED)
    assert text is not None
    assert "- Two hours a week." in text.content.body


def test_an_article_is_reviewed_by_keyboard_alone_returned_with_advice_and_later_accepted(
    own: Flask, chrome: Browser, address: str
) -> None:
    db = own.extensions["kb"].database

    with people_at(chrome, own, address) as people:
        page = people("reviewer")
        take_from_the_queue(page, address)
        section = page.locator("#comment-section")
        reach(page, section)
        page.keyboard.press("ArrowDown")
        about = section.input_value()
        reach(page, page.locator("#comment-said"))
        page.keyboard.type("How many children were there?")
        press(page, page.get_by_role("button", name="Send the comment"))
        said = [(each.opening.section, each.opening.said) for each in comments.threads(db, WAITING)]
        press(page, page.get_by_role("button", name="Mark as settled").first)
        settled = [each.resolved for each in comments.threads(db, WAITING)]
        for check in (Check.COST, Check.SETTING):
            reach(page, page.locator(f"input[name=ticks][value={check.value}]"))
            page.keyboard.press("Space")
        reach(page, page.locator("textarea[name=advice]"))
        page.keyboard.type("Good. Say what it cost.")
        choose(page, "return")
        press(page, page.get_by_role("button", name="Send my decision"))
        returned = state_of(db)
        texts.move(db, WAITING, was=[State.CHANGES_ASKED], to=State.SUBMITTED, now=datetime.now(UTC))

        take_from_the_queue(page, address)
        for box in page.locator("input[name=ticks]").all():
            reach(page, box)
            if not box.is_checked():
                page.keyboard.press("Space")
        choose(page, "accept")
        press(page, page.get_by_role("button", name="Send my decision"))

    assert about
    assert said == [(about, "How many children were there?")]
    assert settled == [True]
    assert returned is State.CHANGES_ASKED
    assert state_of(db) is State.PUBLISHED


def take_from_the_queue(page: Page, address: str) -> None:
    """From the queue to the text, and take it."""
    page.goto(f"{address}/review/")
    press(page, page.locator(f"main a[href='/review/{WAITING}']").first)
    press(page, page.get_by_role("button", name="Take it to review"))


def reach(page: Page, what: Locator) -> None:
    """Go on with the Tab key until this has the focus, and can be seen to have it."""
    for _ in range(300):
        if what.evaluate("(each) => each === document.activeElement"):
            assert what.evaluate("(each) => each.matches(':focus-visible')")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the Tab key never reaches {what}")


def press(page: Page, what: Locator) -> None:
    """Go to a link or button and press Enter."""
    reach(page, what)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, verdict: str) -> None:
    """Choose a decision with the arrows."""
    reach(page, page.locator("input[name=verdict]").first)
    page.keyboard.press("Space")
    while not page.locator(f"input[name=verdict][value={verdict}]").is_checked():
        page.keyboard.press("ArrowDown")


def state_of(db: Database) -> State:
    text = texts.find(db, WAITING)
    assert text is not None
    return text.state
