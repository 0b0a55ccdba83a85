"""From an article to its new version through the pages: another address, an older version, another author."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from kb.actions import printing, publishing
from kb.application import create_app
from kb.domain.edition import EditionKind
from kb.domain.permission import State
from kb.settings import Settings
from kb.storage import accounts, editions, texts
from kb.web.press import press
from tests.browser import Browser
from tests.drafts import begin, site_of
from tests.texts import NOW
from tests.workplace import workplace

CALM = "calm-starts-after-lunch"
MOVED = "a-feedback-policy-on-one-page"
"""No other test here looks for it: tests come in any order."""


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("versions"), own_index=True) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture
def person(own: Flask) -> Callable[[str], Browser]:
    return lambda who: Browser(own).sign_in(who)


def revised(browser: Browser, slug: str) -> int:
    answer = browser.post(f"/contribute/articles/{slug}")
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def test_the_article_page_offers_a_new_version_to_those_who_may_write_one(
    person: Callable[[str], Browser],
) -> None:
    pages = {
        who: person(who).get(f"/articles/{CALM}") for who in ("reader", "partner", "lead", "administrator")
    }
    offered = {
        who: bool(page.select(f'form[action="/contribute/articles/{CALM}"]')) for who, page in pages.items()
    }

    assert {who: page.status_code for who, page in pages.items()} == dict.fromkeys(pages, 200)
    assert offered == {"reader": False, "partner": False, "lead": True, "administrator": False}


def test_an_old_address_leads_to_the_new_one_for_those_who_may_read_it(
    own: Flask, person: Callable[[str], Browser]
) -> None:
    lead, db = person("lead"), site_of(own).database
    text_id = revised(lead, MOVED)
    lead.post(f"/contribute/{text_id}/address", data={"slug": "feedback-on-a-page"})
    reviewer = accounts.by_handle(db, "r.yeboah")
    assert reviewer is not None
    texts.move(db, text_id, was=[State.DRAFT], to=State.ACCEPTED, now=NOW, reviewer=reviewer.id)
    with own.test_request_context():
        publishing.publish(press(), reviewer, text_id)

    for end in ("", ".md"):
        answer = lead.get(f"/articles/{MOVED}{end}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/articles/feedback-on-a-page{end}")
    lead.post("/articles/feedback-on-a-page/take-down", data={"why": "withdrawn", "reason": "Wrong."})
    assert lead.get(f"/articles/{MOVED}").status_code == 404


def test_an_address_that_is_taken_is_said_beside_what_was_typed(person: Callable[[str], Browser]) -> None:
    lead = person("lead")
    text_id = revised(lead, first_of(lead))

    page = lead.post(f"/contribute/{text_id}/address", data={"slug": "Not An Address"})

    assert page.status_code == 400
    assert page.select("#slug")[0]["value"] == "Not An Address"
    assert "not-an-address" in page.words(".govuk-error-summary")


def first_of(browser: Browser) -> str:
    """The address of an article that the search names."""
    return str(browser.client.get("/api/v1/search?q=reading").get_json()["hits"][0]["slug"])


def test_an_older_version_is_shown_beside_the_article_and_begun_with_again(
    own: Flask, person: Callable[[str], Browser]
) -> None:
    lead, slug, db = person("lead"), first_of(person("lead")), site_of(own).database
    under_way = texts.find_edit(db, slug)
    if under_way:
        lead.post(f"/contribute/{under_way.id}/discard")
    with own.test_request_context():
        article = printing.article_at(db, slug)
        account = accounts.by_handle(db, "a.quintero")
        assert article is not None
        assert account is not None
        before = printing.text_of(db, site_of(own).settings.content, article)
        changed = before.replace(article.body.strip(), article.body.strip() + "\n\nA zebra came by.")
        printing.renew(press(), account, article, EditionKind.PUBLISHED, changed, note="")
    number = editions.history(db, slug)[1].number

    assert len(lead.get(f"/articles/{slug}/versions").select("main ol.rows li")) == 2
    assert "[added: " in lead.get(f"/articles/{slug}/versions/{number}").words()
    begun = lead.post(f"/articles/{slug}/versions/{number}")
    again = lead.post(f"/articles/{slug}/versions/{number}")

    text_id = int(begun.headers["Location"].rsplit("/", 1)[1])
    text = texts.find(db, text_id)
    assert text is not None
    assert "zebra" not in text.content.body
    assert again.status_code == 400
    assert again.select(f'main a[href="/contribute/{text_id}"]')


def test_an_author_adds_a_colleague_and_leaves(own: Flask, person: Callable[[str], Browser]) -> None:
    author, text_id = person("contributor"), begin(own)
    colleague = person("partner")
    assert colleague.get(f"/contribute/{text_id}").status_code == 404

    alone = author.post(f"/contribute/{text_id}/authors/leave")
    refused = author.post(f"/contribute/{text_id}/authors", data={"colleague": "no@body.example"})
    author.post(f"/contribute/{text_id}/authors", data={"colleague": "s.mistry@brindle-hill-primary.example"})
    left = author.post(f"/contribute/{text_id}/authors/leave")

    assert (alone.status_code, refused.status_code, left.status_code) == (400, 400, 303)
    assert refused.select("#colleague")[0]["value"] == "no@body.example"
    assert colleague.get(f"/contribute/{text_id}").status_code == 200


def test_the_lead_gives_away_what_a_leaver_has_left(own: Flask, person: Callable[[str], Browser]) -> None:
    lead, db, text_id = person("lead"), site_of(own).database, begin(own)
    leaver = accounts.by_handle(db, "r.okonjo")
    assert leaver is not None
    accounts.leave(db, leaver.id, NOW)

    page = lead.get("/review/without-author")
    refused = lead.post(f"/review/without-author/{text_id}", data={"colleague": "no@body.example"})
    lead.post(f"/review/without-author/{text_id}", data={"colleague": "s.mistry"})
    accounts.come_back(db, leaver.id)

    assert page.select(f'a[href="/review/{text_id}"]')
    assert refused.select("#colleague")[0]["value"] == "no@body.example"
    assert texts.find(db, text_id).authors[-1] == accounts.by_handle(db, "s.mistry").id  # type: ignore[union-attr]


def test_a_comment_that_cannot_be_sent_is_not_lost(own: Flask, person: Callable[[str], Browser]) -> None:
    author, text_id = person("contributor"), begin(own)
    long = "x" * 5001

    too_long = author.post(f"/contribute/{text_id}/comments", data={"said": long})
    no_thread = author.post(f"/contribute/{text_id}/comments", data={"said": "Yes.", "parent": "99"})
    foreign = person("partner").post(f"/contribute/{text_id}/comments", data={"said": "Mine."})

    assert (too_long.status_code, no_thread.status_code, foreign.status_code) == (400, 404, 404)
    assert [page.select("#said")[0].get_text().strip() for page in (too_long, no_thread, foreign)] == [
        long,
        "Yes.",
        "Mine.",
    ]


def test_advice_is_not_lost_when_the_text_has_gone_on_meanwhile(
    own: Flask, person: Callable[[str], Browser]
) -> None:
    reviewer, db, text_id = person("reviewer"), site_of(own).database, begin(own)
    texts.move(db, text_id, was=[State.DRAFT], to=State.CHANGES_ASKED, now=NOW)

    page = reviewer.post(
        f"/review/{text_id}/decide", data={"verdict": "return", "advice": "Say how many.", "revision": "1"}
    )
    passed = person("lead").post(f"/review/{text_id}/pass", data={"reason": "A town.", "revision": "1"})

    assert (page.status_code, passed.status_code) == (400, 400)
    assert page.select("#advice")[0].get_text().strip() == "Say how many."
    assert passed.select("#reason")[0].get_text().strip() == "A town."
