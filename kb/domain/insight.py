"""What the lead's numbers are about: a stretch of time, and counts that tell nobody who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kb.domain.gap import monday

FEWEST_PEOPLE = 5
"""Below this, a number by school and role together is not shown."""

USUAL = timedelta(weeks=12)
LONGEST = timedelta(days=731)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of its weeks, oldest first."""
        start, end = monday(self.first), monday(self.last)
        return tuple(start + timedelta(weeks=number) for number in range((end - start).days // 7 + 1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchNumbers:
    """What came of the searches of a span; ``searches`` counts none that only asked one before in another way.

    with_words   searches that had words, and of those:
    unanswered   those without a close answer
    withheld     those whose words may tell who somebody is
    corrected    spelling was mended; refused: it was not wanted
    opened       something was opened; first, third: one of the first, one of the first three
    seconds      median of the seconds to the first that was opened; took_ms: median and 95th of a hundred
    """

    searches: int = 0
    with_words: int = 0
    unanswered: int = 0
    withheld: int = 0
    corrected: int = 0
    refused: int = 0
    expanded: int = 0
    not_expanded: int = 0
    opened: int = 0
    first: int = 0
    third: int = 0
    seconds: float | None = None
    took_ms: tuple[float, float] | None = None
    by_kind: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    by_week: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    filters: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: tuple[tuple[str, int, int], ...] = ()


def usual(today: date) -> Span:
    """The last twelve weeks."""
    return Span(first=today - USUAL + timedelta(days=1), last=today)


def terms(today: date) -> tuple[tuple[str, Span], ...]:
    """The last terms of English schools with their names, the running one first; roughly, as schools differ."""
    found: list[tuple[str, Span]] = []
    year = today.year
    for each in (year, year - 1):
        found += [
            (f"Autumn term {each}", Span(first=date(each, 9, 1), last=date(each, 12, 31))),
            (f"Summer term {each}", Span(first=date(each, 4, 16), last=date(each, 8, 31))),
            (f"Spring term {each}", Span(first=date(each, 1, 1), last=date(each, 4, 15))),
        ]
    begun = [
        (name, Span(first=span.first, last=min(span.last, today)))
        for name, span in found
        if span.first <= today
    ]
    return tuple(begun[:4])


def enough(count: int) -> int | None:
    """A number of people, None when it is so small that it may tell who they are."""
    return count if count == 0 or count >= FEWEST_PEOPLE else None
