"""Collections on pages and in the API: put together with buttons alone, and seen with the reader's rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kb.actions import collecting
from kb.application import create_app
from kb.domain.account import Account
from kb.domain.article import Visibility
from kb.domain.collection import CollectionState
from kb.domain.search import Facet
from kb.settings import Settings
from kb.storage import accounts
from kb.storage.database import Database
from tests.browser import Browser
from tests.desk import EVERYBODY, make_collection, order, this
from tests.pupils import check
from tests.workplace import workplace

CALM, FEWER, ONE_INSET = (
    "calm-starts-after-lunch",
    "fewer-suspensions-in-key-stage-3",
    "one-inset-day-on-trauma",
)


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("collections")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def slug(own: Flask) -> str:
    """A published collection of three articles."""
    db = database(own)
    return make_collection(
        db,
        CALM,
        FEWER,
        ONE_INSET,
        lead=lead_of(db),
        visibility=Visibility.TRUST,
        terms={Facet.KEY_STAGE: ("ks3",), Facet.THEME: ("de-escalation",)},
    )


def database(own: Flask) -> Database:
    db: Database = own.extensions["kb"].database
    return db


def lead_of(db: Database) -> Account:
    found = accounts.by_handle(db, "a.quintero")
    assert found is not None
    return found


def test_a_collection_is_made_filled_and_published_with_buttons_alone(own: Flask) -> None:
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")
    made = lead.post(
        "/collections/new",
        data={"title": "First weeks", "summary": "For new heads of year.", "visibility": "trust"},
    )
    desk = str(made.headers["Location"])
    home = desk.removesuffix("/arrange")
    found = lead.get(f"{desk}?q=calm").select("form[action$='/add'] input[name=article]")

    lead.post(f"{home}/add", data={"article": str(found[0]["value"])})
    hidden_before = reader.get(home).status_code
    lead.post(f"{home}/state", data={"to": "published", "version": version(lead, desk)})

    assert made.status_code == 303
    assert hidden_before == 404
    assert "Collection of 1 article" in reader.get(home).words()
    assert "First weeks" in reader.get("/collections/").words()


def version(lead: Browser, desk: str) -> str:
    return str(lead.get(desk).select("input[name=version]")[0]["value"])


def sent(lead: Browser, slug: str, **notes: str) -> dict[str, object]:
    """What the form of a collection sends, with some notes typed anew; names have _ for -."""
    page = lead.get(f"/collections/{slug}/arrange")
    typed = {name.replace("_", "-"): words for name, words in notes.items()}
    articles = [str(each["value"]) for each in page.select("[data-ordering] input[name=article]")]
    words = [each.text.strip() for each in page.select("textarea[name=note]")]
    return {
        "version": str(page.select("input[name=version]")[0]["value"]),
        "article": articles,
        "note": [typed.get(each, was) for each, was in zip(articles, words, strict=True)],
        "place": [str(each["value"]) for each in page.select("input[name=place]")],
    }


def test_a_button_moves_its_article_and_keeps_every_note_that_was_typed(own: Flask, slug: str) -> None:
    lead = Browser(own).sign_in("lead")
    form = sent(lead, slug, calm_starts_after_lunch="Begin here", one_inset_day_on_trauma="Ask for slides")

    answer = lead.post(f"/collections/{slug}/entries", data=form | {"do": f"down {CALM}"})

    page = Browser(own).sign_in("reader").get(f"/collections/{slug}")
    assert order(database(own), slug) == [FEWER, CALM, ONE_INSET]
    assert len(page.select(".card__title")) == 3
    assert "Begin here" in page.words()
    assert "Ask for slides" in page.words()
    assert answer.headers["Location"].endswith(f"#down-{CALM}")  # Enter again moves it on


def test_an_article_goes_where_its_number_says_and_another_is_taken_out(own: Flask, slug: str) -> None:
    lead = Browser(own).sign_in("lead")

    lead.post(f"/collections/{slug}/entries", data=sent(lead, slug) | {"place": ["3", "2", "x"]})
    after = order(database(own), slug)
    lead.post(f"/collections/{slug}/entries", data=sent(lead, slug) | {"do": f"out {FEWER}"})

    assert after == [FEWER, ONE_INSET, CALM]
    assert order(database(own), slug) == [ONE_INSET, CALM]


def test_the_second_of_two_leads_sees_the_present_order_and_keeps_the_words(own: Flask, slug: str) -> None:
    db, lead = database(own), Browser(own).sign_in("lead")
    old = sent(lead, slug, calm_starts_after_lunch="Words of mine")
    collecting.keep(
        db,
        lead_of(db),
        slug,
        int(str(old["version"])),
        dict.fromkeys([ONE_INSET, FEWER, CALM], ""),
        check=check(),
    )

    second = lead.post(f"/collections/{slug}/entries", data=old | {"do": f"down {CALM}"})

    shown = [str(each["data-slug"]) for each in second.select("[data-slug]")]
    assert second.status_code == 400
    assert "Somebody changed this collection" in second.words(".govuk-error-summary")
    assert "Words of mine" in second.text
    assert shown == [ONE_INSET, FEWER, CALM] == order(db, slug)
    assert [str(each["value"]) for each in second.select("input[name=place]")] == ["1", "2", "3"]


def test_a_collection_stands_on_its_articles_and_is_found_by_its_terms(own: Flask, slug: str) -> None:
    reader = Browser(own).sign_in("reader")

    assert f"/collections/{slug}" in reader.get(f"/articles/{CALM}").text
    assert f"/collections/{slug}" in reader.get("/collections/?key_stage=ks3&theme=de-escalation").text
    assert f"/collections/{slug}" not in reader.get("/collections/?key_stage=ks1").text


def test_who_is_not_signed_in_sees_nothing_of_a_collection_of_the_trust(own: Flask, slug: str) -> None:
    for path in ("", "/print"):
        assert Browser(own).get(f"/collections/{slug}{path}").status_code == 404
    for path in ("/collections/", "/", f"/articles/{CALM}", "/api/v1/collections"):
        assert slug not in Browser(own).client.get(path).text


def test_the_pack_holds_every_article_once_with_links_that_lead_somewhere(own: Flask, slug: str) -> None:
    page = Browser(own).sign_in("reader").get(f"/collections/{slug}/print")

    paper = Browser(own).sign_in("reader").client.get(f"/collections/{slug}/pack.pdf")
    assert paper.data.startswith(b"%PDF-") or paper.status_code == 404
    assert len(page.select(".pack__article")) == 3
    assert len(page.select(".pack__contents a")) == 3
    assert page.select(".pack__article .prose h3")


def test_the_api_tells_the_collections_and_refuses_what_it_does_not_know(own: Flask, slug: str) -> None:
    client = Browser(own).sign_in("reader").client

    found = {
        each["slug"]: each for each in client.get("/api/v1/collections?key_stage=ks3").json["collections"]
    }  # type: ignore[index]

    assert [each["slug"] for each in found[slug]["entries"]] == [CALM, FEWER, ONE_INSET]
    assert found[slug]["entries"][0]["note"] == f"About {CALM}"
    assert slug not in client.get("/api/v1/collections?key_stage=ks1").text
    assert client.get("/api/v1/collections?key_stage=ks33").status_code == 400
    assert client.get("/api/v1/collections?need=semh").status_code == 400


def test_what_is_near_in_meaning_is_suggested_and_nothing_that_is_in_it(own: Flask, slug: str) -> None:
    search = own.extensions["kb"].search
    with own.test_request_context():
        near = collecting.suggested(search, this(database(own), slug), EVERYBODY)

    assert near
    assert {each.slug for each in near}.isdisjoint(order(database(own), slug))


def test_bad_titles_are_refused_beside_the_field_and_nothing_typed_is_lost(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")

    page = lead.post(
        "/collections/new", data={"title": "Abc", "summary": "Kept words", "visibility": "trust"}
    )

    assert page.status_code == 400
    assert "5 to 120 characters" in page.words(".govuk-error-summary")
    assert "Kept words" in page.text


def test_what_tells_who_a_pupil_is_is_not_kept_and_not_lost(own: Flask, slug: str) -> None:
    lead = Browser(own).sign_in("lead")
    note = "Ring mum on 07700 900123 before you try it."
    form = sent(lead, slug, calm_starts_after_lunch=note, one_inset_day_on_trauma="Bring biscuits")

    page = lead.post(f"/collections/{slug}/entries", data=form | {"place": ["2", "1", "3"]})

    assert page.status_code == 400
    assert "07700 900123" in page.words(".govuk-error-summary")
    assert note in page.text
    assert "Bring biscuits" in page.text
    assert [str(each["value"]) for each in page.select("input[name=place]")] == ["2", "1", "3"]
    assert note not in Browser(own).sign_in("reader").get(f"/collections/{slug}").text


def test_an_archived_collection_is_nobodys_but_the_leads(own: Flask, slug: str) -> None:
    db = database(own)
    collecting.move_on(db, lead_of(db), slug, this(db, slug).version, CollectionState.ARCHIVED)

    assert Browser(own).sign_in("reader").get(f"/collections/{slug}").status_code == 404
    assert "In the archive" in Browser(own).sign_in("lead").get(f"/collections/{slug}").words()
