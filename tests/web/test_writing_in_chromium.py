"""Writing and review in a real browser, as four people: with script and without, to the article that is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Locator, Page, Route

from kb.application import create_app
from kb.domain.review import Check
from kb.settings import Settings
from kb.storage import accounts, texts
from kb.work import Workshop, workshop
from tests.at_the_browser import PARAGRAPH, begin, faults, people_at, send_in, tick
from tests.bad_files import picture
from tests.browser import PEOPLE
from tests.browser_pages import PHONE
from tests.patience import eventually
from tests.ways_in import GOOD, link_to
from tests.word_files import packed, paragraph, table, word_parts
from tests.word_files import picture as word_picture
from tests.workplace import workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

People = Callable[[str], Page]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FROM_WORD = (
    '<h2 class="MsoNormal">Our week</h2><ul><li>Monday</li><li>Friday</li></ul>'
    "<table><tr><td>Day</td><td>Minutes</td></tr><tr><td>Monday</td><td>12</td></tr></table>"
)
PASTE = """(field, [html, plain]) => {
  const given = new DataTransfer();
  given.setData("text/html", html);
  given.setData("text/plain", plain);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true }));
}"""
DROP = """(field, bytes) => {
  const given = new DataTransfer();
  given.items.add(new File([new Uint8Array(bytes)], "IMG_2041.png", { type: "image/png" }));
  field.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def place(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The demo with files, a database and an index of its own."""
    with workplace(demo, tmp_path_factory.mktemp("own"), own_index=True) as settings:
        yield settings


@pytest.fixture(scope="module")
def own(place: Settings) -> Iterator[Flask]:
    app = create_app(place)
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def work(place: Settings) -> Iterator[Workshop]:
    shop = workshop(place)
    yield shop
    shop.close()


@pytest.fixture
def people(chrome: Browser, own: Flask, address: str) -> Iterator[People]:
    with people_at(chrome, own, address) as page_of:
        yield page_of


def invited_by(lead: Page, own: Flask, address: str, email: str) -> str:
    """The link in the letter to somebody whom the lead invites to write for a partner school."""
    lead.goto(f"{address}/administration/invite")
    lead.get_by_label("Name", exact=True).fill("Noor Amari")
    lead.locator("input[name=email]").fill(email)
    lead.locator("select[name=role]").select_option("contributor")
    lead.locator("input[name=schools][value=brindle-hill-primary]").check()
    lead.locator("main form button[type=submit]").first.click()
    assert "An invitation is on its way" in lead.get_by_role("status").first.inner_text()
    return address + link_to(own, "invited")


def join(page: Page, link: str) -> None:
    """Join by the link, in a browser where nobody is signed in."""
    page.context.clear_cookies()
    page.goto(link)
    page.locator("input[name=password]").fill(GOOD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/")
    assert page.locator("details.person").count()


def bring_in_a_word_file(page: Page, text: str) -> None:
    """With a heading, a table, a picture and a pupil's name."""
    parts = word_parts(
        paragraph("What we did", style="Heading 1"),
        paragraph(PARAGRAPH * 8 + "Jamie in Y4 told his mum that he liked it."),
        table([["Week", "Calls for help"], ["1", "19"], ["6", "9"]]),
        word_picture("A row of coats on pegs"),
    )
    raw = packed(parts | {"word/media/p.png": picture()})
    page.goto(f"{text}/import")
    page.locator("input[type=file]").set_input_files({"name": "ours.docx", "mimeType": WORD, "buffer": raw})
    page.get_by_role("button", name="Bring it in").click()


def say_who_is_on_the_picture(page: Page, text: str) -> None:
    page.goto(f"{text}/pictures")
    assert "Not shown to readers yet" in main_of(page)
    page.get_by_role("link", name="Change what is said about it").click()
    page.get_by_label("No: nobody").check()
    page.get_by_role("button", name="Save").click()


def withdraw(lead: Page, article: str) -> None:
    lead.goto(f"{article}/take-down")
    lead.get_by_label("Withdraw it").check()
    lead.get_by_label("Reason").fill("The school asked for it.")
    lead.locator("main form button").first.click()
    assert "is down" in lead.get_by_role("status").first.inner_text()


def fill_in_the_rest(page: Page, text: str) -> None:
    """Everything but the text itself."""
    page.goto(f"{text}/about")
    page.get_by_label("Summary").fill("Two minutes of breathing cut calls for help from 19 to 9 a week.")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save and go on").click()
    tick(page, "key_stages", "ks1")
    tick(page, "provisions", "mainstream")
    tick(page, "themes", "behaviour-routines")
    page.get_by_role("button", name="Save and stay").click()
    page.goto(f"{text}/results")
    page.get_by_label("It worked", exact=True).check()
    page.get_by_label("How do you know it worked?").fill("We counted calls for help.")
    page.get_by_label("We counted before and after").check()
    page.get_by_role("button", name="Save", exact=True).click()


def return_with_a_comment(desk: Page, address: str, title: str) -> None:
    """The reviewer takes it from the queue, comments and returns it."""
    desk.goto(f"{address}/review/")
    desk.get_by_role("link", name=title).click()
    desk.get_by_role("button", name="Take it to review").click()
    desk.get_by_label("Your comment").fill("How many children were there?")
    desk.get_by_role("button", name="Send the comment").click()
    desk.get_by_label("Advice for the author").fill("Good. Say what it cost.")
    desk.get_by_label("Return it to the author with advice").check()
    desk.get_by_role("button", name="Send my decision").click()


def accept(desk: Page, address: str, number: str) -> None:
    """The reviewer takes it again, ticks everything and accepts."""
    desk.goto(f"{address}/review/{number}")
    desk.get_by_role("button", name="Take it to review").click()
    for check in Check:
        desk.locator(f"input[name=ticks][value={check.value}]").check()
    desk.get_by_label("Accept it").check()
    desk.get_by_role("button", name="Send my decision").click()


def shows(page: Page, path: str, what: Locator) -> bool:
    """True when a page has this on it; the site looks for a new index once a second."""
    page.goto(path)
    return what.count() > 0


def main_of(page: Page) -> str:
    return page.locator("main").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_article_goes_from_an_idea_to_its_readers(
    chrome: Browser, own: Flask, work: Workshop, address: str, script: bool
) -> None:
    title = f"Breathing at the door {'with' if script else 'without'} script"
    with people_at(chrome, own, address, script=script) as people:
        page, desk, lead = people("partner"), people("reviewer"), people("lead")
        join(page, invited_by(lead, own, address, f"{'one' if script else 'two'}@brindle.test"))
        text = begin(page, address, title)
        number = text.rsplit("/", 1)[1]
        bring_in_a_word_file(page, text)
        say_who_is_on_the_picture(page, text)
        fill_in_the_rest(page, text)
        page.goto(f"{text}/submit")
        assert "Jamie" in main_of(page)
        page.goto(f"{text}/write")
        field = page.get_by_role("textbox", name="What we did")
        assert "| 6 | 9 |" in " ".join(field.input_value().split())
        field.fill(field.input_value().replace("Jamie in Y4", "One child"))
        page.get_by_role("button", name="Save and stay").click()
        send_in(page, text)
        assert "Waiting for a reviewer" in main_of(page)

        return_with_a_comment(desk, address, title)
        page.goto(text)
        assert "Say what it cost." in main_of(page)
        assert "How many children were there?" in main_of(page)
        page.goto(f"{text}/write")
        page.get_by_role("textbox", name="What it cost").fill("Two hours of staff time to begin with.")
        page.get_by_role("button", name="Save and stay").click()
        page.goto(f"{text}/history")
        page.locator("ol.rows a").nth(1).click()
        assert "Two hours of staff time" in page.locator(".changes ins").inner_text()
        send_in(page, text)
        accept(desk, address, number)
        assert "published" in desk.get_by_role("status").first.inner_text()
        work.worker.work_off()

        reader = people("reader")
        found = reader.get_by_role("link", name=title)
        assert eventually(
            lambda: shows(reader, f"{address}/search?q=breathing+at+the+door", found), seconds=10
        )
        found.click()
        assert "Two hours of staff time" in main_of(reader)
        coats = reader.get_by_role("img", name="A row of coats on pegs")
        coats_at = coats.get_attribute("src")
        assert reader.request.get(f"{address}{coats_at}").status == 200
        article = reader.url.partition("?")[0]
        lead.goto(f"{article}/still-right")
        lead.locator("main form button").first.click()
        assert lead.get_by_role("status").first.inner_text()
        withdraw(lead, article)

        assert not shows(reader, f"{address}/search?q=breathing+at+the+door", found)
        assert [reader.request.get(each).status for each in (article, f"{address}{coats_at}")] == [404, 404]


def test_words_that_a_crash_left_in_the_browser_are_offered_and_the_page_saves_by_itself(
    people: People, address: str
) -> None:
    page = people("partner")
    text = begin(page, address, "A page that saves by itself", "How-to")
    page.goto(f"{text}/write?view=whole")
    field = page.get_by_role("textbox", name="The whole text")

    field.press_sequentially("These words save themselves.")
    page.locator("[data-status=saved]").wait_for()
    page.context.set_offline(True)
    field.press_sequentially(" These wait.")
    page.wait_for_function(
        "() => Object.keys(localStorage).some((key) => localStorage[key].includes('These wait.'))"
    )
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    context = page.context
    page.close()
    context.set_offline(False)
    other = context.new_page()
    other.goto(f"{text}/write?view=whole")
    other.get_by_role("button", name="Put them back").click()
    other.locator("[data-status=saved]").wait_for()
    other.reload()

    assert other.get_by_role("textbox", name="The whole text").input_value().strip() == (
        "These words save themselves. These wait."
    )
    assert other.get_by_role("button", name="Put them back").count() == 0


HELD = "() => Object.keys(localStorage).filter((key) => key.startsWith('kb-text ')).length"


def test_signing_out_saves_what_it_can_asks_about_the_rest_and_leaves_no_words_in_the_browser(
    people: People, own: Flask, address: str
) -> None:
    page = people("partner")
    text = begin(page, address, "A page on a shared computer", "How-to")
    page.goto(f"{text}/write?view=whole")
    page.get_by_role("textbox", name="The whole text").press_sequentially("Saved on the way out.")

    sign_out(page)
    page.wait_for_url("**/account/sign-in")
    held = page.evaluate(HELD)
    kept = texts.find(own.extensions["kb"].database, int(text.rpartition("/")[2]))

    assert held == 0
    assert kept is not None
    assert "Saved on the way out." in kept.content.body


def test_words_that_cannot_be_saved_are_asked_about_before_they_go(people: People, address: str) -> None:
    page, asked = people("partner"), list[str]()
    text = begin(page, address, "Words that wait in a browser", "How-to")
    page.goto(f"{text}/write?view=whole")
    page.route("**/autosave", lambda route: route.abort())
    page.get_by_role("textbox", name="The whole text").press_sequentially("Nobody has these.")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    sign_out(page)
    page.wait_for_function(f"({HELD})() > 0")
    stayed = page.url

    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("form[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    page.wait_for_url("**/account/sign-in")

    assert "not saved on the site yet" in asked[0]
    assert "/write" in stayed
    assert page.evaluate(HELD) == 0


def test_a_refused_form_is_told_at_once_and_a_long_name_stays_in_the_line_of_the_header(
    people: People, own: Flask, address: str
) -> None:
    page, db = people("partner"), own.extensions["kb"].database
    writer = accounts.by_email(db, PEOPLE["partner"].email)
    assert writer
    accounts.rename(db, writer.id, "Bartholomew Featherstonehaugh-Fairweather")
    try:
        page.set_viewport_size(PHONE)
        page.goto(f"{address}/contribute/new")
        page.get_by_role("button", name="See what is there already").click()
        page.locator(".govuk-error-summary").wait_for()
        focus = page.evaluate("document.activeElement.className")
        brand, person = (page.locator(each).bounding_box() for each in (".brand", "details.person"))
    finally:
        accounts.rename(db, writer.id, writer.name)

    assert "govuk-error-summary" in focus
    assert brand
    assert person
    assert person["y"] < brand["y"] + brand["height"]
    assert person["x"] + person["width"] <= PHONE["width"]
    assert faults(page) == []


def sign_out(page: Page) -> None:
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def test_a_save_that_the_site_refuses_loses_nothing(people: People, address: str) -> None:
    page = people("partner")
    text = begin(page, address, "A save that meets a full disk", "How-to")
    page.goto(f"{text}/write?view=whole")
    page.get_by_role("textbox", name="The whole text").fill("Words before the disk was full.")

    def full(route: Route) -> None:
        route.fulfill(status=503, body="The disk is full.")

    page.route(
        "**/write*", lambda route: full(route) if route.request.method == "POST" else route.continue_()
    )
    page.get_by_role("button", name="Save and stay").click()
    page.unroute_all()
    page.goto(f"{text}/write?view=whole")
    page.get_by_role("button", name="Put them back").click()

    assert (
        page.get_by_role("textbox", name="The whole text").input_value() == "Words before the disk was full."
    )


def test_two_people_on_one_text_see_both_versions(people: People, own: Flask, address: str) -> None:
    mine = people("partner")
    text = begin(mine, address, "Two people on one text", "How-to")
    mine.goto(f"{text}/write?view=whole")
    theirs = mine.context.new_page()
    theirs.goto(f"{text}/write?view=whole")
    mine.get_by_role("textbox", name="The whole text").fill("We ring a bell.")
    mine.get_by_role("button", name="Save and stay").click()

    theirs.get_by_role("textbox", name="The whole text").fill("We clap twice.")
    theirs.locator("[data-status=aside]").wait_for()
    theirs.get_by_role("button", name="Save and stay").click()

    assert "We ring a bell." in main_of(theirs)
    assert "We clap twice." in main_of(theirs)
    theirs.get_by_label("Both, one after the other").check()
    theirs.get_by_role("button", name="Bring both together").click()
    theirs.goto(f"{text}/write?view=whole")
    together = theirs.get_by_role("textbox", name="The whole text").input_value()
    assert "We ring a bell." in together
    assert "We clap twice." in together


def test_what_is_pasted_from_word_keeps_its_form_and_a_dropped_picture_is_asked_about(
    people: People, address: str
) -> None:
    page = people("partner")
    text = begin(page, address, "Paste and drop", "How-to")
    page.goto(f"{text}/write?view=whole")
    field = page.get_by_role("textbox", name="The whole text")

    field.evaluate(PASTE, [FROM_WORD, "Our week Monday Friday"])
    page.get_by_text("Pasted.").wait_for()
    assert "## Our week" in field.input_value()
    assert "- Monday" in field.input_value()
    assert "| Monday | 12 |" in " ".join(field.input_value().split())
    field.evaluate(DROP, list(picture()))
    page.get_by_role("dialog").get_by_role("button", name="Put it in the text").click()
    page.get_by_text("Say what the picture shows.").wait_for()
    page.get_by_label("What does the picture show?").fill("Three chairs in a corner")
    page.get_by_label("No: nobody").check()
    page.get_by_role("button", name="Put it in the text").click()
    page.locator("[data-live-text] img").wait_for()

    assert "![Three chairs in a corner](../pictures/" in field.input_value()


def test_the_preview_and_the_advice_follow_the_writer_and_a_citation_joins_the_articles_list(
    people: People, address: str
) -> None:
    page = people("partner")
    text = begin(page, address, "Advice while writing")
    page.goto(f"{text}/write")
    field = page.get_by_role("textbox", name="What we did")
    field.fill("Jamie in Y4 told his mum that he liked it.")
    page.locator("[data-side]", has_text="Jamie").wait_for()
    assert page.evaluate("document.activeElement.id") == field.get_attribute("id")

    field.fill("One child liked it.")
    page.locator("[data-side]:not(:has-text('Jamie'))").wait_for()
    field.press("Control+End")
    page.get_by_role("toolbar", name="Format What we did").get_by_role("button", name="Bold").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("dunlosky 2013")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[data-live-text]", has_text="(Dunlosky, 2013)").wait_for()
    page.get_by_role("button", name="Save and stay").click()
    page.goto(f"{text}/results")

    assert page.locator("input[name=references][value=dunlosky-2013]").is_checked()


def test_a_term_is_found_by_another_word_for_it_and_chosen_by_keyboard(people: People, address: str) -> None:
    page = people("partner")
    text = begin(page, address, "Choosing by keyboard")
    page.goto(f"{text}/setting")
    stages = page.locator("details#key_stages")
    stages.get_by_role("searchbox").focus()

    page.keyboard.type("year 4")
    assert stages.get_by_role("status").inner_text() == "1 of 7 fit"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("[data-status=saved]").wait_for()
    page.reload()

    assert stages.locator("[data-picker-chosen]").inner_text() == "Key Stage 2"
