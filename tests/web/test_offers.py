"""Offers: what a school or a person would do for others, found by those who may see them, for as long as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from kb.domain.article import Visibility
from kb.domain.search import Reader
from kb.settings import Settings
from kb.storage import accounts, offers
from tests.browser import Browser
from tests.sharing import database, emptied, shop

EVERYBODY = Reader(visibilities=frozenset(Visibility))
OFFER = {
    "title": "See our zebra corner at work",
    "kinds": ["visit", "talk"],
    "about": "Come at ten to one.",
    "school": "castle-bridge-primary",
    "personal": "person",
    "themes": ["nurture"],
    "key_stages": ["ks1"],
    "days_per_term": "3",
    "until": "July 2031",
    "visibility": "trust",
}


@pytest.fixture(scope="module")
def workshop(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with shop(demo, tmp_path_factory.mktemp("own")) as app:
        yield app


@pytest.fixture
def own(workshop: Flask) -> Flask:
    return emptied(workshop)


def offered(own: Flask, who: str = "contributor", **changes: object) -> int:
    """The number of an offer that somebody made on the page."""
    page = Browser(own).sign_in(who).post("/offers/new", data=OFFER | changes)
    assert page.status_code == 303, page.words()
    return int(page.headers["Location"].rsplit("/", 1)[1])


def test_an_offer_is_found_by_words_and_filters_and_stands_on_the_page_of_its_school(own: Flask) -> None:
    offered(own)
    reader = Browser(own).sign_in("reader")

    assert "1 offer" in reader.get("/offers/?q=zebras&theme=nurture&kind=visit&key_stage=ks1").words()
    assert "0 offers" in reader.get("/offers/?key_stage=ks4").words()
    assert "0 offers" in reader.get("/offers/?kind=coach").words()
    assert "zebra corner" in reader.get("/schools/castle-bridge-primary").words()
    assert "3 days a term. Until 31 July 2031" in reader.get("/offers/").words(".offers")


def test_an_offer_for_the_trust_is_no_partner_s_and_names_nobody_to_strangers(own: Flask) -> None:
    narrow, wide = offered(own), offered(own, visibility="public", title="Open to all")

    stranger = Browser(own).get(f"/offers/{wide}")

    assert Browser(own).sign_in("partner").get(f"/offers/{narrow}").status_code == 404
    assert Browser(own).get(f"/offers/{narrow}").status_code == 404
    assert "zebra" not in Browser(own).get("/offers/").words()
    assert "Okonjo" not in stranger.text
    assert "@" not in stranger.words()
    assert (
        "r.okonjo@castle-bridge-primary.example" in Browser(own).sign_in("reader").get(f"/offers/{wide}").text
    )


def test_an_offer_rests_is_taken_up_again_and_ends(own: Flask) -> None:
    number, author = offered(own), Browser(own).sign_in("contributor")
    today = datetime.now(UTC).date()

    author.post(f"/offers/{number}/pause")
    resting = offers.standing(database(own), EVERYBODY, today), author.get(f"/offers/{number}").status_code
    author.post(f"/offers/{number}/open")
    again = [each.id for each in offers.standing(database(own), EVERYBODY, today)]
    Browser(own).sign_in("lead").post(f"/offers/{number}/end")

    assert resting == ((), 200)
    assert again == [number]
    assert author.post(f"/offers/{number}/open").status_code == 404
    assert offers.standing(database(own), EVERYBODY, today) == ()


def test_an_offer_whose_last_day_has_passed_stands_no_more(own: Flask) -> None:
    number = offered(own)
    with database(own).write() as writing:
        writing.execute("update offers set until = '2020-01-01'")

    assert Browser(own).sign_in("reader").get(f"/offers/{number}").status_code == 404
    assert "0 offers" in Browser(own).sign_in("reader").get("/offers/").words()


def test_what_a_leaver_offered_by_name_goes_with_them_and_what_the_school_offers_stays(own: Flask) -> None:
    db = database(own)
    offered(own)
    school_s = offered(own, personal="school")
    person = accounts.by_handle(db, "r.okonjo")
    assert person is not None

    accounts.leave(db, person.id, datetime.now(UTC))
    standing = offers.standing(db, EVERYBODY, datetime.now(UTC).date())
    accounts.come_back(db, person.id)

    assert [each.id for each in standing] == [school_s]


@pytest.mark.parametrize(
    ("changes", "field", "advice"),
    [
        ({"title": ""}, "title", "Say in a few words"),
        ({"kinds": []}, "kinds", "Choose at least one"),
        ({"until": "soon"}, "until", "Enter a day such as"),
        ({"until": "2020-01-01"}, "until", "still to come"),
        ({"school": "seawall-academy"}, "school", "Choose from the list"),
        ({"about": "Ask for Ellie Thompson in Year 4."}, "about", "pupil’s name"),
        ({"days_per_term": "many"}, "days_per_term", "whole number"),
    ],
)
def test_what_cannot_be_offered_is_refused_beside_its_field(
    own: Flask, changes: dict[str, object], field: str, advice: str
) -> None:
    page = Browser(own).sign_in("contributor").post("/offers/new", data=OFFER | changes)

    assert page.status_code == 400
    assert advice in page.words(".govuk-error-summary")
    assert page.select(f".govuk-error-summary a[href^='#{field}']")
    assert offers.standing(database(own), EVERYBODY, datetime.now(UTC).date()) == ()


def test_an_offer_is_changed_by_its_school_and_by_nobody_else(own: Flask) -> None:
    number = offered(own)

    statuses = [
        Browser(own).sign_in(who).get(f"/offers/{number}/edit").status_code
        for who in ("contributor", "reader", "partner", "reviewer")
    ]
    Browser(own).sign_in("contributor").post(
        f"/offers/{number}/edit", data=OFFER | {"title": "Another zebra"}
    )

    assert statuses == [200, 404, 404, 404]
    assert "Another zebra" in Browser(own).sign_in("reader").get("/offers/").words()
