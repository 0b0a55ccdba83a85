"""Pathways and records through their pages: written, taken and proved without script, and private."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask

from kb.application import create_app
from kb.settings import Settings
from kb.storage import cpd, pathways
from kb.storage.database import Database
from tests.browser import Browser, Page
from tests.workplace import workplace

ARTICLE = "calm-starts-after-lunch"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with workplace(demo, tmp_path_factory.mktemp("pathways")) as settings:
        app = create_app(settings)
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def base(own: Flask) -> Database:
    database: Database = own.extensions["kb"].database
    return database


def field(page: Page, name: str) -> str:
    return str(page.select(f"input[name={name}]")[0]["value"])


def write(lead: Browser, title: str, *steps: dict[str, str], visibility: str = "partners") -> str:
    """A published pathway; the address of its page for the lead."""
    desk = lead.post("/pathways/desk/new", data={"title": title}).headers["Location"].removesuffix("/details")
    about = {"title": title, "summary": "What it is for.", "posts": ["ect"], "visibility": visibility}
    page = lead.get(f"{desk}/details")
    assert (
        lead.post(f"{desk}/details", data={**about, "revision": field(page, "revision")}).status_code == 303
    )
    for step in steps:
        form = {"kind": "task", "minutes": "20", "revision": field(lead.get(f"{desk}/steps/new"), "revision")}
        answer = lead.post(f"{desk}/steps/new", data=form | step)
        assert answer.status_code == 303, answer.words()
    publish(lead, desk)
    return desk


def publish(lead: Browser, desk: str) -> None:
    page = lead.get(desk)
    answer = lead.post(f"{desk}/publish", data={"revision": field(page, "revision"), "note": "x"})
    assert answer.status_code == 303, answer.words()


def test_the_lead_writes_orders_and_publishes_without_script(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    desk = write(lead, "Quiet lessons", {"title": "Watch one"}, {"title": "Try one"})

    page = lead.get(desk)
    moved = {"what": "up", "revision": field(page, "revision")}
    lead.post(f"{desk}/steps/2/move", data=moved)

    assert [each.text for each in lead.get(desk).select(".stage__title")] == ["Try one", "Watch one"]
    assert [each.text for each in lead.get("/pathways/quiet-lessons").select(".stage__title")] == [
        "Watch one",
        "Try one",
    ]


def test_a_second_lead_loses_nothing_that_they_typed(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    desk = write(lead, "Two at once", {"title": "Watch one"})
    opened = field(lead.get(f"{desk}/details"), "revision")
    form = {"title": "First", "summary": "By the first.", "visibility": "trust", "revision": opened}
    lead.post(f"{desk}/details", data=form)

    refused = lead.post(f"{desk}/details", data=form | {"title": "Second"})
    again = form | {"title": "Second", "revision": field(refused, "revision")}

    assert refused.status_code == 400
    assert "Somebody else has changed this pathway" in refused.words()
    assert field(refused, "title") == "Second"
    assert lead.post(f"{desk}/details", data=again).status_code == 303


def test_a_teacher_begins_ticks_thinks_and_gets_a_certificate_that_the_lead_can_check(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    write(lead, "Good questions", {"kind": "article", "target": f"/articles/{ARTICLE}"}, {"title": "Try one"})
    at = "/pathways/good-questions"

    reader.post(f"{at}/begin")
    reader.post(f"{at}/steps/1", data={"what": "done", "reflection-1": "Wait three seconds."})
    half = reader.get(at)
    reader.post(f"{at}/steps/2", data={"what": "done"})
    certificate = reader.get(f"{at}/certificate")
    code = certificate.words(".certificate__code")

    assert "1 of 2 steps, 20 minutes of 40 minutes" in half.words()
    assert "Wait three seconds." in half.text
    assert "Good questions" in certificate.words("h1")
    assert "It is genuine. L. Fairweather" in lead.get(f"/pathways/desk/?code={code}").words()
    assert "no certificate" in lead.get("/pathways/desk/?code=AAAA-BBBB-CCCC").words()
    assert "Wait three seconds." not in lead.get(at).text
    assert Browser(own).sign_in("contributor").get(f"{at}/certificate").status_code == 404


@pytest.mark.parametrize(
    ("button", "sent"),
    [
        ("steps/1", {"what": "done"}),
        ("steps/3", {"what": "undo"}),
        ("keep", {"then": "plan"}),
        ("keep", {}),
        ("seen", {}),
        ("leave", {}),
    ],
    ids=["tick", "take back", "plan", "keep", "seen", "leave"],
)
def test_whichever_button_is_pressed_every_thought_on_the_page_is_kept(
    own: Flask, button: str, sent: dict[str, str]
) -> None:
    reader, at = Browser(own).sign_in("reader"), begun(own, f"Thoughts {button} {len(sent)}")
    reader.post(f"{at}/steps/3", data={"what": "done", "reflection-3": "Done and thought."})
    typed = {
        "reflection-1": "Of the first.",
        "reflection-2": "Of the second.",
        "reflection-3": "Thought again.",
    }

    answer = reader.post(f"{at}/{button}", data=typed | sent)
    reader.post(f"{at}/begin")

    assert answer.status_code == 303
    assert thoughts(reader.get(at)) == list(typed.values())


def begun(own: Flask, title: str) -> str:
    """The address of a pathway of three steps that the reader is on."""
    desk = write(Browser(own).sign_in("lead"), title, *({"title": each} for each in ("One", "Two", "Three")))
    with own.extensions["kb"].database.read() as reading:
        (slug,) = reading.execute(
            "select slug from pathways where id = ?", [desk.rsplit("/", 1)[1]]
        ).fetchone()
    Browser(own).sign_in("reader").post(f"/pathways/{slug}/begin")
    return f"/pathways/{slug}"


def thoughts(page: Page) -> list[str]:
    return [each.text.strip() for each in page.select(".stages textarea")]


def test_a_thought_that_is_too_long_keeps_nothing_from_the_page_that_was_typed(own: Flask) -> None:
    reader, at = Browser(own).sign_in("reader"), begun(own, "Long thoughts")
    typed = {"reflection-1": "x" * 3001, "reflection-2": "Of the second."}

    refused = reader.post(f"{at}/steps/2", data=typed | {"what": "done"})

    assert refused.status_code == 400
    assert "Use at most 3000 characters" in refused.words("#step-1")
    assert thoughts(refused) == ["x" * 3001, "Of the second.", ""]
    assert thoughts(reader.get(at)) == ["", "", ""]


def test_a_page_that_stood_open_does_not_undo_what_was_written_on_another(own: Flask) -> None:
    reader, at = Browser(own).sign_in("reader"), begun(own, "Two pages open")
    page = reader.get(at)
    over = {f"over-{step}": field(page, f"over-{step}") for step in (1, 2)}
    reader.post(f"{at}/keep", data=over | {"reflection-1": "From home.", "reflection-2": "On the train."})

    reader.post(
        f"{at}/steps/3", data=over | {"what": "done", "reflection-1": "", "reflection-2": "At school."}
    )

    assert thoughts(reader.get(at))[:2] == ["From home.", "On the train.\n\nAt school."]


def test_the_thought_about_a_step_that_is_taken_out_can_still_be_read(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    desk = write(lead, "Taken out", {"title": "One"}, {"title": "Two"})
    reader.post("/pathways/taken-out/begin")
    reader.post("/pathways/taken-out/keep", data={"reflection-2": "Worth keeping."})

    moved = {"what": "remove", "revision": field(lead.get(desk), "revision")}
    lead.post(f"{desk}/steps/2/move", data=moved)
    publish(lead, desk)

    page = reader.get("/pathways/taken-out")
    assert thoughts(page) == [""]
    assert "Worth keeping." in page.words("main")


def test_an_article_that_is_not_for_the_reader_leaks_neither_title_nor_words(
    own: Flask, base: Database
) -> None:
    lead, partner = Browser(own).sign_in("lead"), Browser(own).sign_in("partner")
    with base.read() as reading:
        slug, title = reading.execute(
            "select slug, title from articles where visibility = 'trust' order by slug limit 1"
        ).fetchone()
    step = {"kind": "article", "target": slug, "title": "Our own words", "about": "Told in confidence"}
    write(lead, "Shared with partners", step)
    at = "/pathways/shared-with-partners"

    partner.post(f"{at}/begin")
    page = partner.get(at)

    for secret in (title, slug, "Our own words", "Told in confidence"):
        assert secret not in page.text
    assert "not available to you" in page.words()
    assert partner.post(f"{at}/steps/1", data={"what": "skip"}).status_code == 303
    assert "Skipped" in partner.get(at).words()


def test_a_pathway_of_the_trust_is_not_there_for_others(own: Flask) -> None:
    write(Browser(own).sign_in("lead"), "Among ourselves", {"title": "x"}, visibility="trust")

    assert Browser(own).get("/pathways/among-ourselves").status_code == 404
    assert Browser(own).sign_in("partner").get("/pathways/among-ourselves").status_code == 404
    assert "Among ourselves" not in Browser(own).get("/pathways/").text


def test_people_are_told_before_they_begin_that_the_lead_sees_them_by_name(own: Flask) -> None:
    lead, ect = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    desk = write(lead, "Asked for", {"title": "x"})
    before = ect.get("/pathways/asked-for").words()

    asked = lead.post(f"{desk}/ask", data={"posts": ["teacher"], "due": "31/1/2027"})
    page = ect.get("/pathways/asked-for").words()
    listed = lead.get(f"{desk}/use")

    assert asked.status_code == 303, asked.words()
    assert "by name" not in before.replace("by name whether", "")
    assert "can see by name whether you have begun" in page
    assert "31 January 2027" in page
    assert "L. Fairweather" in listed.words()
    rows = lead.get("/pathways/desk/").text
    assert "L. Fairweather" not in rows


def test_a_reading_is_logged_from_the_articles_page(own: Flask, base: Database) -> None:
    reader = Browser(own).sign_in("reader")
    link = f"/cpd/new?article={ARTICLE}"
    assert link in reader.get(f"/articles/{ARTICLE}").text
    form = reader.get(link)

    given = {name: field(form, name) for name in ("title", "provider", "done_on", "minutes")}
    reader.post(link, data={**given, "kind": "reading", "reflection": "Try it on Monday"})

    assert reader.person is not None
    line = cpd.of_article(base, reader.person.id, ARTICLE)[0]
    assert (line.school, line.post) == ("castle-bridge-primary", "teacher")
    assert "Try it on Monday" in reader.get("/cpd/").text
    assert "Try it on Monday" not in Browser(own).sign_in("lead").get("/cpd/").text


def test_the_table_for_a_personnel_system_has_no_thoughts_and_runs_nothing(own: Flask) -> None:
    reader = Browser(own).sign_in("second reviewer")
    form = {
        "title": '=HYPERLINK("http://evil.example")',
        "kind": "course",
        "provider": "+44",
        "minutes": "90",
    }
    reader.post("/cpd/new", data=form | {"done_on": "3 March 2026", "reflection": "@secret"})
    days = "from=2026-01-01&until=2026-12-31"

    plain = reader.client.get(f"/cpd/record.csv?{days}").get_data(as_text=True)
    mine = reader.client.get(f"/cpd/record.csv?{days}&thoughts=yes").get_data(as_text=True)

    (row,) = csv.DictReader(io.StringIO(plain.lstrip("\ufeff")))
    assert row["title"].startswith("'=")
    assert row["provider"] == "'+44"
    assert (row["date"], row["minutes"], row["hours"], row["reflected"]) == ("2026-03-03", "90", "1.5", "yes")
    assert "secret" not in plain
    assert "'@secret" in mine


def test_the_record_leads_back_to_each_school_year_in_which_something_was_learned(own: Flask) -> None:
    head = Browser(own).sign_in("second reviewer")
    form = {"title": "A course of long ago", "kind": "course", "minutes": "60", "done_on": "3 March 2022"}

    head.post("/cpd/new", data=form)
    years = head.get("/cpd/").select("a[href*='from=2021-09-01']")
    page = head.get(str(years[0]["href"]))

    assert years[0].text == "2021 to 2022"
    assert "A course of long ago" in page.words()


def test_what_is_wrong_with_an_entry_is_said_and_nothing_typed_is_lost(own: Flask) -> None:
    reader = Browser(own).sign_in("reader")

    page = reader.post("/cpd/new", data={"title": "A course", "kind": "course", "done_on": "last week"})

    assert page.status_code == 400
    assert "enter a day such as 3/12/2026" in page.words()
    assert "Say how many minutes it took" in page.words()
    assert field(page, "title") == "A course"
    assert field(page, "done_on") == "last week"


def test_a_next_step_is_planned_and_ticked(own: Flask) -> None:
    reader = Browser(own).sign_in("contributor")

    refused = reader.post("/cpd/next", data={"said": "Try the card", "remind": "yes"})
    reader.post("/cpd/next", data={"said": "Try the card", "due": "1/12/2026", "remind": "yes"})
    page = reader.get("/cpd/")
    reader.post(page.select("form[action^='/cpd/next/']")[0]["action"], data={"what": "done"})

    assert "Choose a day" in refused.words()
    assert "Try the card By 1 December 2026. You get a letter." in page.words()
    assert "Done on" in reader.get("/cpd/").words()


def test_news_is_shown_once_and_ticks_stay(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("contributor")
    desk = write(lead, "Growing", {"title": "One"})
    reader.post("/pathways/growing/begin")
    reader.post("/pathways/growing/steps/1", data={"what": "done"})
    form = {"kind": "task", "minutes": "5", "title": "Two"}
    lead.post(f"{desk}/steps/new", data=form | {"revision": field(lead.get(f"{desk}/steps/new"), "revision")})
    publish(lead, desk)

    page = reader.get("/pathways/growing")
    reader.post("/pathways/growing/seen")

    assert "New since you last looked. 1 new step." in page.words()
    assert "1 of 2 steps" in page.words()
    assert "New since you last looked" not in reader.get("/pathways/growing").words()
    assert pathways.taken(own.extensions["kb"].database) >= {"growing"}
