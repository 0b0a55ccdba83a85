"""The demo's offers and asks: what invented schools would do for others, and what their people look for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kb.domain.article import Visibility
from kb.domain.ask import AskState, Audience, Wish
from kb.domain.offer import OfferKind, OfferState, Promise
from kb.storage import accounts, asks, offers
from kb.storage.database import Database

_V, _T, _D, _C = OfferKind.VISIT, OfferKind.TALK, OfferKind.DEPLOY, OfferKind.COACH


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer: who makes it, what, and for whom; words parted by spaces."""

    who: str
    title: str
    about: str
    kinds: tuple[OfferKind, ...]
    themes: str
    stages: str = ""
    provisions: str = ""
    needs: str = ""
    days: int | None = None
    personal: bool = False
    state: OfferState = OfferState.OPEN


OFFERED = (
    Offered("d.marchetti", "See calm starts after lunch at work",
            "Come at ten to one and stay for half an hour; talk with the class teachers afterwards.",
            (_V, _T), "zones-and-co-regulation behaviour-routines", "ks1 ks2", "mainstream", "semh", 3),
    Offered("r.okonjo", "Talk about running a nurture group on one adult and a half",
            "What the timetable looks like, what to tell parents, what I would not do again.",
            (_T, _C), "nurture", "ks1 ks2", "mainstream", "semh", 2, personal=True),
    Offered("p.nakamura", "Talking boards: an hour in our nursery",
            "Bring one adult from the room. You leave with a board of your own.",
            (_V,), "communication-aids eal", "eyfs ks1", "early-years-setting", "communication-interaction", 4),
    Offered("h.oduya", "What we changed after a difficult inspection",
            "Two leaders from your school, a morning with ours. Behaviour routines, corridors, reset room.",
            (_V, _T), "behaviour-routines leadership", "ks3 ks4", "mainstream", "", 2),
    Offered("b.ilesanmi", "A call for early career teachers about Do Nows",
            "Half an hour, after four. I am in my second year, so nothing is polished.",
            (_T,), "retrieval-practice induction-ect", "ks3 ks4", "mainstream", "", 1, personal=True),
    Offered("c.whitlock", "Coaching leads for a coaching programme",
            "Five sessions over a term with whoever will run it at your school.",
            (_C, _D), "coaching leadership", "", "", "", 5),
    Offered("m.thistlewood", "Deaf pupils in ordinary lessons: a walk through your school",
            "I come for a morning, look at rooms and routines, and write one page.",
            (_D, _T), "adaptive-teaching", "ks3 ks4", "mainstream resourced-provision", "hi", 3, personal=True),
    Offered("n.farouk", "The Meadow: how an SEN unit and a primary share a playground",
            "Visits on Tuesdays. Please, no more than four people.",
            (_V,), "ta-deployment sensory-environment", "ks1 ks2", "sen-unit mainstream", "autism", 4),
    Offered("e.stanbridge", "De-escalation: train-the-trainer days",
            "Two days for two of your staff, who then train the others.",
            (_D, _C), "de-escalation trauma-informed", "", "", "semh", 6),
    Offered("f.lindqvist", "Come and help after a hard week",
            "Two days beside your pastoral team with one pupil’s plan, at short notice.",
            (_D,), "de-escalation relational-practice", "ks2 ks3 ks4", "", "semh", 4, personal=True),
    Offered("t.bialek", "Back into mainstream after alternative provision",
            "Talk with our reintegration lead, or visit on a Friday.",
            (_V, _T), "ebsa-return transition", "ks3 ks4", "alternative-provision mainstream", "", 3),
    Offered("g.achterberg", "Parents’ evenings that parents come to",
            "What we send, when we ring, what it costs in hours.",
            (_T,), "parental-engagement", "ks1 ks2", "mainstream", "", 1),
    Offered("s.mistry", "Restorative conversations: coaching for a pastoral lead",
            "Six calls over a term. Bring a real case without names.",
            (_C,), "restorative-practice", "ks2", "mainstream", "semh", 2, personal=True),
    Offered("j.castellanos", "Worked examples in maths: plan a unit together",
            "Two planning afternoons in your department.",
            (_D, _C), "explicit-instruction maths-mastery", "ks3", "mainstream", "", 2, personal=True),
    Offered("v.rusu", "Fewer suspensions: the numbers behind the article",
            "The spreadsheet and the meetings, on a call.",
            (_T,), "behaviour-interventions", "ks3", "mainstream", "", 1, personal=True, state=OfferState.PAUSED),
    Offered("a.quintero", "Half a day to write your first case study", "You bring the notes, I bring the questions.",
            (_D, _C), "leadership", "", "", "", 4, personal=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask: who asks, what, for whom, which schools need it too, and what became of it."""

    who: str
    question: str
    detail: str
    stages: str = ""
    themes: str = ""
    needs: str = ""
    too: str = ""
    audience: Audience = Audience.TRUST
    answer: str = ""
    closed: str = ""


ASKED = (
    Asked("k.devereux", "How do I teach a class where six pupils read at the level of Key Stage 1?",
            "Year 7 geography. I have a TA for one lesson in three.",
          "ks3", "adaptive-teaching reading-fluency", "", "v.rusu b.ilesanmi"),
    Asked("l.fairweather", "Playtimes that do not end in tears",
            "Wet playtimes most of all. Ideas for one hall and ninety children.",
          "ks1", "behaviour-routines wellbeing-pupil", "", "p.nakamura"),
    Asked("b.ilesanmi", "What does a good reset room look like, if there is such a thing?",
            "Ours fills up by eleven.",
          "ks3 ks4", "behaviour-interventions", "semh", "", answer="the-reset-room-that-became-a-waiting-room"),
    Asked("y.carrow", "How do TAs and teachers find ten minutes to talk before a lesson?",
            "We are paid from half past eight and lessons begin at quarter to nine.",
          "ks1 ks2", "ta-deployment", "", "l.fairweather", answer="teaching-assistants-what-helps"),
    Asked("v.rusu", "Year 11 mocks without a month of lost lessons", "", "ks4", "assessment-for-learning", "",
            "h.oduya c.whitlock"),
    Asked("p.nakamura", "Starting school in the middle of the year with no English",
            "What helped in the first three weeks, beyond a buddy.",
          "eyfs ks1", "eal transition", "", "l.fairweather n.farouk"),
    Asked("t.bialek", "A staff code for phones that adults keep, too", "", "ks3 ks4", "wellbeing-staff", "", "",
          closed="We wrote one together in the heads’ meeting in March; ask any head for it."),
    Asked("m.thistlewood", "Support for a team that has lost two colleagues this term",
            "Morale and cover. Not for everybody’s eyes, please.",
          "", "wellbeing-staff leadership", "", "", Audience.LEAD),
    Asked("e.stanbridge", "Swimming lessons for pupils with sensory needs",
            "The pool is loud and the changing room is worse.",
          "ks2 ks3", "sensory-environment physical-activity", "sensory-physical", "n.farouk"),
)  # fmt: skip


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Add the offers and the asks unless some are there; return whether they were added."""
    del content
    looking = asks.seer(account=None, schools=(), trust=True, everything=True)
    with db.write():
        if asks.seen(db, looking):
            return False
        for offered in OFFERED:
            _offer(db, offered, now, rng)
        for asked in ASKED:
            _ask(db, asked, now, rng)
    return True


def _offer(db: Database, each: Offered, now: datetime, rng: random.Random) -> None:
    person = accounts.by_handle(db, each.who)
    if person is None:
        return
    promise = Promise(
        school=person.schools[0],
        personal=each.personal,
        title=each.title,
        about=each.about,
        kinds=each.kinds,
        key_stages=tuple(each.stages.split()),
        provisions=tuple(each.provisions.split()),
        needs=tuple(each.needs.split()),
        themes=tuple(each.themes.split()),
        days_per_term=each.days,
        until=(now + timedelta(days=rng.choice((120, 240, 365)))).date()
        if rng.choice((True, False))
        else None,
        visibility=rng.choice((Visibility.PARTNERS, Visibility.PARTNERS, Visibility.PUBLIC)),
    )
    made = now - timedelta(days=rng.randint(10, 300), hours=rng.randint(0, 9))
    number = offers.insert(db, promise, author=person.id, now=made)
    if each.state is not OfferState.OPEN:
        offers.move(db, number, each.state, now=made + timedelta(days=5))


def _ask(db: Database, each: Asked, now: datetime, rng: random.Random) -> None:
    person = accounts.by_handle(db, each.who)
    if person is None:
        return
    made = now - timedelta(days=rng.randint(14, 200), hours=rng.randint(0, 9))
    wish = Wish(
        question=each.question,
        detail=each.detail,
        school=person.schools[0],
        audience=each.audience,
        key_stages=tuple(each.stages.split()),
        themes=tuple(each.themes.split()),
        needs=tuple(each.needs.split()),
    )
    number = asks.insert(db, wish, asker=person.id, now=made)
    for who in each.too.split():
        other = accounts.by_handle(db, who)
        if other and other.schools[0] != wish.school:
            asks.need_too(db, number, other.schools[0], account=other.id, now=made + timedelta(days=3))
    later, lead = made + timedelta(days=rng.randint(4, 12)), accounts.by_handle(db, "a.quintero")
    if each.answer:
        asks.move(db, number, AskState.ANSWERED, was=(AskState.OPEN,), now=later)
        asks.reply(db, number, each.answer, "", author=lead.id if lead else None, now=later)
    if each.closed:
        asks.move(db, number, AskState.CLOSED, was=(AskState.OPEN,), now=later, reason=each.closed)
