"""Priorities and objectives of the demo, from a seed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

from kb.domain.account import Role
from kb.domain.objective import Evidence, EvidenceKind, Note, Objective, ObjectiveState, Priority
from kb.domain.post import HEAD
from kb.storage import accounts, objectives, posts
from kb.storage.database import Database

PRIORITIES = (
    ("Every pupil known by one adult", "Pastoral support in the same way at every school of the trust."),
    (
        "Talk in every lesson",
        "Pupils explain, question and build on what others say, from the nursery to Year 13.",
    ),
    ("Good work without long evenings", "We stop what takes time and helps nobody."),
)
OF_PEOPLE = (
    (
        "Wait three seconds after every question",
        "A colleague counts twice a term.",
        1,
        "classroom-talk-and-reasoning",
    ),
    (
        "Greet every class at the door",
        "Late arrivals in my first lesson go down by half.",
        0,
        "greeting-pupils-at-the-door",
    ),
    (
        "Mark less, and have pupils do more with it",
        "Two evenings a week without marking.",
        2,
        "feedback-without-marking-every-book",
    ),
)
OF_SCHOOLS = (
    (
        "Fewer suspensions in Key Stage 3",
        "Days lost to suspension, term by term.",
        0,
        "fewer-suspensions-in-key-stage-3",
    ),
    (
        "One message home within 24 hours",
        "Ten cases a term are looked at.",
        0,
        "common-approach-to-pastoral-support",
    ),
)


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Priorities, and objectives of people and schools, unless there are any; whether they were made."""
    del content
    with db.write():
        lead = next(iter(accounts.everybody(db, role=Role.LEAD, demo=True)), None)
        if lead is None or objectives.priorities(db):
            return False
        named = [
            objectives.put_priority(db, Priority(title=title, about=about)) for title, about in PRIORITIES
        ]
        for person in accounts.everybody(db, demo=True):
            heads = [each.school for each in posts.of(db, person.id) if each.post == HEAD]
            if heads and rng.random() < 2 / 3:
                _set(db, rng.choice(OF_SCHOOLS), named, by=person.id, school=heads[0], now=now, rng=rng)
            elif person.role is not Role.ADMINISTRATOR and rng.random() < 1 / 2:
                number = _set(db, rng.choice(OF_PEOPLE), named, by=person.id, school="", now=now, rng=rng)
                note = Note(by=person.id, said="Half-way: it works on Mondays.", at=now - timedelta(days=20))
                objectives.add_note(db, number, note)
    return True


def _set(
    db: Database,
    about: tuple[str, str, int, str],
    named: list[int],
    *,
    by: int,
    school: str,
    now: datetime,
    rng: random.Random,
) -> int:
    title, measure, priority, slug = about
    objective = Objective(
        title=title,
        measure=measure,
        account=None if school else by,
        school=school,
        priority=named[priority],
        due=(now + timedelta(days=rng.randint(30, 240))).date(),
        state=rng.choice((ObjectiveState.OPEN, ObjectiveState.OPEN, ObjectiveState.PARTLY)),
        with_lead=not school and rng.random() < 1 / 2,
        with_head=not school and rng.random() < 1 / 2,
    )
    number = objectives.insert(db, objective, by=by, now=now - timedelta(days=60))
    evidence = Evidence(kind=EvidenceKind.ARTICLE, target=slug, said="We began with this.")
    objectives.add_evidence(db, number, evidence, by=by, now=now - timedelta(days=40))
    return number
