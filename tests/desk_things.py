"""One of each thing that people keep, ask, try, offer, learn and commission, each with a word of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from kb.actions import announcing, approaching, cpd_recording, keeping, objective_keeping, pinning, tokens
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
from tests.pupils import check
from tests.samples import make_article
from tests.web.test_pathway_pages import write

IDENTITIES = ("", "reader", "contributor", "partner", "reviewer", "lead", "administrator")
OF_THE_TRUST = frozenset({"reader", "contributor", "reviewer", "lead", "administrator"})
LEAD = frozenset({"lead"})
NOW, TODAY = datetime.now(UTC), datetime.now(UTC).date()
CALM, SECRET = "calm-starts-after-lunch", "among-ourselves"


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


def make_things(own: Flask) -> dict[str, Thing]:
    """Word → the thing that it stands in, made in the database of this app."""
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
    goal = objective_keeping.begin(db, me, Objective(title="More avocetby", account=me.id), check=check())
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
        db,
        lead,
        kind=SubjectKind.ARTICLE,
        subject=SECRET,
        title="As one",
        reason="So that pochardham holds.",
        check=check(),
    )
    pinning.pin(
        db, lead, PinKind.ARTICLE, SECRET, reason="For the smewhurst.", words="bassoon", check=check()
    )
    told = Announcement(
        id=0,
        title="Whimbrelton on Friday",
        words="Come.",
        schools=("castle-bridge-primary",),
        posts=(),
        starts=TODAY - timedelta(days=1),
        ends=TODAY + timedelta(days=9),
    )
    announcing.announce(db, lead, told, check=check())
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
