"""A need that people search for and do not find, gathered from searches that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

NEAR_ENOUGH = 0.5
"""Nearness from which a search belongs to a need (docs/insights.md says how it was measured)."""

SHARED_WORDS = 0.15
"""What it adds to the cosine when a search has all its telling words in common with one of the need's."""

ORDINARY = frozenset(
    (
        "school",
        "pupil",
        "children",
        "child",
        "student",
        "class",
        "classroom",
        "lesson",
        "teaching",
        "teach",
        "primary",
        "secondary",
        "year",
        "support",
        "help",
    )
)
"""Words that stand in searches of every kind and tell nothing about the need."""

FEWEST_SHOWN = 2
"""Searches from which a need is shown: what was asked once may be about one pupil."""

WEEKS = 12
"""Weeks of which the trend is shown."""

SINGLE_DAYS = 30
FORGOTTEN_WEEKS = 52
BACK_AFTER = 2
"""Searches after which a need that was dealt with comes back."""


class GapState(StrEnum):
    """Whether somebody has to look at it."""

    OPEN = "open"
    DEALT_WITH = "dealt-with"
    BACK = "back"  # it was dealt with, and people search on


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One need.

    label     the words of one of its searches
    size      searches since it is known; recent: those of the last weeks
    weeks     the Monday of each of the last weeks → searches, oldest first, weeks without any included
    terms     facet → term → how many of its searches filtered for it or named it
    wordings  how else it was put in the last month, most used first
    note      what was done about it, in the lead's words
    """

    id: int
    label: str
    size: int
    state: GapState
    note: str = ""
    decided_at: datetime | None = None
    weeks: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    wordings: tuple[str, ...] = ()

    @property
    def recent(self) -> int:
        """Searches in the weeks that are shown."""
        return sum(self.weeks.values())

    @property
    def change(self) -> int:
        """Searches in the newer half of the weeks less those in the older half."""
        numbers = list(self.weeks.values())
        middle = len(numbers) // 2
        return sum(numbers[middle:]) - sum(numbers[:middle])

    def most(self, facet: str) -> str:
        """The term of a facet that its searches ask for most; empty when they name none."""
        found = self.terms.get(facet, {})
        return max(sorted(found), key=lambda term: found[term]) if found else ""


def monday(moment: datetime | date) -> date:
    """The Monday of a week, by the UTC day."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


def last_weeks(today: date, how_many: int = WEEKS) -> tuple[str, ...]:
    """The Mondays of the last weeks, this one included, oldest first."""
    this = monday(today)
    return tuple((this - timedelta(weeks=back)).isoformat() for back in range(how_many - 1, -1, -1))
