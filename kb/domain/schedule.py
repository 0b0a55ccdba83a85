"""Work that comes round: every day or every week at an hour of the clock on the wall.

What counts is the *turn*, the day or week that a moment belongs to. A turn is taken once, whatever the clock does
meanwhile: an hour that summer time skips or repeats makes no turn more or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_A_WRONG_CLOCK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What kind of job comes round, and when.

    at       on the wall clock, from which on a turn is due
    weekday  0 for Monday ... 6 for Sunday; None for every day
    """

    kind: str
    at: time
    weekday: int | None = None

    def turn(self, now: datetime) -> date:
        """The day of the turn that was due last at a moment of local time."""
        day = now.date() if now.time() >= self.at else now.date() - timedelta(days=1)
        return day if self.weekday is None else day - timedelta(days=(day.weekday() - self.weekday) % 7)

    def owed(self, last: date, now: datetime) -> bool:
        """True when the last turn that was due has not been taken.

        A turn noted for days to come was taken when the clock was wrong; it counts for nothing.
        """
        return last < self.turn(now) or last - now.date() > _A_WRONG_CLOCK
