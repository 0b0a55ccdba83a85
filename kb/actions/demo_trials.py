"""The demo's trials and feedback: what invented colleagues tell of trying what the articles say. Failures, too."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from kb.domain.article import Article, Outcome, Visibility
from kb.domain.feedback import Verdict
from kb.domain.trial import Report
from kb.storage import accounts, feedback, trials
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database

_PARTNERS = frozenset({"brindle-hill-primary"})
_W, _M, _D = Outcome.WORKED, Outcome.MIXED, Outcome.DID_NOT_WORK


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial: the article, who tells of it, months ago and weeks long, setting, dose, changes, how it went."""

    slug: str
    who: str
    ago: int
    weeks: int
    stages: str
    often: str
    outcome: Outcome
    know: str
    changed: str = ""
    pupils: int | None = None
    provision: str = "mainstream"


TRIED = (
    Tried("calm-starts-after-lunch", "n.farouk", 8, 12, "ks2", "Every day, ten minutes", _W,
          "Calls for help in the first lesson after lunch fell from eleven a week to four.", pupils=62),
    Tried("calm-starts-after-lunch", "p.nakamura", 6, 8, "ks1", "Every day, eight minutes", _W,
          "Lessons began five minutes earlier by the timetable on the door, in both classes we timed.",
          "We sang instead of breathing together.", pupils=54),
    Tried("calm-starts-after-lunch", "g.achterberg", 5, 6, "ks2", "Four days a week", _M,
          "It was calmer on days when the same adult was there, and no different on the others.", pupils=58),
    Tried("calm-starts-after-lunch", "b.ilesanmi", 4, 6, "ks3", "After each lunch, ten minutes", _D,
          "Late marks and removals stayed as they were. Year 8 found it childish, and told us so.",
          "We did it with three Year 8 classes who come from different rooms.", pupils=84),
    Tried("calm-starts-after-lunch", "f.lindqvist", 9, 12, "ks3 ks4", "Every day, fifteen minutes", _W,
          "Fewer than half as many incidents were logged between one and two o’clock.",
          "One adult to four pupils, and a snack on the table.", 24, "special-school"),
    Tried("talking-boards-in-every-room", "p.nakamura", 7, 12, "eyfs", "All day", _W,
          "Children pointed to ask for things eleven times in an observed morning; in September it was twice.",
            pupils=38),
    Tried("talking-boards-in-every-room", "y.carrow", 5, 10, "ks1 ks2", "All day", _W,
          "Most pupils now begin an exchange at snack without a prompt.", "Sixteen symbols instead of twenty.",
          14, "sen-unit"),
    Tried("sensory-circuits-before-register", "r.okonjo", 10, 10, "ks1", "Every morning, fifteen minutes", _M,
          "Teachers rated readiness to learn higher for about half of the group, and the same for the rest.",
            pupils=16),
    Tried("sensory-circuits-before-register", "y.carrow", 6, 6, "ks2", "Three mornings a week", _D,
          "Those who needed it most came late and missed it. We stopped after six weeks.",
          "In the hall, which the breakfast club needed back at twenty to nine.", 12),
    Tried("do-now-that-remembers", "b.ilesanmi", 7, 14, "ks3", "At the start of each lesson, five minutes", _W,
          "The mean of the end-of-unit quiz rose from 11.2 to 13.9 of 20 against last year’s classes.",
          "Maths instead of science.", 112),
    Tried("do-now-that-remembers", "v.rusu", 5, 8, "ks4", "Each lesson", _M,
          "Quiz marks rose a little in two classes. In the third nobody collected the answers.", pupils=81),
    Tried("retrieval-and-spacing", "k.devereux", 9, 12, "ks4", "Twice a week, ten minutes", _W,
          "Pupils remembered 62 per cent of last term’s questions; the parallel class without it 48 per cent.",
            pupils=56),
    Tried("retrieval-and-spacing", "l.fairweather", 4, 6, "ks2", "Three times a week", _M,
          "They remembered more facts, and used them no better in their writing.", pupils=60),
    Tried("fewer-suspensions-in-key-stage-3", "h.oduya", 11, 36, "ks3", "Whole school", _M,
          "Suspensions fell from 41 to 29. Removals from lessons rose at first and then came back to where "
            "they were."),
    Tried("fewer-suspensions-in-key-stage-3", "c.whitlock", 8, 24, "ks3 ks4", "Whole school", _W,
          "Suspensions in the spring term were 22; in the same term a year before 37."),
    Tried("times-tables-in-five-minutes", "n.farouk", 9, 12, "ks2", "Every day, five minutes", _W,
          "The class mean in a check of 25 went from 14 to 21.", pupils=58),
    Tried("times-tables-in-five-minutes", "d.marchetti", 6, 10, "ks2", "Every day, five minutes", _W,
          "Three quarters scored 20 or more in June; in March it was a third.", "Songs on Fridays.", 60),
    Tried("the-homework-app-nobody-opened", "c.whitlock", 10, 12, "ks3 ks4", "Weekly homework", _D,
          "The same here: four in ten opened it in the third week, and fewer than two in ten in the tenth."),
    Tried("greeting-pupils-at-the-door", "b.ilesanmi", 3, 6, "ks3", "Every lesson", _W,
          "Time to the first written word, by stopwatch in ten lessons, went from seven minutes to four.", pupils=87),
    Tried("greeting-pupils-at-the-door", "k.devereux", 2, 4, "ks3", "Every lesson", _M,
          "Better in the mornings; after lunch I was on duty and came last myself.", pupils=30),
    Tried("setting-up-a-nurture-group", "r.okonjo", 12, 30, "ks1 ks2", "Four afternoons a week", _W,
          "Boxall profiles rose for most of the group, and attendance went up by six points.", pupils=11),
    Tried("setting-up-a-nurture-group", "g.achterberg", 9, 12, "ks2", "Two afternoons a week", _D,
          "Two afternoons were not enough: the profiles did not change. The room was used for other things.",
            pupils=8),
    Tried("phonics-catch-up-in-year-4", "d.marchetti", 7, 12, "ks2", "Four times a week, twenty minutes", _W,
          "Standardised scores went up by seven points on average; it was two points in the term before.", pupils=9),
    Tried("reading-fluency-in-year-8", "m.thistlewood", 6, 10, "ks3", "Twice a week in tutor time", _M,
          "Words a minute rose by fourteen. Comprehension did not move in ten weeks.", pupils=22),
    Tried("instructional-coaching-on-a-fortnight", "c.whitlock", 8, 20, "ks3 ks4 ks5", "Once a fortnight", _W,
          "Fourteen of seventeen teachers kept every meeting; lesson visits saw the agreed step in nine of ten."),
    Tried("instructional-coaching-on-a-fortnight", "t.bialek", 6, 12, "ks3 ks4", "Once a fortnight", _M,
          "It held until cover ran short in March; after that half of the meetings fell out.",
          provision="alternative-provision"),
    Tried("attendance-letters-in-plain-words", "d.marchetti", 5, 12, "ks1 ks2",
            "When attendance falls under 95 per cent", _M,
          "More families rang us. Attendance of those families rose by one point, which may be chance."),
    Tried("attendance-letters-in-plain-words", "t.bialek", 7, 16, "ks3 ks4", "Weekly", _W,
          "Nine of ten families answered; before it was four of ten.", provision="alternative-provision"),
    Tried("feedback-without-marking-every-book", "n.farouk", 10, 24, "ks2", "Every lesson", _W,
          "Teachers mark three hours less a week by their own diaries; results in writing stayed level.", pupils=118),
    Tried("feedback-without-marking-every-book", "h.oduya", 5, 12, "ks3", "English and history", _M,
          "Workload fell in history. In English marking crept back before the data drop."),
    Tried("corridors-at-the-bell", "v.rusu", 6, 10, "ks3 ks4", "Each change of lesson", _W,
          "Lateness to the third lesson halved, by the register."),
    Tried("restorative-conversations-after-a-fight", "s.mistry", 8, 20, "ks2", "After each incident", _M,
          "Fewer repeats between the same children. It took forty minutes each time, which we cannot always give."),
    Tried("one-inset-day-on-trauma", "h.oduya", 9, 4, "ks3 ks4", "One day", _D,
          "Staff liked the day. Six weeks later nobody could name what they did differently."),
    Tried("zones-in-reception-and-year-2", "l.fairweather", 3, 8, "ks1", "Morning and after lunch", _W,
          "Children name how they feel without help; tears at the gate fell from most days to one or two a week.",
            pupils=29),
    Tried("oracy-in-a-quiet-class", "y.carrow", 4, 8, "ks2", "Twice a week", _W,
          "Seven more children spoke in the whole class than in September, by a tally over a week.", pupils=28),
    Tried("worked-examples-in-year-7-maths", "k.devereux", 3, 6, "ks3", "Each new topic", _W,
          "Errors in the first exercise fell by a third against the parallel class.", pupils=61),
)  # fmt: skip

SAID = (
    ("calm-starts-after-lunch", "l.fairweather", Verdict.HELPFUL, "The script for the door is what I needed."),
    ("calm-starts-after-lunch", "v.rusu", Verdict.NOT_FOR_MY_SETTING, "We have 240 in a year group and three doors."),
    ("writing-a-case-study-colleagues-trust", "r.okonjo", Verdict.HELPFUL, "I wrote my first one with it."),
    ("attendance-letters-in-plain-words", "m.thistlewood", Verdict.OUT_OF_DATE,
     "The thresholds changed with the national framework; letter three still names the old ones."),
    ("retrieval-and-spacing", "k.devereux", Verdict.HELPFUL, ""),
    ("the-homework-app-nobody-opened", "c.whitlock", Verdict.HELPFUL, "It saved us a licence."),
    ("setting-up-a-nurture-group", "b.ilesanmi", Verdict.NOT_FOR_MY_SETTING,
            "No room like this at an 11 to 16 school."),
    ("remote-robot-in-the-classroom", "t.bialek", Verdict.OUT_OF_DATE, "The supplier has stopped selling it."),
    ("governors-in-classrooms", "n.farouk", Verdict.HELPFUL, "Used at our last link visit."),
    ("phonics-catch-up-in-year-4", "y.carrow", Verdict.HELPFUL, "Clear enough to start on Monday."),
)  # fmt: skip


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Add the trials and the feedback unless some are there; return whether they were added."""
    if not trials.is_empty(db):
        return False
    there = {each.slug: each for each in read_articles(content, load_library(content)).articles}
    with db.write():
        for each in TRIED:
            if each.slug in there:
                _try(db, each, there[each.slug], now, rng)
        for slug, who, verdict, reason in SAID:
            person = accounts.by_handle(db, who)
            if person and slug in there:
                when = now - timedelta(days=rng.randint(2, 120), hours=rng.randint(0, 9))
                feedback.keep(db, slug, verdict, reason, account=person.id, now=when)
    return True


def _try(db: Database, each: Tried, article: Article, now: datetime, rng: random.Random) -> None:
    person = accounts.by_handle(db, each.who)
    if person is None or article.school in person.schools:
        return
    began = _school_day(now.date() - timedelta(days=30 * each.ago + rng.randint(0, 20)))
    ended = _school_day(began + timedelta(weeks=each.weeks) - timedelta(days=3))
    narrowest = Visibility.PARTNERS if person.schools[0] in _PARTNERS else Visibility.TRUST
    wide = rng.random() < 0.7  # noqa: PLR2004 - most schools let everybody read that the article is for
    report = Report(
        school=person.schools[0],
        began=began,
        ended=ended if ended < now.date() else None,
        key_stages=tuple(each.stages.split()),
        provisions=(each.provision,),
        how_often=each.often,
        how_long=f"{each.weeks} weeks",
        changed=each.changed,
        outcome=each.outcome,
        how_we_know=each.know,
        visibility=article.visibility if wide or article.visibility is Visibility.PARTNERS else narrowest,
        pupils=each.pupils,
    )
    told = datetime.combine(min(ended, now.date()), now.timetz()) - timedelta(hours=rng.randint(1, 6))
    trials.insert(db, each.slug, report, author=person.id, now=min(told, now))


def _school_day(day: date) -> date:
    """The day itself, or the Monday after a weekend; in the summer holidays the first days of September."""
    if date(day.year, 7, 20) < day < date(day.year, 9, 2):
        day = date(day.year, 9, 2)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)  # noqa: PLR2004 - Saturday
