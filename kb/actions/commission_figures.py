"""What help costs and what comes of it, and who is asked too often: for the lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kb.actions.commission_matching import offers_of
from kb.actions.commission_rights import NotYours, Turn
from kb.domain.commission import OPEN, Commission, Stage
from kb.domain.commission_sums import Sum, added_up, by, took_something
from kb.domain.matching import Facts, asked_too_often
from kb.domain.permission import Verb, may
from kb.domain.school import School
from kb.storage import commissions

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Days and cost beside outcomes. A commission about two themes counts in both."""

    found: tuple[Commission, ...]
    together: Sum
    by_theme: tuple[Sum, ...]
    by_receiver: tuple[Sum, ...]
    by_supporter: tuple[Sum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What one school gives.

    open     commissions in which it helps now; days: given in the last twelve months; offered: None when not said
    planned  days still to come by the plans of what is open
    warning  why it should perhaps not be asked again just now
    """

    school: School
    open: int
    days: float
    planned: float
    offered: float | None
    warning: str


def value(turn: Turn, since: date | None = None) -> Value:
    """Days, cost and outcome of every commission that took something, begun since a day. Raises NotYours."""
    _insist(turn)
    found = tuple(
        each
        for each in commissions.at(turn.db, tuple(Stage))
        if took_something(each) and (since is None or each.made_at.date() >= since)
    )
    return Value(
        found=tuple(sorted(found, key=lambda each: -each.days)),
        together=added_up(found),
        by_theme=by(found, lambda each: each.need.themes),
        by_receiver=by(found, lambda each: [each.need.receiver]),
        by_supporter=by(found, lambda each: [each.supporter] if each.supporter else []),
    )


def capacity(turn: Turn) -> tuple[Capacity, ...]:
    """What every member of the group gives, who gives most first. Raises NotYours."""
    _insist(turn)
    helped = commissions.helped_by(turn.db)
    given = commissions.days_given(turn.db, datetime.now(UTC).date() - YEAR)
    offers = offers_of(turn, None)
    found = []
    for school in turn.bureau.library.group.schools.values():
        mine = [each for each in helped.get(school.id, ()) if each.stage in OPEN]
        offered = offers.get(school.id, ())
        said = [each.days for each in offered if each.days is not None]
        days = given.get(school.id, 0.0)
        facts = Facts(school=school, open=len(mine), days=days, offered=tuple(offered))
        found.append(
            Capacity(
                school=school,
                open=len(mine),
                days=days,
                planned=sum(max(0.0, each.plan.days - each.days) for each in mine if each.plan),
                offered=sum(said) if said else None,
                warning=asked_too_often(facts),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.days, -one.open, one.school.name)))


def _insist(turn: Turn) -> None:
    if not may(turn.asking.account, Verb.COMMISSION):
        raise NotYours
