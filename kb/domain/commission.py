"""A commission: one school helps another, against a standard, with money and days that are counted, and is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

HOURS_A_DAY = 6.5
"""What a day of a teacher is worth in hours: 1,265 hours of directed time over 195 days (teachers’ pay and
conditions)."""


class Kind(StrEnum):
    """What is asked for."""

    SUPPORT = "support"
    COACHING = "coaching"
    TRAINING = "training"
    ARTICLE = "article"


class Stage(StrEnum):
    """Where a commission is on its way; it can be called off at any stage before it is closed."""

    NEED = "need"
    FUNDED = "funded"
    MATCHED = "matched"
    AGREED = "agreed"
    PLANNED = "planned"
    DELIVERY = "in-delivery"
    REPORTED = "reported"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


WAY = tuple(stage for stage in Stage if stage is not Stage.CANCELLED)
"""The stages in their order."""

OVER = frozenset({Stage.CLOSED, Stage.CANCELLED})
OPEN = frozenset(Stage) - OVER
WITH_SUPPORTER = frozenset(WAY[2:])
"""Stages in which a school has been chosen to help."""


class Funding(StrEnum):
    """Who pays."""

    TRUST = "trust"
    SCHOOL = "school"
    DFE = "dfe"
    OTHER = "other"


class Result(StrEnum):
    """Whether the need was met, in the words of the school that had it."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not-met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is needed, by whom.

    text      in the lead's words
    standard  id of a term of the scheme ``standards``
    receiver  id of the school that is to be helped; contact: account id of its named person
    origin    what it came from: ask:12, gap:3, article:<slug> or nothing
    """

    title: str
    kind: Kind
    text: str
    standard: str
    receiver: str
    contact: int | None = None
    key_stages: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    confidential: bool = False
    origin: str = ""

    @property
    def ask_id(self) -> int | None:
        """The number of the ask that it came from, None when it came from something else."""
        kind, _, number = self.origin.partition(":")
        return int(number) if kind == "ask" and number.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was agreed to happen. ``days`` of work in all; the report is due on a day."""

    aims: str
    first_contact: date
    days: float
    report_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What the receiving school says of it."""

    result: Result
    changed: str
    how_we_know: str
    recommend: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """A commission as it stands now.

    lead      account id of the lead who answers for it
    ceiling   pounds that it may cost, None while nobody has said
    supporter id of the school that helps; person: account id of who helps; chosen: why, in the lead's words
    yes_receiver, yes_supporter  when each side agreed
    agreed_at when both had
    text_id   the text of the case study that it became
    closing   why it ended as it did
    version   counted up with every change, so that two people do not write over each other
    days      given so far; cost: pence spent so far; last_visit: the day of the newest visit
    """

    id: int
    need: Need
    stage: Stage
    lead: int
    made_at: datetime
    stage_since: datetime
    version: int
    funding: Funding | None = None
    ceiling: int | None = None
    supporter: str | None = None
    person: int | None = None
    chosen: str = ""
    yes_receiver: datetime | None = None
    yes_supporter: datetime | None = None
    agreed_at: datetime | None = None
    plan: Plan | None = None
    report: str = ""
    evaluation: Evaluation | None = None
    closing: str = ""
    text_id: int | None = None
    days: float = 0.0
    cost: int = 0
    visits: int = 0
    last_visit: date | None = None

    @property
    def over_budget(self) -> int:
        """Pence spent above the ceiling; 0 while it holds."""
        return max(0, self.cost - self.ceiling * 100) if self.ceiling is not None else 0

    @property
    def schools(self) -> tuple[str, ...]:
        """Both sides, as far as they are known."""
        return (self.need.receiver, self.supporter) if self.supporter else (self.need.receiver,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One piece of work in the log.

    hours  of everybody who helped, together; cost: pence beside their time
    """

    id: int
    commission: int
    day: date
    who: str
    hours: float
    cost: int
    note: str
    logged_by: int

    @property
    def days(self) -> float:
        """The same in days."""
        return self.hours / HOURS_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A side that said no to a match, and why."""

    school: str
    supporter: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a commission's history: what was done, with the words that were said about it."""

    deed: str
    was: Stage
    to: Stage
    words: str
    by: int
    at: datetime


WITHIN = {
    Stage.NEED: timedelta(days=14),
    Stage.FUNDED: timedelta(days=14),
    Stage.MATCHED: timedelta(days=7),
    Stage.AGREED: timedelta(days=7),
    Stage.REPORTED: timedelta(days=14),
    Stage.EVALUATED: timedelta(days=28),
}
"""How long a stage may last. The week after both have agreed is the trust's promise: first contact within 7 days."""


def due(commission: Commission) -> date | None:
    """The day by which the next step should be done; None when it is over."""
    if commission.stage in OVER:
        return None
    if commission.plan and commission.stage is Stage.PLANNED:
        return commission.plan.first_contact
    if commission.plan and commission.stage is Stage.DELIVERY:
        return commission.plan.report_due
    return commission.stage_since.date() + WITHIN.get(commission.stage, timedelta(days=28))


def late(commission: Commission, today: date) -> int:
    """Days by which the next step is late; 0 for none."""
    day = due(commission)
    return max(0, (today - day).days) if day else 0
