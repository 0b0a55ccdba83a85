"""What commissions did in some days: which were under way, which ended, what that took and what was said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.domain.commission import OVER, Commission, Result, Stage
from kb.domain.insight import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One line of a log as a number: days of work, and pence beside them."""

    commission: int
    day: date
    days: float
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some commissions of a span together.

    key        what they have in common: a kind, a theme, a school
    ids        every one that was under way on one of the days
    in_flight  those under way on the last of the days
    begun, closed, called_off  in these days
    days, cost  logged in these days; cost in pence
    met, partly, not_met  what the helped schools said in these days
    """

    key: str
    ids: frozenset[int]
    in_flight: int
    begun: int
    closed: int
    called_off: int
    days: float
    cost: int
    met: int
    partly: int
    not_met: int

    @property
    def judged(self) -> int:
        """How many the helped schools have judged."""
        return self.met + self.partly + self.not_met


def over_since(commission: Commission) -> date | None:
    """The day on which it was closed or called off; None while it is open."""
    return commission.stage_since.date() if commission.stage in OVER else None


def in_flight(commission: Commission, day: date) -> bool:
    """True when it had begun and was not over at the end of a day."""
    over = over_since(commission)
    return commission.made_at.date() <= day and (over is None or over > day)


def under_way(found: Iterable[Commission], span: Span) -> tuple[Commission, ...]:
    """Those that were open on at least one of the days."""
    return tuple(
        each
        for each in found
        if each.made_at.date() <= span.last and (over_since(each) or span.last) >= span.first
    )


def by_week(found: Sequence[Commission], span: Span) -> Mapping[date, int]:
    """Monday → how many were in flight at the end of the week, or of the span."""
    return {
        week: sum(in_flight(each, min(week + timedelta(days=6), span.last)) for each in found)
        for week in span.weeks
    }


def part(found: Sequence[Commission], log: Iterable[Spent], span: Span, key: str = "") -> Part:
    """Commissions as one line of numbers about the span."""
    some = under_way(found, span)
    ids = frozenset(each.id for each in some)
    spent = [line for line in log if line.commission in ids and _within(line.day, span)]
    said = [each.evaluation.result for each in some if each.evaluation and _within(each.evaluation.at, span)]
    ended = [each.stage for each in some if each.stage in OVER and _within(each.stage_since, span)]
    return Part(
        key=key,
        ids=ids,
        in_flight=sum(in_flight(each, span.last) for each in some),
        begun=sum(_within(each.made_at, span) for each in some),
        closed=ended.count(Stage.CLOSED),
        called_off=ended.count(Stage.CANCELLED),
        days=sum(line.days for line in spent),
        cost=sum(line.cost for line in spent),
        met=said.count(Result.MET),
        partly=said.count(Result.PARTLY),
        not_met=said.count(Result.NOT_MET),
    )


def parts(
    found: Sequence[Commission],
    log: Sequence[Spent],
    span: Span,
    keys: Callable[[Commission], Iterable[str]],
) -> tuple[Part, ...]:
    """A line for each key with anything in the span, the most days first. With two keys one counts in both."""
    groups: dict[str, list[Commission]] = {}
    for each in under_way(found, span):
        for key in dict.fromkeys(keys(each)):
            groups.setdefault(key, []).append(each)
    made = [part(some, log, span, key) for key, some in groups.items()]
    return tuple(sorted(made, key=lambda one: (-one.days, -len(one.ids), one.key)))


def _within(when: date | datetime, span: Span) -> bool:
    day = when.date() if isinstance(when, datetime) else when
    return span.first <= day <= span.last
