"""Articles under way in the demo: one begun, one that waits, one in review, one that came back with advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from kb.domain.account import Account
from kb.domain.article import ArticleType
from kb.domain.permission import State
from kb.domain.review import Decision, Verdict
from kb.domain.text import Content, Kind
from kb.storage import accounts, comments, reviews, text_revisions, texts
from kb.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One article under way.

    days   how long it has been as it is
    first  what its first version said in place of the start of the text; empty when there was none
    """

    author: str
    state: State
    days: int
    kind: ArticleType
    fields: Mapping[str, str | tuple[str, ...]]
    body: str
    first: str = ""


SAMPLES = (
    Sample(
        author="s.mistry",
        state=State.DRAFT,
        days=1,
        kind=ArticleType.CASE_STUDY,
        fields={
            "title": "A quiet table at breakfast club",
            "summary": "We gave the first twenty minutes of the day to five children who arrived upset.",
            "visibility": "partners",
            "key_stages": ("ks1", "ks2"),
            "provisions": ("mainstream",),
            "themes": ("behaviour-routines",),
        },
        body="""\
## What was the need

Five children in Years 2 to 5 came to school upset on most days. Ellie in Year 3 hid under her coat until break.

## What we did

- One adult sits at a table by the window from 8.20.
- There is toast, a puzzle and nothing to finish.
- Nobody asks how the morning was.
""",
    ),
    Sample(
        author="s.mistry",
        state=State.CHANGES_ASKED,
        days=3,
        kind=ArticleType.CASE_STUDY,
        fields={
            "title": "Reading to the dog on Fridays",
            "summary": "Nine reluctant readers read aloud to a trained dog for ten minutes a week. "
            "They read more often; they did not read better.",
            "visibility": "trust",
            "key_stages": ("ks2",),
            "provisions": ("mainstream",),
            "themes": ("reading-fluency",),
            "outcome": "mixed",
            "how_we_know": "We counted books taken home in two half terms, and timed one page before and after.",
            "level": "2",
            "pupils": "9",
            "staff_hours_week": "1.5",
        },
        body="""\
## What was the need

Nine children in Year 5 read aloud only when they had to. At home most of them did not read at all.

## What we did

A trained dog and her owner come on Friday mornings. Each child reads to the dog for ten minutes in the library, with
a book of their own choosing. The owner holds the book steady and says nothing. A teaching assistant brings the next
child, so that nobody waits in the room. We asked every family first, and two said no: those children read to the
caretaker, who turned out to be just as good a listener.

## How we know

Books taken home went from 11 to 34 in a half term. Words read correctly in a minute did not change.

## What we would change

We would begin with four children. Nine in one morning is too many for the dog.
""",
    ),
    Sample(
        author="r.okonjo",
        state=State.SUBMITTED,
        days=9,
        kind=ArticleType.HOW_TO,
        fields={
            "title": "A first phone call home that is not about trouble",
            "summary": "Three sentences in the first ten days of term: what to say, and what to leave out.",
            "visibility": "public",
            "key_stages": ("ks2", "ks3"),
            "provisions": ("mainstream",),
            "themes": ("transition", "attendance"),
        },
        body="""\
## When to use it

In the first ten days of a term, before there is anything to complain about.

## What you need

The right number, two minutes, and one thing that you have seen with your own eyes.

## How to do it

1. Say who you are, and that nothing is wrong. Say it first: many families hear the school's name and hold their breath.
2. Say one thing that the child did, and when. “On Tuesday she lent her ruler before anybody asked.”
3. Ask what would be good to know, and write it down.

## What to watch for

Do not add “but”. Do not ask about homework. If nobody answers, say the same to the machine: it is listened to twice.
A family that has been rung twice in a week by different people feels watched, so keep one list for the year group.
""",
    ),
    Sample(
        author="m.thistlewood",
        state=State.IN_REVIEW,
        days=2,
        kind=ArticleType.CASE_STUDY,
        fields={
            "title": "A calm corner that pupils leave by themselves",
            "summary": "A corner with a timer and a way back cut removals from lessons from 14 to 6 in a half term.",
            "visibility": "partners",
            "key_stages": ("ks3",),
            "provisions": ("mainstream", "inclusion-base"),
            "needs": ("semh",),
            "themes": ("de-escalation",),
            "outcome": "worked",
            "how_we_know": "We counted removals in two half terms, in the same six classes.",
            "level": "2",
            "pupils": "31",
            "staff_hours_setup": "5",
            "cost_band": "very-low",
        },
        first="Pupils in six classes of Year 8 were sent out of lessons a lot.",
        body="""\
## What was the need

Pupils in six classes of Year 8 were sent out of lessons 14 times in a half term, mostly after lunch.

## What we did

Each room got a corner with one chair, a five-minute timer and a card with three lines: sit, breathe, come back. The
pupil chooses to go and chooses to return. The teacher says one sentence on the way in and none on the way out. We
practised both with every class before anybody needed it, and we practised again after the holidays.

## What it cost

Five hours of staff time, six timers and six chairs that we had.

## How we know

Removals went from 14 to 6. In two of the six classes nothing changed, and those were the classes with three different
teachers.
""",
    ),
)

ADVICE = (
    "A warm account, and honest about what did not change. Please say what it cost, and who pays for the dog."
)
QUESTION = "Which two classes were they, by subject? A reader will want to know where not to expect much."
ANSWER = "Both had science with three teachers. I will add a line."


def make(db: Database, content: Path, *, now: datetime, rng: Random) -> bool:
    """Put the articles on their desks unless they are there; return whether they were added."""
    del content, rng
    with db.write():
        people = {each.handle: each for each in accounts.everybody(db)}
        reviewer, added = people.get("r.yeboah"), False
        for sample in SAMPLES:
            author = people.get(sample.author)
            if author is None or reviewer is None or _is_there(db, sample, author):
                continue
            _put(db, sample, author, reviewer, now - timedelta(days=sample.days, hours=3))
            added = True
    return added


def _is_there(db: Database, sample: Sample, author: Account) -> bool:
    return any(each.title == sample.fields["title"] for each in texts.of_author(db, author.id))


def _put(db: Database, sample: Sample, author: Account, reviewer: Account, then: datetime) -> None:
    fields = {**sample.fields, "school": author.schools[0], "authors": (author.name,)}
    finished = Content(fields=fields, body=sample.body)
    begun = Content(fields=fields, body=sample.first) if sample.first else finished
    text_id = texts.insert(
        db,
        kind=sample.kind,
        content=begun,
        school=author.schools[0],
        author=author.id,
        now=then - timedelta(days=2),
    )
    revision = 1
    if sample.first:
        revision = text_revisions.add(
            db, text_id, based_on=1, kind=Kind.SAVE, saved_by=author.id, content=finished, now=then
        )
    if sample.state is State.DRAFT:
        return
    texts.move(db, text_id, was=[State.DRAFT], to=State.SUBMITTED, now=then)
    if sample.state is State.SUBMITTED:
        return
    texts.move(db, text_id, was=[State.SUBMITTED], to=State.IN_REVIEW, now=then, reviewer=reviewer.id)
    _judge(db, text_id, revision, Verdict.TAKEN, reviewer, then)
    if sample.state is State.CHANGES_ASKED:
        texts.move(db, text_id, was=[State.IN_REVIEW], to=State.CHANGES_ASKED, now=then, reviewer=reviewer.id)
        _judge(db, text_id, revision, Verdict.RETURNED, reviewer, then, ADVICE)
    else:
        _talk(db, text_id, revision, author, reviewer, then)


def _judge(
    db: Database,
    text_id: int,
    revision: int,
    verdict: Verdict,
    reviewer: Account,
    then: datetime,
    advice: str = "",
) -> None:
    decision = Decision(
        text_id=text_id,
        revision=revision,
        reviewer=reviewer.id,
        verdict=verdict,
        advice=advice,
        decided_at=then,
    )
    reviews.record(db, decision)


def _talk(
    db: Database, text_id: int, revision: int, author: Account, reviewer: Account, then: datetime
) -> None:
    asked = comments.add(
        db, text_id, author=reviewer.id, said=QUESTION, revision=revision, now=then, section="How we know"
    )
    comments.add(
        db,
        text_id,
        author=author.id,
        said=ANSWER,
        revision=revision,
        now=then + timedelta(hours=2),
        parent=asked,
    )
