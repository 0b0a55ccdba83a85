"""What people keep and follow is theirs alone; feeds hold what their reader may read; a dead address says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from kb.actions import following
from kb.actions.following import WeekLetters
from kb.actions.notifying import Office, notify, post_from
from kb.actions.personal_copies import erase
from kb.application import create_app
from kb.domain.account import Account, SiteMode, readable
from kb.domain.article import Visibility
from kb.domain.following import FollowKind
from kb.domain.job import Job, JobState
from kb.domain.search import Reader
from kb.settings import Settings
from kb.storage import accounts, articles, follows, outbox, personal, reading_lists
from kb.storage.database import Database
from tests.browser import Browser
from tests.desk import EVERYBODY, make_collection
from tests.post import letters_in
from tests.samples import make_article
from tests.workplace import workplace

CALM, FEWER = "calm-starts-after-lunch", "fewer-suspensions-in-key-stage-3"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own, and one article for the trust that is newer than all others."""
    with workplace(demo, tmp_path_factory.mktemp("following")) as settings:
        app = create_app(settings)
        app.testing = True
        article = make_article(
            slug="for-the-trust",
            title="Only for the trust",
            visibility=Visibility.TRUST,
            published=date(2026, 12, 24),
            authors=("N. Writer",),
        )
        articles.put(database(app), article, {})
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def person(db: Database, handle: str) -> Account:
    found = accounts.by_handle(db, handle)
    assert found is not None
    return found


def titles(answer: bytes) -> list[str | None]:
    root = ET.fromstring(answer)
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_an_article_is_kept_noted_and_moved_and_nobody_else_sees_it(own: Flask) -> None:
    reader, other = Browser(own).sign_in("reader"), Browser(own).sign_in("lead")
    for slug in (CALM, FEWER):
        reader.post("/reading/save", data={"article": slug, "next": f"/articles/{slug}"})
    (kept,) = reading_lists.of(database(own), reader.person.id)  # type: ignore[union-attr]

    reader.post(f"/reading/{kept.id}/items", data={"article": FEWER, "note": "For Monday", "do": "up"})
    foreign = other.post(f"/reading/{kept.id}/items", data={"article": FEWER, "do": "out"})

    (after,) = reading_lists.of(database(own), reader.person.id)  # type: ignore[union-attr]
    assert [(each.slug, each.note) for each in after.items] == [(FEWER, "For Monday"), (CALM, "")]
    assert foreign.status_code == 404
    assert "For Monday" in reader.get("/reading/").text
    assert "For Monday" not in other.get("/reading/").text


def test_a_list_is_begun_renamed_and_deleted(own: Flask) -> None:
    reader = Browser(own).sign_in("contributor")
    reader.post("/reading/lists", data={"title": "Year 9"})
    (made,) = reading_lists.of(database(own), reader.person.id)  # type: ignore[union-attr]

    empty = reader.post(f"/reading/{made.id}", data={"title": "", "do": "rename"})
    reader.post(f"/reading/{made.id}", data={"title": "Year 10", "do": "rename"})
    renamed = reader.get("/reading/").words()
    reader.post(f"/reading/{made.id}", data={"do": "delete"})

    assert empty.status_code == 400
    assert "Year 10" in renamed
    assert reading_lists.of(database(own), reader.person.id) == ()  # type: ignore[union-attr]


def test_what_one_may_not_read_can_be_neither_kept_nor_followed(own: Flask) -> None:
    partner = Browser(own).sign_in("partner")

    assert partner.post("/reading/save", data={"article": "for-the-trust"}).status_code == 404
    wrong = {"kind": "author", "subject": "N. Writer"}
    assert partner.post("/following/follow", data=wrong).status_code == 404
    assert partner.post("/following/follow", data={"kind": "theme", "subject": "no-theme"}).status_code == 404
    assert partner.post("/following/follow", data={"kind": "shoe", "subject": "x"}).status_code == 400


def test_what_is_new_in_what_one_follows_is_found_with_ones_rights(own: Flask) -> None:
    db = database(own)
    reader, partner = person(db, "l.fairweather"), person(db, "s.mistry")
    for each in (reader, partner):
        follows.add(db, each.id, FollowKind.SCHOOL, "castle-bridge-primary", datetime.now(UTC))
    since, until = date(2026, 12, 20), date(2027, 1, 1)
    partners = Browser(own).sign_in("partner")

    assert "for-the-trust" in follows.news(db, reader.id, EVERYBODY, since=since, until=until)
    group = own.extensions["kb"].library.group
    asking = Reader(visibilities=readable(partner, group, SiteMode.OPEN))
    assert follows.news(db, partner.id, asking, since=since, until=until) == ()
    assert "Only for the trust" not in partners.get("/following/").text


def test_a_collection_that_is_followed_tells_of_what_was_added(own: Flask) -> None:
    db = database(own)
    lead = person(db, "a.quintero")
    slug = make_collection(db, CALM, lead=lead, title="Followed by many", visibility=Visibility.TRUST)
    follows.add(db, lead.id, FollowKind.COLLECTION, slug, datetime.now(UTC))
    today = datetime.now(UTC).date()

    found = follows.news(db, lead.id, EVERYBODY, since=today, until=date(2030, 1, 1))

    assert CALM in found


def test_the_letter_about_a_week_comes_once_to_who_asked_for_it_and_stops_from_the_letter(own: Flask) -> None:
    db = database(own)
    reader = person(db, "r.okonjo")
    following.follow(
        db,
        reader,
        FollowKind.AUTHOR,
        "N. Writer",
        library=own.extensions["kb"].library,
        reader=EVERYBODY,
    )
    writing = WeekLetters(database=db, library=lambda: own.extensions["kb"].library, mode=SiteMode.OPEN)
    writing.write(job(date(2026, 12, 28)))
    before = [each for each in outbox.listed(db) if each.kind == "week" and each.account == reader.id]
    following.set_digest(db, reader, on=True)

    for _ in range(2):
        writing.write(job(date(2026, 12, 28)))

    (letter,) = [each for each in outbox.listed(db) if each.kind == "week" and each.account == reader.id]
    link = str(letter.content["stop"]["link"])
    looked = Browser(own).get(link)
    still = follows.has_digest(db, reader.id)
    Browser(own).post(link)
    assert before == []
    assert [each["title"] for each in letter.content["articles"]] == ["Only for the trust"]
    assert looked.status_code == 200
    assert still
    assert not follows.has_digest(db, reader.id)
    assert Browser(own).post(f"/following/stop/{'a' * 43}").status_code == 404


def test_the_mail_programs_own_button_stops_the_letters_without_a_session(own: Flask, tmp_path: Path) -> None:
    db = database(own)
    reader = person(db, "l.fairweather")
    following.set_digest(db, reader, on=True)
    values = {"week": "21 December 2026", "articles": [], "stop": {"link": f"/following/stop/{'k' * 43}"}}
    follows.keep_stop(db, reader.id, "k" * 43, datetime.now(UTC))
    notify(db, to=reader.id, kind="week", values=values | {"link": "/following/"})
    letter = next(each for each in outbox.listed(db) if each.kind == "week" and each.account == reader.id)
    office = Office(
        database=db,
        post=post_from("folder", tmp_path),
        sender="practice@trust.example",
        public_url="https://practice.trust.example/",
        site_name="Good practice",
    )
    office.send(replace(job(date(2026, 12, 28)), payload={"letter": letter.id}))
    (sent,) = letters_in(tmp_path)
    address = sent["List-Unsubscribe"].strip("<>")

    answer = own.test_client().post(
        address.removeprefix("https://practice.trust.example"),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (answer.status_code, "You get no more letters" in answer.text) == (200, True)
    assert not follows.has_digest(db, reader.id)


def test_the_weekly_letter_is_switched_on_and_off_in_the_account(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")
    said = []

    for on in ("yes", "no"):
        answer = lead.post("/following/letters", data={"on": on, "next": "/account/"})
        said.append(lead.get(answer.headers["Location"]).words("section[aria-labelledby=letters-title]"))

    assert "You get a letter on Mondays" in said[0]
    assert "You get no weekly letter" in said[1]


def job(turn: date) -> Job:
    now = datetime.now(UTC)
    return Job(
        id=1,
        kind="following-week",
        payload={"turn": turn.isoformat()},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=now,
        changed=now,
    )


@pytest.mark.parametrize("path", ["/feeds/new.atom", "/feeds/key-stage/ks2.atom"])
def test_a_public_feed_holds_public_articles_alone_whoever_asks(own: Flask, path: str) -> None:
    answers = [Browser(own).client.get(path), Browser(own).sign_in("lead").client.get(path)]

    assert {each.mimetype for each in answers} == {"application/atom+xml"}
    assert titles(answers[0].data) == titles(answers[1].data)
    assert titles(answers[0].data)
    assert "Only for the trust" not in answers[1].text


def test_a_feed_that_has_not_changed_is_not_sent_again(own: Flask) -> None:
    client = Browser(own).client
    first = client.get("/feeds/new.atom")

    again = client.get("/feeds/new.atom", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_the_feed_of_a_collection_is_there_for_public_collections_alone(own: Flask) -> None:
    db, client = database(own), Browser(own).client
    lead = person(db, "a.quintero")
    shut = make_collection(db, CALM, lead=lead, title="Shut to the public", visibility=Visibility.TRUST)
    slug = make_collection(db, CALM, lead=lead, title="Open to the public", visibility=Visibility.PUBLIC)

    assert client.get(f"/feeds/collection/{shut}.atom").status_code == 404
    assert client.get(f"/feeds/collection/{slug}.atom").status_code in (200, 404)
    assert client.get("/feeds/theme/no-such-theme.atom").status_code == 404


def test_a_feed_of_ones_own_shows_what_one_may_read_and_a_dead_address_says_so(own: Flask) -> None:
    reader, anybody = Browser(own).sign_in("reader"), Browser(own).client
    first, second = address(reader), address(reader)

    alive = anybody.get(second)
    dead = anybody.get(first)
    reader.post("/following/feed/end")

    assert "Only for the trust" in titles(alive.data)
    assert alive.headers["Cache-Control"] == "private, no-cache"
    assert dead.status_code == 410
    assert "does not work any more" in dead.text
    assert anybody.get(second).status_code == 410


def test_the_feed_of_a_leaver_is_dead_and_an_erased_person_leaves_nothing_kept(
    own: Flask, tmp_path: Path
) -> None:
    db = database(own)
    leaver = person(db, "y.carrow")
    feed = f"/feeds/mine/{following.begin_feed(db, leaver)}.atom"
    reading_lists.put(
        db, reading_lists.add_list(db, leaver.id, "Mine", datetime.now(UTC)), CALM, datetime.now(UTC)
    )
    exported = personal.rows_on(db, leaver)
    accounts.leave(db, leaver.id, datetime.now(UTC))
    left = Browser(own).client.get(feed).status_code
    (tmp_path / "content").mkdir()

    erase(db, tmp_path / "content", tmp_path, leaver)

    assert left == 410
    assert exported["reading_lists"][0]["title"] == "Mine"
    assert reading_lists.of(db, leaver.id) == ()
    assert not follows.has_feed(db, leaver.id)


def address(browser: Browser) -> str:
    code = browser.post("/following/feed").select("code")[0].get_text()
    return code[code.index("/feeds/") :]
