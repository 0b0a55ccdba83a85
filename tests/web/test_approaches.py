"""Trust approaches on pages: marked wherever they appear, asked on the start page, confirmed, listed for the lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kb.actions import announcing, approaching, pinning
from kb.application import create_app
from kb.domain.account import Account
from kb.domain.announcement import Announcement
from kb.domain.approach import SubjectKind
from kb.domain.pin import PinKind
from kb.settings import Settings
from kb.storage import accounts, articles
from kb.storage.database import Database
from tests.browser import Browser
from tests.desk import EVERYBODY
from tests.pupils import check
from tests.workplace import workplace

PASTORAL = "common-approach-to-pastoral-support"
NAME = "Our common pastoral approach"
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own, in which one article is a trust approach."""
    with workplace(demo, tmp_path_factory.mktemp("approaches")) as settings:
        app = create_app(settings)
        app.testing = True
        db = database(app)
        slug = approaching.mark(
            db,
            lead_of(db),
            kind=SubjectKind.ARTICLE,
            subject=PASTORAL,
            title=NAME,
            reason="Every pupil meets the same care.",
            check=check(),
        )
        approaching.ask(
            db,
            lead_of(db),
            slug,
            posts=(),
            schools=["castle-bridge-primary"],
            due=TODAY + timedelta(days=7),
        )
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def lead_of(db: Database) -> Account:
    found = accounts.by_handle(db, "a.quintero")
    assert found is not None
    return found


HERE = "/approaches/our-common-pastoral-approach"


def test_an_approach_is_marked_on_its_page_its_card_and_among_hits(own: Flask) -> None:
    reader = Browser(own).sign_in("reader")

    assert "This is a trust approach." in reader.get(f"/articles/{PASTORAL}").words()
    assert "Trust approach" in reader.get("/search?q=common+approach+pastoral+support").words(".results")
    assert NAME in reader.get("/approaches/").words()


def test_a_reader_is_asked_on_the_start_page_until_they_confirm_and_the_lead_sees_it(own: Flask) -> None:
    reader, lead = Browser(own).sign_in("reader"), Browser(own).sign_in("lead")
    asked = reader.get("/").words("#for-you ~ *, section[aria-labelledby=for-you]")
    empty = reader.post(f"{HERE}/confirm", data={"version": "1"})

    done = reader.post(f"{HERE}/confirm", data={"version": "1", "kinds": ["read", "discussed"]})

    rows = {
        row.th.get_text(): row.get_text(" ")
        for row in lead.get(f"{HERE}/readers").select("tbody tr")
        if row.th
    }
    assert NAME in asked
    assert empty.status_code == 400
    assert done.status_code == 303
    assert NAME not in reader.get("/").words()
    assert "Not yet" not in rows["L. Fairweather"]
    assert "Not yet" in rows["R. Okonjo"]


def test_the_list_of_readers_is_the_leads_and_comes_as_a_spreadsheet(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")

    sheet = lead.client.get(f"{HERE}/readers.csv")

    assert sheet.mimetype == "text/csv"
    assert "R. Okonjo" in sheet.text
    for who in ("reader", "contributor", "reviewer", "administrator"):
        assert Browser(own).sign_in(who).client.get(f"{HERE}/readers.csv").status_code == 404
    assert lead.get(f"{HERE}/readers?done=no&school=castle-bridge-primary").status_code == 200


def test_who_is_not_signed_in_sees_nothing_of_an_approach_for_partners(own: Flask) -> None:
    assert Browser(own).get(HERE).status_code == 404
    assert NAME not in Browser(own).get("/approaches/").words()


def test_every_page_of_the_lead_opens_and_a_new_version_is_offered_only_after_a_change(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")

    for path in (f"{HERE}/ask", f"{HERE}/renew", "/approaches/new", f"/approaches/new?of=article:{PASTORAL}"):
        assert lead.get(path).status_code == 200
    assert lead.get(f"{HERE}/versions/1").status_code == 200
    assert "Make that the next version" not in lead.get(HERE).words()
    refused = lead.post(f"{HERE}/renew", data={"note": "Kept words", "due": "soon"})
    assert refused.status_code == 400
    assert "Kept words" in refused.text


def test_a_pin_stands_above_the_results_with_its_reason_and_counts_as_nothing(own: Flask) -> None:
    db, reader = database(own), Browser(own).sign_in("reader")
    before = reader.client.get("/api/v1/search?q=pastoral+care").get_json()

    pinning.pin(
        db,
        lead_of(db),
        PinKind.APPROACH,
        "our-common-pastoral-approach",
        reason="What all of us do.",
        words="pastoral care\nwell-being",
        check=check(),
    )

    page = reader.get("/search?q=Pastoral+CARE")
    after = reader.client.get("/api/v1/search?q=pastoral+care").get_json()
    assert "What all of us do." in page.words(".pinned")
    assert [hit["slug"] for hit in after["hits"]] == [hit["slug"] for hit in before["hits"]]
    assert after["total"] == before["total"]
    assert reader.get("/search?q=pastoral+carefully").select(".pinned") == []
    assert Browser(own).get("/search?q=pastoral+care").select(".pinned") == []


def test_the_lead_adds_changes_and_removes_pins_on_one_page(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    sent = {"target": f"article:{PASTORAL}", "words": "duty of care", "reason": "Our own policy."}
    lead.post("/pins/", data=sent)
    wrong = lead.post("/pins/", data=sent | {"words": " , "})
    form = next(each for each in lead.get("/pins/").select("form") if "duty of care" in each.get_text())

    lead.post(str(form["action"]), data={"words": "duties", "reason": "Our own.", "do": "keep"})
    changed = lead.get("/search?q=our+duties").words(".pinned")
    lead.post(str(form["action"]), data={"do": "remove"})

    assert wrong.status_code == 400
    assert "Our own." in changed
    assert lead.get("/search?q=our+duties").select(".pinned") == []


def test_an_announcement_is_for_some_and_is_put_away(own: Flask) -> None:
    db = database(own)
    told = Announcement(
        id=0,
        title="Moderation on Tuesday",
        words="Bring three books.",
        schools=("castle-bridge-primary",),
        posts=(),
        starts=TODAY,
        ends=TODAY + timedelta(days=3),
    )
    number = announcing.announce(db, lead_of(db), told, check=check())
    reader, elsewhere = Browser(own).sign_in("reader"), Browser(own).sign_in("second reviewer")
    seen = reader.get("/").words()

    reader.post(f"/announcements/{number}/put-away")

    assert "Moderation on Tuesday" in seen
    assert "Moderation on Tuesday" not in reader.get("/").words()
    assert "Moderation on Tuesday" in reader.get("/announcements/").words()
    assert "Moderation on Tuesday" not in elsewhere.get("/").words()
    assert "Moderation on Tuesday" not in Browser(own).get("/").words()


def test_the_lead_announces_on_a_page_and_a_wrong_day_loses_nothing(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    sent = {"title": "Twilight", "words": "At four.", "starts": TODAY.isoformat(), "ends": "2020-01-01"}

    wrong = lead.post("/announcements/new", data=sent)
    good = lead.post("/announcements/new", data=sent | {"ends": (TODAY + timedelta(days=1)).isoformat()})

    assert (wrong.status_code, good.status_code) == (400, 303)
    assert "At four." in wrong.text
    assert "Twilight" in Browser(own).sign_in("reader").get("/").words()
    assert articles.find(database(own), PASTORAL, EVERYBODY) is not None
