"""A year of searches in the demo: what teachers look for over the terms, what they open, and what they do not find.

Everything is invented and marked as demo. The same seed makes the same year.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.domain.account import Role
from kb.domain.gap import GapState, monday
from kb.domain.search_log import JOB, WORDS_DAYS, Again, Click, Looked, Outcome, kind_of
from kb.storage import accounts, gaps, jobs, search_log
from kb.storage.database import Database

WEEKS = 52
A_WEEK = 26
"""Searches in an ordinary week of term."""

OPENED, KEPT_TYPED, OWN_WORDS, FILTERED, WEAK, BEST = 0.71, 0.06, 0.08, 0.45, 0.8, 0.94
"""How often: something is opened, a mended spelling is refused, synonyms are switched off, a filter is used, something
is further away, the usual way of matching is used."""

_HOLIDAYS = (
    (7, 25, 8, 31),
    (12, 19, 12, 31),
    (1, 1, 1, 4),
    (2, 15, 2, 21),
    (4, 3, 4, 18),
    (5, 24, 5, 31),
    (10, 24, 11, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What people look for. ``months``: when most; empty for all year round. ``wrong``: it is typed with a slip."""

    words: str
    months: frozenset[int] = frozenset()
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: bool = False
    expanded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A need that nothing answers, how it is put, and how many searches a week it has at the end and the beginning."""

    wordings: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]
    late: float
    early: float
    dealt: str = ""


def _wanted(words: str, *months: int, wrong: bool = False, expanded: bool = False, **chosen: str) -> Wanted:
    return Wanted(
        words=words,
        months=frozenset(months),
        chosen={facet: (term,) for facet, term in chosen.items()},
        wrong=wrong,
        expanded=expanded,
    )


FOUND = (
    _wanted("calm start after lunch"),
    _wanted("behaviour routines", 9, 10, 1),
    _wanted("how do I settle a class in September", 9),
    _wanted("reading fluency", key_stage="ks2"),
    _wanted("phonics catch up", 9, 10, 1, key_stage="ks1"),
    _wanted("metacognition"),
    _wanted("metacogniton", wrong=True),
    _wanted("EAL", expanded=True),
    _wanted("SEMH", expanded=True),
    _wanted("emotionally based school avoidance", 9, 1, 2),
    _wanted("attendance in year 8", 11, 1, 2),
    _wanted("vocabulary in science", key_stage="ks3"),
    _wanted("oracey in maths", 9, wrong=True),
    _wanted("de-escalation"),
    _wanted("teaching assistants in maths lessons"),
    _wanted("feedback that saves time", 10, 11, 3),
    _wanted("oracy", key_stage="ks1"),
    _wanted("transition to secondary", 5, 6, 7, 9),
    _wanted("SATs revision without stress", 3, 4, 5, key_stage="ks2"),
    _wanted("exam anxiety year 11", 3, 4, 5, key_stage="ks4"),
    _wanted("annual reviews", 1, 2, 3),
    _wanted("how to use zones with a whole class"),
    _wanted("sensory room", provision="special-school"),
    _wanted("parents who do not answer", 10, 11),
    _wanted("phonicks catch up", wrong=True),
    _wanted("mentoring early career teachers", 9, 10),
    _wanted("what works for pupils who refuse to write"),
    _wanted("nurture group", provision="inclusion-base"),
)
MISSING = (
    Missing(
        wordings=("mobile phones in lessons", "mobile phone policy", "mobile phones at break"),
        terms=(("key_stage", "ks3"), ("provision", "mainstream"), ("theme", "behaviour-routines")),
        late=3.5,
        early=1.2,
    ),
    Missing(
        wordings=("vaping in toilets", "vaping at school", "stop vaping"),
        terms=(("key_stage", "ks4"), ("provision", "mainstream"), ("theme", "wellbeing-pupil")),
        late=2.2,
        early=2.0,
    ),
    Missing(
        wordings=("toilet training in reception", "toilet training", "toilet training nursery"),
        terms=(("key_stage", "eyfs"), ("provision", "early-years-setting")),
        late=1.0,
        early=3.0,
    ),
    Missing(
        wordings=("radio aids for deaf pupils", "deaf pupils in mainstream", "deaf pupils assembly"),
        terms=(("key_stage", "ks2"), ("provision", "mainstream"), ("need", "hearing")),
        late=1.5,
        early=0.8,
    ),
    Missing(
        wordings=(
            "careers for pupils in alternative provision",
            "careers alternative provision",
            "careers AP",
        ),
        terms=(("key_stage", "ks4"), ("provision", "alternative-provision"), ("theme", "careers-ceiag")),
        late=1.6,
        early=0.6,
    ),
    Missing(
        wordings=(
            "online tutoring for hospital pupils",
            "hospital pupils online lessons",
            "hospital tutoring",
        ),
        terms=(("key_stage", "ks3"), ("provision", "hospital-medical")),
        late=0.8,
        early=0.4,
    ),
    Missing(
        wordings=("forest school risk assessment", "forest school"),
        terms=(("key_stage", "ks1"), ("provision", "mainstream")),
        late=0.0,
        early=1.8,
        dealt="Reedbed Nursery has written down how it does it; the article is under review.",
    ),
)


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Add the year unless somebody has searched already; return whether it was added."""
    with db.write():
        if not search_log.is_empty(db):
            return False
        slugs = sorted(path.stem for path in (content / "articles").rglob("*.md"))
        search_log.note(db, _year(slugs, now, rng), demo=True)
        search_log.add_views(db, _views(slugs, now, rng))
        _gaps(db, now, rng)
        search_log.forget(db, now)
        jobs.enqueue(db, JOB, {}, key=JOB)  # what was searched lately is put under its need
    return True


def _year(slugs: Sequence[str], now: datetime, rng: random.Random) -> Iterator[Looked | Click]:
    for back in range(WEEKS - 1, -1, -1):
        week = datetime.combine(monday(now), datetime.min.time(), UTC) - timedelta(weeks=back)
        share = 0.12 if _holiday(week) else rng.uniform(0.8, 1.2)
        growth = 1.6 - 0.6 * back / WEEKS
        for _ in range(round(A_WEEK * share * growth)):
            at = _moment(week, rng)
            if at < now:
                yield from _found(rng.choice(_in_season(at)), slugs, at, rng)
        for need in MISSING:
            for _ in range(_how_many(need, back, share, rng)):
                at = _moment(week, rng)
                if at < now:
                    yield _not_found(need, at, rng)


def _found(
    wanted: Wanted, slugs: Sequence[str], at: datetime, rng: random.Random
) -> Iterator[Looked | Click]:
    token = f"{rng.getrandbits(72):018x}"
    looked = _looked(wanted.words, at, rng, token=token, chosen=wanted.chosen, total=rng.randint(2, 30))
    yield replace(looked, corrected=wanted.wrong, expanded=wanted.expanded)
    if wanted.wrong and rng.random() < KEPT_TYPED:
        yield _looked(wanted.words, at, rng, chosen=wanted.chosen, total=1, again=Again.AS_TYPED)
    if wanted.expanded and rng.random() < OWN_WORDS:
        yield _looked(wanted.words, at, rng, chosen=wanted.chosen, total=4, again=Again.OWN_WORDS)
    if rng.random() < OPENED:
        rank = rng.choices((1, 2, 3, 4, 5, 6), weights=(50, 19, 12, 9, 6, 4))[0]
        seconds = min(900, round(rng.lognormvariate(2.6, 0.7)))
        slug = slugs[hash_of(wanted.words, rank) % len(slugs)]
        yield Click(token=token, slug=slug, rank=rank, at=at + timedelta(seconds=seconds))


def hash_of(words: str, rank: int) -> int:
    """A number for words and a rank that is the same on every machine."""
    return sum((place + 7) * ord(letter) for place, letter in enumerate(words)) * 31 + rank


def _not_found(need: Missing, at: datetime, rng: random.Random) -> Looked:
    words = rng.choice(need.wordings)
    chosen: dict[str, tuple[str, ...]] = {
        facet: (term,) for facet, term in need.terms if facet != "theme" and rng.random() < FILTERED
    }
    named = {facet: (term,) for facet, term in need.terms if facet == "theme"}
    return replace(_looked(words, at, rng, chosen=chosen, total=0, weak=rng.random() < WEAK), named=named)


def _looked(
    words: str,
    at: datetime,
    rng: random.Random,
    *,
    chosen: dict[str, tuple[str, ...]],
    total: int = 0,
    token: str = "",
    weak: bool = False,
    again: Again = Again.NO,
) -> Looked:
    return Looked(
        token=token,
        at=at,
        words=words,
        kind=kind_of(words),
        mode="best" if rng.random() < BEST else "words",
        chosen=chosen,
        total=total,
        outcome=Outcome.FOUND if total else Outcome.WEAK if weak else Outcome.NOTHING,
        again=again,
        took_ms=rng.lognormvariate(2.9, 0.4),
    )


def _views(slugs: Sequence[str], now: datetime, rng: random.Random) -> Iterator[tuple[str, datetime, int]]:
    liked = {slug: rng.paretovariate(1.3) for slug in slugs}
    quiet = set(rng.sample(slugs, len(slugs) // 15))
    for back in range(WEEKS - 1, -1, -1):
        week = datetime.combine(monday(now), datetime.min.time(), UTC) - timedelta(weeks=back)
        share = 0.15 if _holiday(week) else 1.0
        for slug in slugs:
            count = int(share * liked[slug] * rng.uniform(0, 2.2))
            at = week + timedelta(days=rng.randrange(5))
            if count and slug not in quiet and at < now:
                yield slug, at, count


def _gaps(db: Database, now: datetime, rng: random.Random) -> None:
    """The weeks of each need of which no words are left; the newer ones are gathered from the searches."""
    lead = next(iter(accounts.everybody(db, role=Role.LEAD)), None)
    oldest = (now - timedelta(days=WORDS_DAYS)).date()
    for need in MISSING:
        number = gaps.begin(db, need.wordings[0], None)
        weeks = {}
        for back in range(WEEKS - 1, -1, -1):
            week = monday(now) - timedelta(weeks=back)
            how_many = _how_many(need, back, 1.0, rng)
            if week < oldest and how_many:
                weeks[week.isoformat()] = how_many
        searches = sum(weeks.values())
        gaps.put_history(
            db, number, weeks, [(facet, term, max(1, round(searches * 0.45))) for facet, term in need.terms]
        )
        if need.dealt and lead:
            gaps.decide(db, number, GapState.DEALT_WITH, note=need.dealt, by=lead.id)


def _how_many(need: Missing, back: int, share: float, rng: random.Random) -> int:
    mean = need.late + (need.early - need.late) * min(1.0, back / 20)
    whole = mean * share
    return int(whole) + (rng.random() < whole - int(whole))


def _in_season(at: datetime) -> list[Wanted]:
    """What is looked for in this month; what belongs to it counts three times."""
    always = [wanted for wanted in FOUND if not wanted.months]
    now = [wanted for wanted in FOUND if at.month in wanted.months]
    return always + 3 * now


def _moment(week: datetime, rng: random.Random) -> datetime:
    """A moment of a school week: most before lessons, after them, and on Sunday evening."""
    day = rng.choices(range(7), weights=(20, 19, 19, 17, 12, 2, 11))[0]
    hour = rng.choices((7, 8, 12, 13, 15, 16, 17, 19, 20, 21), weights=(9, 10, 8, 6, 17, 18, 9, 8, 9, 6))[0]
    return week + timedelta(days=day, hours=hour, minutes=rng.randrange(60))


def _holiday(week: datetime) -> bool:
    """True in a week in which schools are closed; roughly, as councils differ."""
    middle = week + timedelta(days=2)
    here = (middle.month, middle.day)
    return any((first, of) <= here <= (last, to) for first, of, last, to in _HOLIDAYS)
