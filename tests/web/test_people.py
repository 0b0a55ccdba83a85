"""People: who knows about something, by what they wrote, tried and offer; and nobody who does not want to be found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from kb.actions.knowing import Because, Knower, who_knows
from kb.domain.article import Outcome, Visibility
from kb.domain.offer import OfferKind, Promise
from kb.domain.search import Reader
from kb.domain.trial import Report
from kb.settings import Settings
from kb.storage import accounts, offers, people, trials
from kb.storage.people import Choice
from tests.browser import Browser
from tests.sharing import database, emptied, shop

EVERYBODY = Reader(visibilities=frozenset(Visibility))
PUBLIC = Reader(visibilities=frozenset({Visibility.PUBLIC}))
NURTURE = "setting-up-a-nurture-group"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def workshop(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with shop(demo, tmp_path_factory.mktemp("own")) as app:
        yield app


@pytest.fixture
def own(workshop: Flask) -> Flask:
    return emptied(workshop)


def account(own: Flask, handle: str) -> int:
    found = accounts.by_handle(database(own), handle)
    assert found is not None
    return found.id


def try_it(own: Flask, handle: str, school: str, visibility: Visibility = Visibility.TRUST) -> None:
    report = Report(
        school=school,
        began=NOW.date(),
        ended=None,
        key_stages=("ks2",),
        provisions=("mainstream",),
        how_often="Daily",
        how_long="A term",
        changed="",
        outcome=Outcome.DID_NOT_WORK,
        how_we_know="Profiles did not change.",
        visibility=visibility,
    )
    trials.insert(database(own), NURTURE, report, author=account(own, handle), now=NOW)


def offer(own: Flask, handle: str, school: str, title: str, *, personal: bool = True) -> None:
    promise = Promise(
        school=school,
        personal=personal,
        title=title,
        about="",
        kinds=(OfferKind.TALK,),
        visibility=Visibility.TRUST,
    )
    offers.insert(database(own), promise, author=account(own, handle), now=NOW)


def knowers(own: Flask, words: str, reader: Reader = EVERYBODY, *, named: bool = True) -> dict[str, Knower]:
    known = who_knows(own.extensions["kb"].search, words, reader, named=named)
    return {each.handle or each.school: each for each in (*known.people, *known.schools)}


def because(knower: Knower) -> set[Because]:
    return {each.because for each in knower.reasons}


def test_who_knows_is_answered_by_what_people_and_schools_wrote_tried_and_offer(own: Flask) -> None:
    try_it(own, "r.okonjo", "castle-bridge-primary")
    offer(own, "s.mistry", "brindle-hill-primary", "Talk about running a nurture room for anxious pupils")
    offer(own, "z.pemberton", "saltmarsh-central", "Payroll and car parks")

    found = knowers(own, "how do we start a nurture group")

    assert because(found["r.okonjo"]) == {Because.TRIAL}
    assert Because.OFFER in because(found["s.mistry"])
    assert Because.ARTICLE in because(found["samphire-junior"])
    assert "z.pemberton" not in found
    assert found["samphire-junior"].score > found["castle-bridge-primary"].score


def test_what_is_asked_in_other_words_is_found_by_meaning(own: Flask) -> None:
    offer(own, "s.mistry", "brindle-hill-primary", "Help with children who are too anxious to come to school")

    assert "s.mistry" in knowers(own, "emotionally based school avoidance")


def test_nothing_is_known_about_what_nobody_wrote_of(own: Flask) -> None:
    offer(own, "s.mistry", "brindle-hill-primary", "Talk about nurture")

    assert knowers(own, "tractor carburettor") == {}
    assert knowers(own, "   ") == {}


def test_what_a_reader_may_not_see_makes_nobody_known_to_them(own: Flask) -> None:
    try_it(own, "r.okonjo", "castle-bridge-primary", Visibility.TRUST)

    assert "r.okonjo" not in knowers(own, "nurture group", PUBLIC)


def test_who_does_not_want_to_be_found_is_not_and_the_school_still_is(own: Flask) -> None:
    db = database(own)
    try_it(own, "r.okonjo", "castle-bridge-primary")

    Browser(own).sign_in("contributor").post("/people/choice", data={"with_address": "yes"})

    found = knowers(own, "nurture group")
    assert people.choice_of(db, account(own, "r.okonjo")) == Choice(listed=False, with_address=True)
    assert "r.okonjo" not in found
    assert "castle-bridge-primary" in found
    assert "Okonjo" not in Browser(own).sign_in("lead").get("/people/").words("main")
    assert Browser(own).sign_in("lead").get("/people/r.okonjo").status_code == 404
    assert Browser(own).sign_in("contributor").get("/people/r.okonjo").status_code == 200


def test_addresses_are_for_those_who_are_signed_in_and_only_when_the_person_agrees(own: Flask) -> None:
    address = "a.quintero@saltmarsh-central.example"

    stranger, colleague = Browser(own), Browser(own).sign_in("reader")
    shown = colleague.get("/people/a.quintero").text
    people.choose(database(own), account(own, "a.quintero"), Choice(with_address=False))

    assert address in shown
    assert address not in colleague.get("/people/a.quintero").text
    assert all("@" not in stranger.get(path).words("main") for path in ("/people/", "/people/a.quintero"))


def test_strangers_find_the_names_behind_public_articles_and_no_other(own: Flask) -> None:
    try_it(own, "l.fairweather", "castle-bridge-primary", Visibility.PUBLIC)
    stranger = Browser(own)

    listed = stranger.get("/people/").words("main")

    assert "A. Quintero" in listed
    assert "B. Ilesanmi" not in listed
    assert stranger.get("/people/b.ilesanmi").status_code == 404
    assert "trial" not in stranger.get("/people/l.fairweather").words("main").lower().replace(
        "trials", "trial"
    )
    assert "l.fairweather" not in knowers(own, "a nurture group", PUBLIC, named=False)


def test_a_partner_finds_their_own_school_and_who_is_behind_what_they_may_read(own: Flask) -> None:
    listed = Browser(own).sign_in("partner").get("/people/").words("main")

    assert "G. Achterberg" in listed
    assert "B. Ilesanmi" not in listed
    assert "B. Ilesanmi" in Browser(own).sign_in("reader").get("/people/").words("main")


def test_a_leaver_is_in_no_list(own: Flask) -> None:
    db, gone = database(own), account(own, "s.mistry")
    offer(own, "s.mistry", "brindle-hill-primary", "Talk about nurture groups")

    accounts.leave(db, gone, NOW)
    found, listed = knowers(own, "nurture group"), Browser(own).sign_in("lead").get("/people/").words("main")
    accounts.come_back(db, gone)

    assert "s.mistry" not in found
    assert "S. Mistry" not in listed


def test_the_page_says_why_each_is_named(own: Flask) -> None:
    offer(own, "s.mistry", "brindle-hill-primary", "Talk about running a nurture room")

    page = Browser(own).sign_in("reader").get("/people/?q=nurture+room")

    assert "offers Talk about running a nurture room" in page.words(".knowers")
