"""A site with one of each thing that people say something about, for tests of what is kept out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kb.actions import (
    announcing,
    approaching,
    collecting,
    feeding_back,
    objective_keeping,
    offering,
    pathway_shaping,
    pinning,
    trying,
    wanting,
)
from kb.domain.account import Account
from kb.domain.announcement import Announcement
from kb.domain.approach import SubjectKind
from kb.domain.article import Outcome, Visibility
from kb.domain.ask import Audience, Wish
from kb.domain.collection import About
from kb.domain.commission import Result, Stage
from kb.domain.feedback import Verdict
from kb.domain.objective import Evidence, EvidenceKind, Objective
from kb.domain.offer import OfferKind, Promise
from kb.domain.pathway import Outline, Step, StepKind
from kb.domain.pin import PinKind
from kb.domain.search import Reader
from kb.domain.trial import Report
from kb.storage import articles, collections, commission_visits, pathways
from kb.storage.database import Database
from tests.commissions import RECEIVER, SUPPORTER, Trust, make_plan, make_visit
from tests.pupils import check
from tests.samples import make_article

TODAY = datetime.now(UTC).date()
EVERYBODY = Reader(visibilities=frozenset(Visibility))
ONE, ANOTHER = "calm-starts", "quiet-corridors"
WRITTEN_BY = "long-meadow-primary"


@dataclass(frozen=True, slots=True)
class Site:
    """A site with one of each thing that is said something about."""

    trust: Trust
    trial: int
    ask: int
    offer: int
    objective: int
    pathway: int
    collection: str
    approach: str
    pin: int
    announcement: int

    @property
    def db(self) -> Database:
        return self.trust.db

    def person(self, who: str) -> Account:
        return self.trust.account(who)


def furnished(db: Database) -> Site:
    """One of each in an empty database."""
    trust = Trust(db)
    for slug in (ONE, ANOTHER):
        articles.put(db, make_article(slug=slug, title=slug, school=WRITTEN_BY), {})
    lead, teacher, writer = (trust.account(who) for who in ("lead", "contact", "supporter"))
    shelf = collecting.make(db, lead, told_of("Calm starts"), check=check())
    collecting.put_in(db, lead, shelf, ONE, check=check())
    pathway = pathway_shaping.begin(db, lead, "Calm starts", check=check())
    outline = Outline(title="Calm starts", summary="For calm starts.")
    about = revision(db, pathway)
    pathway_shaping.describe(db, lead, pathway, outline, revision=about, check=check())
    pathway_shaping.add_step(db, lead, pathway, step("Read"), revision=revision(db, pathway), check=check())
    site = Site(
        trust=trust,
        trial=trying.tell(db, writer, ONE, tried("We counted."), telling()),
        ask=wanting.ask(db, teacher, wish("How do we begin calmly?"), asking()),
        offer=offering.offer(db, writer, promise("Come and see"), check=check(), reader=EVERYBODY),
        objective=objective_keeping.begin(
            db, writer, Objective(title="Ask", account=writer.id), check=check()
        ),
        pathway=pathway,
        collection=shelf,
        approach=approaching.mark(
            db,
            lead,
            kind=SubjectKind.ARTICLE,
            subject=ONE,
            title="As one",
            reason="For all of us.",
            check=check(),
        ),
        pin=pinning.pin(db, lead, PinKind.ARTICLE, ONE, reason="Begin here.", words="calm", check=check()),
        announcement=announcing.announce(db, lead, news("A day"), check=check()),
    )
    articles.put(db, make_article(slug=ONE, body="## Why\n\nAnew.", school=WRITTEN_BY), {})
    return site


def told_of(title: str, summary: str = "For year leaders.", introduction: str = "") -> About:
    return About(title=title, summary=summary, introduction=introduction)


def step(title: str, about: str = "") -> Step:
    return Step(id=1, kind=StepKind.TASK, title=title, about=about, target="", minutes=10)


def revision(db: Database, pathway: int) -> int:
    found = pathways.find(db, pathway)
    assert found is not None
    return found.revision


def version(db: Database, collection: str) -> int:
    found = collections.find(db, collection, EVERYBODY, curates=True)
    assert found is not None
    return found.version


def tried(how_we_know: str, changed: str = "") -> Report:
    return Report(
        school=SUPPORTER,
        began=date(2026, 3, 2),
        ended=date(2026, 4, 1),
        key_stages=("ks2",),
        provisions=(),
        how_often="Daily",
        how_long="A month",
        changed=changed,
        outcome=Outcome.MIXED,
        how_we_know=how_we_know,
        visibility=Visibility.TRUST,
    )


def telling() -> trying.Telling:
    return trying.Telling(check=check(), reader=EVERYBODY)


def wish(question: str, detail: str = "") -> Wish:
    return Wish(question=question, detail=detail, school=RECEIVER, audience=Audience.TRUST)


def asking() -> wanting.Asking:
    return wanting.Asking(check=check())


def promise(title: str, about: str = "We show you.") -> Promise:
    return Promise(school=SUPPORTER, personal=True, title=title, about=about, kinds=(OfferKind.TALK,))


def news(title: str, words: str = "Come.", number: int = 0) -> Announcement:
    ends = TODAY + timedelta(days=9)
    return Announcement(id=number, title=title, words=words, schools=(), posts=(), starts=TODAY, ends=ends)


def shelf(site: Site) -> dict[str, object]:
    return {"slug": site.collection, "version": version(site.db, site.collection)}


def path(site: Site) -> dict[str, object]:
    return {"pathway_id": site.pathway, "revision": revision(site.db, site.pathway)}


def said(reason: str) -> feeding_back.Said:
    return feeding_back.Said(verdict=Verdict.OUT_OF_DATE, reason=reason)


def aim(site: Site, title: str, measure: str = "") -> Objective:
    return Objective(title=title, measure=measure, account=site.trust.ids["supporter"], id=site.objective)


def shown(words: str) -> dict[str, object]:
    return {"evidence": Evidence(kind=EvidenceKind.OTHER, target="", said=words)}


def turn(site: Site, who: str, stage: Stage | None = None, note: str = "") -> dict[str, object]:
    """Somebody’s turn at a commission that has come to a stage; at none yet when it is to begin."""
    number = site.trust.until(stage) if stage else 0
    return {"turn": site.trust.turn(who, number, note)}


def one(site: Site, who: str) -> dict[str, object]:
    return {"person": site.trust.ids[who]}


def planned(aims: str) -> dict[str, object]:
    return {"plan": make_plan(TODAY, aims=aims)}


def visited(site: Site, why: str = "", **changes: object) -> dict[str, object]:
    """A turn of the supporter, or of the lead with a note, and what is logged; with an id, mended."""
    number = site.trust.until(Stage.DELIVERY)
    if "id" in changes:
        changes["id"] = commission_visits.of_commission(site.db, number)[-1].id
    visit = make_visit(site.trust, number, **changes)
    return {"turn": site.trust.turn("lead" if why else "supporter", number, why), "visit": visit}


def taken_out(site: Site, note: str) -> dict[str, object]:
    number = site.trust.until(Stage.DELIVERY)
    visit = commission_visits.of_commission(site.db, number)[-1]
    return {"turn": site.trust.turn("lead", number, note), "visit_id": visit.id}


def found(changed: str, how_we_know: str = "We counted.") -> dict[str, object]:
    return {"result": Result.MET, "changed": changed, "how_we_know": how_we_know, "recommend": True}
