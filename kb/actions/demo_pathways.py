"""Pathways of the demo and a year of people on them, from a seed. Written before there is an index of articles."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path

from kb.actions import pathway_finishing
from kb.actions.demo_pathway_texts import ASSISTANTS, EVERY, PASTORAL
from kb.domain.account import Account, Role
from kb.domain.cpd import CpdKind, Entry, NextStep
from kb.domain.learner import Workplace
from kb.domain.library import Library
from kb.domain.pathway import Mark, Pathway, Step, StepKind, Tick, slug_from
from kb.storage import accounts, cpd, cpd_plans, pathway_progress, pathways, posts
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database

A_YEAR = 365
TOGETHER = (("castle-bridge-primary", "ta", 99, 200), ("seawall-academy", "teacher", 2, 60))
"""(school, post, steps taken, days since they began) of those who take a pathway together."""

_FITS, _ANYBODY = 0.85, 0.3
"""How likely somebody takes a pathway that is made for their post, and one that is not."""

THOUGHTS = (
    "I talk more than I thought. Next week I will count to five first.",
    "We do most of this already, but nobody has ever written it down.",
    "I tried it with my hardest class, and it was quieter on the third day than on the first.",
    "Not sure that this would work with us: we have two entrances.",
    "Ask at the next meeting whether we can drop the second form.",
    "The example from the other school is close to ours. I will ring them.",
)
TRAININGS = (
    ("Safeguarding update, whole school", "training", "Saltmarsh Central", 120),
    ("Paediatric first aid, renewal", "course", "South Essex Teaching School Hub", 360),
    ("Network of subject leaders, autumn", "meeting", "South Essex Teaching School Hub", 90),
    ("Day visit to a special school", "observation", "Lantern School", 240),
    ("Coaching conversation with a lead practitioner", "coaching", "Saltmarsh Central", 45),
)
PLANS = (
    "Greet the class at the door for two weeks and note late arrivals",
    "Ask two colleagues to watch my first five minutes",
    "Bring three exit tickets to the mentor meeting",
)


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Pathways, who is on them, records and plans, unless there are pathways; whether they were made."""
    with db.write():
        lead = next(iter(accounts.everybody(db, role=Role.LEAD, demo=True)), None)
        if lead is None or pathways.every(db):
            return False
        library = load_library(content)
        titles = {each.slug: each.title for each in read_articles(content, library).articles}
        if not titles:  # an empty knowledge base: there is nothing to read
            return False
        made = [_publish(db, lead, number, now) for number in range(len(EVERY))]
        people = [each for each in accounts.everybody(db, demo=True) if each.role is not Role.ADMINISTRATOR]
        for person in people:
            for pathway in made:
                _take(db, person, pathway, titles, now=now, rng=rng)
            _write_down(db, person, library, now=now, rng=rng)
        _ask(db, lead, made, now)
    return True


def take_together(db: Database, content: Path, *, now: datetime, rng: random.Random) -> None:
    """Two staff rooms take the pathway of assistants: one has finished it, one is in the middle."""
    library = load_library(content)
    titles = {each.slug: each.title for each in read_articles(content, library).articles}
    with db.write():
        made = [each for each in pathways.every(db) if each.draft.title == ASSISTANTS.title]
        for pathway, (school, post, far, ago) in product(made, TOGETHER):
            moment = now - timedelta(days=ago)
            for number in sorted(posts.holders(db, posts=[post], schools=[school])):
                person = accounts.find(db, number)
                if person is None or not person.demo or pathway_progress.of_person(db, number):
                    continue
                pathway_progress.begin(db, number, pathway.id, version=pathway.version, now=moment)
                _walk(db, person, pathway, far, titles, moment, now=now, rng=rng)


def _publish(db: Database, lead: Account, number: int, now: datetime) -> Pathway:
    outline = EVERY[number]
    then = now - timedelta(days=A_YEAR + 20 - number)
    made = pathways.insert(db, slug=slug_from(outline.title), outline=outline, now=then)
    pathways.publish(db, pathways.of_ids(db, [made])[made], by=lead.id, note="", now=then)
    return pathways.of_ids(db, [made])[made]


def _take(
    db: Database,
    person: Account,
    pathway: Pathway,
    titles: Mapping[str, str],
    *,
    now: datetime,
    rng: random.Random,
) -> None:
    outline = pathway.published or pathway.draft
    held = posts.of(db, person.id)
    fits = bool({each.post for each in held} & set(outline.posts))
    if rng.random() > (_FITS if fits else _ANYBODY) or (outline.before and not fits):
        return
    moment = now - timedelta(days=rng.randint(5, A_YEAR - 60), hours=rng.randint(0, 6))
    pathway_progress.begin(db, person.id, pathway.id, version=pathway.version, now=moment)
    far = rng.choice((1, 2, 3, len(outline.steps), len(outline.steps)))
    _walk(db, person, pathway, far, titles, moment, now=now, rng=rng)


def _walk(
    db: Database,
    person: Account,
    pathway: Pathway,
    far: int,
    titles: Mapping[str, str],
    moment: datetime,
    *,
    now: datetime,
    rng: random.Random,
) -> None:
    """The first ``far`` steps of a pathway, days apart."""
    for step in (pathway.published or pathway.draft).steps[:far]:
        moment += timedelta(days=rng.randint(2, 18), minutes=rng.randint(0, 90))
        if moment > now:
            break
        _tick(db, person, pathway, step, titles.get(step.target, step.title), moment, rng)
        pathway_finishing.settle(db, person.id, pathway, moment)


def _tick(
    db: Database,
    person: Account,
    pathway: Pathway,
    step: Step,
    title: str,
    moment: datetime,
    rng: random.Random,
) -> None:
    thought = rng.choice(THOUGHTS) if rng.random() < 1 / 3 else ""
    tick = Tick(step=step.id, mark=Mark.DONE, at=moment, reflection=thought)
    pathway_progress.tick(db, person.id, pathway.id, tick)
    place = _place(db, person)
    entry = Entry(
        title=title or step.title,
        kind=CpdKind.READING if step.kind is StepKind.ARTICLE else CpdKind.PATHWAY,
        provider=f"Pathway: {pathway.title}",
        done_on=moment.date(),
        minutes=step.minutes,
        school=place.school,
        post=place.post,
        reflection=thought,
        article=step.target if step.kind is StepKind.ARTICLE else "",
        pathway=pathway.id,
        step=step.id,
    )
    cpd.set_step(db, person.id, entry, moment)


def _write_down(
    db: Database, person: Account, library: Library, *, now: datetime, rng: random.Random
) -> None:
    place = _place(db, person)
    known = {each.name for each in library.group.schools.values()}
    for title, kind, provider, minutes in rng.sample(TRAININGS, rng.randint(1, 3)):
        entry = Entry(
            title=title,
            kind=CpdKind(kind),
            provider=provider if provider in known else library.group.name,
            done_on=_before(now, rng),
            minutes=minutes,
            school=place.school,
            post=place.post,
        )
        cpd.add(db, person.id, entry, now)
    if rng.random() < 1 / 2:
        due = (now + timedelta(days=rng.randint(3, 40))).date()
        cpd_plans.plan(db, person.id, NextStep(said=rng.choice(PLANS), due=due, remind=True), now)


def _ask(db: Database, lead: Account, made: list[Pathway], now: datetime) -> None:
    """The common approach is asked for; nobody gets a letter about it, since nobody is there to read it."""
    pastoral = next(each for each in made if each.title == PASTORAL.title)
    pathways.require(
        db,
        pastoral.id,
        posts=("pastoral-lead", "head-of-year", "behaviour-lead", "dsl"),
        schools=(),
        due=(now + timedelta(days=60)).date(),
        by=lead.id,
        now=now,
    )


def _place(db: Database, person: Account) -> Workplace:
    held = next(iter(posts.of(db, person.id)), None)
    return Workplace(school=held.school, post=held.post) if held else Workplace.of(person)


def _before(now: datetime, rng: random.Random) -> date:
    return (now - timedelta(days=rng.randint(3, A_YEAR - 30))).date()
