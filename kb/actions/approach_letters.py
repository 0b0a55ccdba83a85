"""Letters about trust approaches: that one is asked, shortly before the day, and while it is late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from kb.actions import notifying
from kb.actions.approaching import JOB, standings
from kb.domain.account import SiteMode
from kb.domain.article import Visibility
from kb.domain.job import Job
from kb.domain.library import Library
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.storage import approaches
from kb.storage.database import Database

ROUND = Schedule(kind="approach-round", at=time(7, 15))
KINDS = (JOB, ROUND.kind)
"""The kinds of jobs that are done here: at once when somebody asks, and every morning."""

DAYS_BEFORE = 3
LATE_EVERY = 7
LATE_LETTERS = 3
"""So many letters a week apart are written to who is late; then it is for the lead to speak to them."""

_EVERYBODY = Reader(visibilities=frozenset(Visibility))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproachLetters:
    """Writes the letters that are due on a day; each once, however often its job is done."""

    database: Database
    library: Callable[[], Library]
    mode: SiteMode

    def write(self, job: Job) -> None:
        """Write to everybody who has not confirmed what is asked of them."""
        turn = date.fromisoformat(job.payload["turn"])
        for approach in approaches.listed(self.database, _EVERYBODY):
            wanted = approaches.ask_of(self.database, approach.id, approach.version)
            if wanted is None:
                continue
            occasion, key = _occasion(wanted.due, turn)
            for each in standings(self.database, approach, self.library().group, self.mode):
                if each.read_at is None:
                    values = {
                        "title": approach.title,
                        "until": _day(wanted.due),
                        "occasion": occasion,
                        "version": approach.version,
                        "link": f"/approaches/{approach.slug}",
                    }
                    notifying.notify(
                        self.database,
                        to=each.account.id,
                        kind="approach",
                        values=values,
                        key=f"approach:{approach.id}:{approach.version}:{each.account.id}:{key}",
                    )


def _occasion(due: date, turn: date) -> tuple[str, str]:
    """(what the letter is for, what its key ends with) on a day."""
    left = (due - turn).days
    if left < 0:
        week = min((-left - 1) // LATE_EVERY, LATE_LETTERS - 1)
        return "late", f"late-{week}"
    return ("soon", "soon") if left <= DAYS_BEFORE else ("asked", "asked")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
