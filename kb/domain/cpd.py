"""What somebody has done to get better at their work, for themselves and for those whom they show it to."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LONGEST = 60_000
"""Minutes of one entry: a thousand hours, longer than any course."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4


class CpdKind(StrEnum):
    """What kind of learning it was."""

    READING = "reading"
    PATHWAY = "pathway"
    TRAINING = "training"
    COURSE = "course"
    COACHING = "coaching"
    OBSERVATION = "observation"
    CONFERENCE = "conference"
    MEETING = "meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a person's record.

    school, post  where and as what they worked on that day
    article       the slug of what was read, empty for anything else
    pathway, step of the step that was ticked; None for what somebody has written in by hand
    reflection    for the person alone; nobody else is ever shown it
    """

    title: str
    kind: CpdKind
    done_on: date
    minutes: int
    provider: str = ""
    school: str = ""
    post: str = ""
    reflection: str = ""
    article: str = ""
    pathway: int | None = None
    step: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Somebody has finished a pathway. Whoever is shown the code can ask the lead whether it is true.

    version  of the pathway, as it was then
    """

    code: str
    account: int
    pathway: int
    version: int
    minutes: int
    finished_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What somebody means to do: a sentence, and a day when they want to have done it."""

    said: str
    due: date | None = None
    remind: bool = False
    pathway: int | None = None
    done_at: datetime | None = None
    id: int = 0


def new_code() -> str:
    """Twelve letters and digits that nobody mistakes for one another, and nobody guesses."""
    return "".join(secrets.choice(_LETTERS) for _ in range(3 * _GROUP))


def code_from(typed: str) -> str:
    """A code as it is kept, from what somebody has copied off paper."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper())


def spelt(code: str) -> str:
    """A code in groups, as it stands on paper: 7KQ2-M9XT-4B8R."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def school_year(day: date) -> tuple[date, date]:
    """The first and last day of the school year that a day lies in: 1 September to 31 August."""
    first = day.year if day >= date(day.year, 9, 1) else day.year - 1
    return date(first, 9, 1), date(first + 1, 8, 31)
