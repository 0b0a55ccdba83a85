"""One click says that an article is still right; a calendar shows the days; nobody else's articles are touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from kb.application import create_app
from kb.domain.edition import EditionKind
from kb.settings import Settings
from kb.storage import editions, journal
from kb.storage.content import with_days
from kb.storage.database import Database
from tests.browser import Browser
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a content folder, a database and an index of its own."""
    with workplace(demo, tmp_path_factory.mktemp("own"), own_index=True) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def test_one_click_says_that_an_article_is_still_right(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    late = lead.get("/verify/").select("form[action$='/still-right']")
    slug = str(late[0]["action"]).split("/")[2]

    sent = lead.post(f"/articles/{slug}/still-right")

    newest = editions.history(database(own), slug)[0]
    today = datetime.now(UTC).date()
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/articles/{slug}")
    assert f"/articles/{slug}/still-right" not in lead.get("/verify/").text
    assert "was due for review by" not in lead.get(f"/articles/{slug}").words()
    assert newest.kind is EditionKind.VERIFIED
    assert (
        f"\nreviewed: {today.isoformat()}\nreview_by: {(today + timedelta(days=365)).isoformat()}\n"
        in newest.content
    )
    assert journal.entries(database(own), subject=f"article:{slug}")[0].verb == "verify"
    assert lead.get(f"/articles/{slug}.md").text == newest.content


def test_a_note_and_another_date_are_kept(own: Flask) -> None:
    until = datetime.now(UTC).date() + timedelta(days=100)

    Browser(own).sign_in("lead").post(
        f"/articles/{CALM}/still-right", data={"note": "Asked the class.", "review_by": until.isoformat()}
    )

    entry = journal.entries(database(own), subject=f"article:{CALM}")[0]
    assert (entry.reason, entry.detail["review_by"]) == ("Asked the class.", until.isoformat())
    assert f"review_by: {until.isoformat()}" in editions.history(database(own), CALM)[0].content


@pytest.mark.parametrize("day", ["tomorrow", "2020-01-01", "2099-01-01", "2026-02-30"])
def test_a_date_that_is_none_is_refused_beside_its_field(own: Flask, day: str) -> None:
    page = (
        Browser(own)
        .sign_in("lead")
        .post(f"/articles/{CALM}/still-right", data={"review_by": day, "note": "Kept words"})
    )

    assert page.status_code == 400
    assert "Enter a day within the next three years" in page.words(".govuk-error-summary")
    assert "Kept words" in page.text


def test_a_contributor_of_another_school_verifies_nothing_here(own: Flask) -> None:
    partner = Browser(own).sign_in("partner")
    before = len(editions.history(database(own), CALM))

    assert partner.get(f"/articles/{CALM}/still-right").status_code == 404
    assert partner.post(f"/articles/{CALM}/still-right").status_code == 404
    assert len(editions.history(database(own), CALM)) == before


def test_a_calendar_shows_the_review_dates_until_its_address_is_ended(own: Flask) -> None:
    lead, anybody = Browser(own).sign_in("lead"), Browser(own)
    first = address(lead)
    second = address(lead)
    feed = anybody.client.get(second)
    lead.post("/verify/calendar/end")

    events = Calendar.from_ical(feed.get_data()).walk("VEVENT")
    assert feed.mimetype == "text/calendar"
    assert feed.headers["Cache-Control"] == "private, no-store"
    assert len(events) > 50
    assert {type(event.decoded("dtstart")) for event in events} == {date}
    assert all(str(event["url"]).startswith("http") for event in events)
    assert [anybody.client.get(each).status_code for each in (first, second)] == [404, 404]


def address(browser: Browser) -> str:
    code = browser.post("/verify/calendar").select("code")[0].get_text()
    return code[code.index("/feeds/") :]


def test_other_days_change_two_lines_of_a_file_and_no_other() -> None:
    front = "---\n# ours\ntype: how-to\n{}\n---\n\nreviewed: no\n"
    text = front.format("reviewed: 2025-01-01\nreview_by: 2026-01-01\nunstated: [reviewed, owner]")

    changed = with_days(text, {"reviewed": date(2026, 11, 26), "review_by": date(2027, 11, 26)})

    assert changed == front.format("reviewed: 2026-11-26\nreview_by: 2027-11-26\nunstated: [owner]")
    assert with_days("---\ntype: how-to\n---\nB\n", {"reviewed": date(2026, 1, 2)}) == (
        "---\ntype: how-to\nreviewed: 2026-01-02\n---\nB\n"
    )
