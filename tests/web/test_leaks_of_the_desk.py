"""What colleagues keep, ask, try, offer, learn and commission is on no page, list, file or feed of who may not read it.

Each thing carries a word of its own. Everybody opens every address with the numbers of every thing, and asks for the
words besides; what they find must be what they may read, no more and no less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.actions import announcing, approaching, cpd_recording, keeping, objective_keeping, pinning, tokens
from kb.application import create_app
from kb.domain.account import Account
from kb.domain.announcement import Announcement
from kb.domain.api_token import Scope
from kb.domain.approach import SubjectKind
from kb.domain.article import ArticleType, Visibility
from kb.domain.ask import Audience, Wish
from kb.domain.commission import Kind, Need, Stage, Visit
from kb.domain.cpd import CpdKind, Entry, NextStep
from kb.domain.feedback import Verdict
from kb.domain.objective import Objective
from kb.domain.offer import OfferKind, Promise
from kb.domain.pin import PinKind
from kb.domain.text import Content
from kb.domain.trial import Outcome, Report
from kb.settings import Settings
from kb.storage import (
    accounts,
    articles,
    asks,
    commission_visits,
    commissions,
    feedback,
    offers,
    texts,
    trials,
)
from kb.storage.database import Database
from tests.browser import PEOPLE, Browser
from tests.desk import make_collection
from tests.samples import make_article
from tests.web.test_pathway_pages import write
from tests.web.test_routes import CONVERTED, PARAMETER, PLAIN_TEXTS
from tests.workplace import workplace

pytestmark = pytest.mark.slow

IDENTITIES = ("", "reader", "contributor", "partner", "reviewer", "lead", "administrator")
OF_THE_TRUST = frozenset({"reader", "contributor", "reviewer", "lead", "administrator"})
LEAD = frozenset({"lead"})
NOW, TODAY = datetime.now(UTC), datetime.now(UTC).date()
CALM, SECRET = "calm-starts-after-lunch", "among-ourselves"
TEXTS = ("text/", "application/json", "application/atom+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something with a word of its own.

    seers   who may read the word
    under   how the addresses of the thing itself begin in the rules; empty for none
    values  parameter → what it is for this thing
    """

    seers: frozenset[str]
    under: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("desk-leaks")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


@pytest.fixture(scope="module")
def things(own: Flask) -> dict[str, Thing]:
    """Word → the thing that it stands in."""
    db: Database = own.extensions["kb"].database
    people = {who: person(db, who) for who in IDENTITIES if who}
    secret = make_article(
        slug=SECRET, title="A vireomoor for us", visibility=Visibility.TRUST, body="## Why\n\nSo."
    )
    articles.put(db, secret, {})
    return {
        "vireomoor": Thing(seers=OF_THE_TRUST, under="/articles/<slug>", values={"slug": SECRET}),
        **of_one_person(db, people["reader"]),
        **of_colleagues(db, people),
        **of_the_lead(own, db, people["lead"]),
        **commissioned(db, people["lead"]),
    }


def person(db: Database, who: str) -> Account:
    found = accounts.by_email(db, PEOPLE[who].email)
    assert found is not None
    return found


def of_one_person(db: Database, me: Account) -> dict[str, Thing]:
    """What is nobody's business but one's own."""
    mine = frozenset({"reader"})
    entry = Entry(
        title="About wrenfield",
        kind=CpdKind.COURSE,
        done_on=TODAY,
        minutes=30,
        reflection="As dunlinmere says.",
    )
    number = cpd_recording.log(db, me, entry)
    step = cpd_recording.plan(db, me, NextStep(said="Try the siskinholt"))
    shelf = keeping.begin(db, me, "For ploverton")
    goal = objective_keeping.begin(db, me, Objective(title="More avocetby", account=me.id))
    tokens.issue(db, me, name="My ternwick", scopes=[Scope.READ], days=30)
    return {
        "wrenfield": Thing(seers=mine, under="/cpd/<int:entry_id>", values={"entry_id": number}),
        "dunlinmere": Thing(seers=mine),
        "siskinholt": Thing(seers=mine, under="/cpd/next/<int:step_id>", values={"step_id": step}),
        "ploverton": Thing(seers=mine, under="/reading/<int:number>", values={"number": shelf}),
        "avocetby": Thing(seers=mine, under="/objectives/<int:objective_id>", values={"objective_id": goal}),
        "ternwick": Thing(seers=mine),
    }


def of_colleagues(db: Database, people: Mapping[str, Account]) -> dict[str, Thing]:
    """What is asked, offered, tried, said and written."""
    partner, contributor, reviewer = (people[who] for who in ("partner", "contributor", "reviewer"))
    school = contributor.schools[0]
    wish = Wish(question="How do we knotgate?", detail="", school=partner.schools[0], audience=Audience.LEAD)
    confidential = asks.insert(db, wish, asker=partner.id, now=NOW)
    wish = Wish(question="How do we godwithill?", detail="", school=school, audience=Audience.TRUST)
    open_one = asks.insert(db, wish, asker=contributor.id, now=NOW)
    promise = Promise(school=school, personal=True, title="A curlewdale", about="x", kinds=(OfferKind.TALK,))
    offer = offers.insert(db, promise, author=contributor.id, now=NOW)
    tried = trials.insert(db, CALM, trial(school, "We counted rednessing."), author=contributor.id, now=NOW)
    on_secret = trials.insert(db, SECRET, trial(school, "We saw gannetmoor."), author=contributor.id, now=NOW)
    feedback.keep(db, CALM, Verdict.OUT_OF_DATE, "The skuabank is gone.", account=reviewer.id, now=NOW)
    draft = texts.insert(
        db,
        kind=ArticleType.HOW_TO,
        content=Content(fields={"title": "A fulmarsea board"}, body="We made it."),
        school=partner.schools[0],
        author=partner.id,
        now=NOW,
    )
    return {
        "knotgate": Thing(
            seers=LEAD | {"partner"}, under="/asks/<int:number>", values={"number": confidential}
        ),
        "godwithill": Thing(seers=OF_THE_TRUST, under="/asks/<int:number>", values={"number": open_one}),
        "curlewdale": Thing(seers=OF_THE_TRUST, under="/offers/<int:number>", values={"number": offer}),
        "rednessing": Thing(seers=OF_THE_TRUST, under="/trials/<int:number>", values={"number": tried}),
        "gannetmoor": Thing(seers=OF_THE_TRUST, under="/trials/<int:number>", values={"number": on_secret}),
        "skuabank": Thing(seers=LEAD | {"reviewer"}),
        "fulmarsea": Thing(
            seers=LEAD | {"partner", "reviewer"}, under="/contribute/<int:text_id>", values={"text_id": draft}
        ),
    }


def trial(school: str, how_we_know: str) -> Report:
    return Report(
        school=school,
        began=date(2026, 3, 2),
        ended=date(2026, 4, 1),
        key_stages=("ks2",),
        provisions=(),
        how_often="Daily",
        how_long="A month",
        changed="",
        outcome=Outcome.MIXED,
        how_we_know=how_we_know,
        visibility=Visibility.TRUST,
    )


def of_the_lead(own: Flask, db: Database, lead: Account) -> dict[str, Thing]:
    """What the lead puts together and tells."""
    at = "/collections/<string(maxlength=90):collection>"
    draft = make_collection(db, CALM, lead=lead, publish=False, title="Half made", summary="Of petrelness.")
    inner = make_collection(
        db, CALM, SECRET, lead=lead, title="Ours: scoterwell", visibility=Visibility.TRUST
    )
    open_one = make_collection(
        db, CALM, SECRET, lead=lead, title="For all of us", visibility=Visibility.PUBLIC
    )
    with db.write() as writing:
        writing.execute(
            "update collection_entries set note = 'See the bitternlea' where slug = ? and collection = "
            "(select id from collections where slug = ?)",
            [SECRET, open_one],
        )
    approach = approaching.mark(
        db, lead, kind=SubjectKind.ARTICLE, subject=SECRET, title="As one", reason="So that pochardham holds."
    )
    pinning.pin(db, lead, PinKind.ARTICLE, SECRET, reason="For the smewhurst.", words="bassoon")
    told = Announcement(
        id=0,
        title="Whimbrelton on Friday",
        words="Come.",
        schools=("castle-bridge-primary",),
        posts=(),
        starts=TODAY - timedelta(days=1),
        ends=TODAY + timedelta(days=9),
    )
    announcing.announce(db, lead, told)
    browser = Browser(own).sign_in("lead")
    begun = browser.post("/pathways/desk/new", data={"title": "Half a ruffbrook"}).headers["Location"]
    taught = write(browser, "Towards sanderlingay", {"title": "One"}, visibility="trust")
    desk = "/pathways/desk/<int:pathway_id>"
    return {
        "petrelness": Thing(seers=LEAD, under=at, values={"collection": draft}),
        "scoterwell": Thing(seers=OF_THE_TRUST, under=at, values={"collection": inner}),
        "bitternlea": Thing(seers=OF_THE_TRUST, values={"collection": open_one}, under=""),
        "pochardham": Thing(
            seers=OF_THE_TRUST,
            under="/approaches/<string(maxlength=90):approach>",
            values={"approach": approach, "number": 1},
        ),
        "smewhurst": Thing(seers=OF_THE_TRUST),
        "whimbrelton": Thing(seers=LEAD | {"reader", "contributor"}),
        "ruffbrook": Thing(seers=LEAD, under=desk, values={"pathway_id": re.findall(r"\d+", begun)[0]}),
        "sanderlingay": Thing(
            seers=OF_THE_TRUST,
            under="/pathways/<string(maxlength=80):name>",
            values={"name": "towards-sanderlingay", "pathway_id": taught.rsplit("/", 1)[1]},
        ),
    }


def commissioned(db: Database, lead: Account) -> dict[str, Thing]:
    """Two commissions: a confidential one, and one in delivery of which most see that it is there alone."""
    at = "/commissions/<int:commission_id>"
    need = Need(
        kind=Kind.SUPPORT,
        title="After the eiderfall",
        text="x",
        standard="attendance-behaviour",
        receiver="harbour-heights-school",
        confidential=True,
    )
    hidden = commissions.insert(db, need, lead=lead.id, now=NOW)
    need = Need(
        kind=Kind.SUPPORT,
        title="Lunch at garganeyholm",
        text="Because of teal-in-the-marsh.",
        standard="attendance-behaviour",
        receiver="harbour-heights-school",
    )
    shown = commissions.insert(db, need, lead=lead.id, now=NOW)
    found = commissions.find(db, shown)
    assert found is not None
    commissions.change(db, found, {"supporter": "lantern-school"}, now=NOW, to=Stage.DELIVERY)
    visit = Visit(
        id=0,
        commission=shown,
        day=TODAY,
        who="Two",
        hours=3,
        cost=0,
        note="We met shelduckby.",
        logged_by=lead.id,
    )
    logged = commission_visits.add(db, visit, now=NOW)
    return {
        "eiderfall": Thing(seers=LEAD, under=at, values={"commission_id": hidden}),
        "garganeyholm": Thing(
            seers=OF_THE_TRUST, under=at, values={"commission_id": shown, "visit_id": logged}
        ),
        "teal-in-the-marsh": Thing(seers=LEAD),
        "shelduckby": Thing(
            seers=LEAD,
            under=f"{at}/visits/<int:visit_id>",
            values={"commission_id": shown, "visit_id": logged},
        ),
    }


def client_of(own: Flask, who: str) -> FlaskClient:
    return Browser(own).sign_in(who).client if who else own.test_client()


def filled(rule: str, values: Mapping[str, object]) -> str:
    others = CONVERTED | PLAIN_TEXTS
    return PARAMETER.sub(lambda found: str(values.get(found["name"], others[found["name"]])), rule)


def twin_of(rule: str, thing: Thing) -> str:
    """The address of something of the same kind that is not there."""
    own_parameter = [found["name"] for found in PARAMETER.finditer(thing.under)][-1]
    return filled(rule, {name: value for name, value in thing.values.items() if name != own_parameter})


def rules(own: Flask, method: str) -> list[str]:
    return sorted({rule.rule for rule in own.url_map.iter_rules() if method in (rule.methods or ())})


def addresses(own: Flask, things: Mapping[str, Thing]) -> Iterator[str]:
    """Every address that can be read, with the numbers of every thing; and questions for each word."""
    for rule in rules(own, "GET"):
        if rule.endswith(".pdf") or "static" in rule or "sign-out" in rule:
            continue  # files hold what their page holds; the test after this one asks for them
        yield filled(rule, {})
        for thing in things.values():
            if any(f":{name}>" in rule or f"<{name}>" in rule for name in thing.values):
                yield filled(rule, thing.values)
    yield from (
        "/search?q=bassoon",
        "/asks/new?q=the+knot+gate+and+god+with+hill",
        "/people/?q=knotgate+godwithill+curlewdale",
        "/commissions/?view=table",
    )
    for each in (CALM, SECRET):
        yield f"/articles/{each}/feedback"
        yield f"/cpd/new?article={each}"
    for word in things:
        for listed in ("/api/v1/suggest", "/asks/"):  # what is searched for, the lead is told without names
            yield f"{listed}?q={word}"
    yield "/people/r.okonjo"
    yield "/schools/lantern-school"
    yield "/schools/harbour-heights-school"


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_everybody_finds_what_they_may_read_and_no_more(
    own: Flask, things: dict[str, Thing], who: str
) -> None:
    client, found = client_of(own, who), dict[str, str]()
    for path in dict.fromkeys(addresses(own, things)):
        answer = client.get(path)
        if answer.mimetype.startswith(TEXTS):
            told = answer.get_data(as_text=True).lower()
            found |= {word: path for word in things if word in told and word not in path}
        answer.close()

    meant = {word for word, thing in things.items() if who in thing.seers}
    assert {word: path for word, path in found.items() if word not in meant} == {}
    assert meant - found.keys() == set()


@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who or "nobody")
def test_who_may_not_read_a_thing_can_do_nothing_at_its_addresses(
    own: Flask, things: dict[str, Thing], who: str
) -> None:
    wrong, browser = [], Browser(own)
    if who:
        browser.sign_in(who)
    sent = {"GET": {}, "POST": {"csrf_token": browser.token()}}
    for word, thing in things.items():
        for method in ("GET", "POST") if thing.under and who not in thing.seers else ():
            for rule in (each for each in rules(own, method) if each.startswith(thing.under)):
                path, data = filled(rule, thing.values), sent[method]
                answer = browser.client.open(path, method=method, data=data)
                to_sign_in = not who and answer.headers.get("Location", "").startswith("/account/sign-in")
                if answer.status_code not in {403, 404} and not to_sign_in:
                    # Whether there is such a thing must not be told either: one that is not there answers alike.
                    twin = browser.client.open(twin_of(rule, thing), method=method, data=data)
                    if twin.status_code != answer.status_code:
                        wrong.append((word, method, path, answer.status_code))
                if word in answer.get_data(as_text=True).lower() and word not in path:
                    wrong.append((word, method, path, "says it"))
                answer.close()

    assert wrong == []
