"""Commissions over some days: who was in flight when, and only what belongs to the days is added up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kb.domain.commission import Commission, Evaluation, Result, Stage
from kb.domain.commission_span import Spent, by_week, in_flight, part, parts, under_way
from kb.domain.insight import Span
from tests.commissions import make_need

TERM = Span(first=date(2026, 9, 1), last=date(2026, 12, 18))


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def make(
    number: int, begun: datetime, stage: Stage, since: datetime, result: Result | None = None
) -> Commission:
    judged = (
        Evaluation(result=result, changed="", how_we_know="", recommend=True, at=since) if result else None
    )
    themes = ("attendance", "oracy") if number == 1 else ("oracy",)
    return Commission(
        id=number,
        need=make_need(themes=themes),
        stage=stage,
        lead=1,
        made_at=begun,
        stage_since=since,
        version=1,
        evaluation=judged,
    )


RUNNING = make(1, at(2026, 8, 3), Stage.DELIVERY, at(2026, 9, 9))
CLOSED = make(2, at(2026, 9, 2), Stage.CLOSED, at(2026, 10, 5), Result.MET)
BEFORE = make(3, at(2026, 1, 2), Stage.CLOSED, at(2026, 8, 31), Result.NOT_MET)
CALLED_OFF = make(4, at(2026, 9, 3), Stage.CANCELLED, at(2026, 9, 4))
LATER = make(5, at(2026, 12, 19), Stage.NEED, at(2026, 12, 19))
ALL = (RUNNING, CLOSED, BEFORE, CALLED_OFF, LATER)
LOG = (
    Spent(commission=1, day=date(2026, 8, 31), days=9.0, cost=900),
    Spent(commission=1, day=date(2026, 9, 1), days=1.5, cost=100),
    Spent(commission=2, day=date(2026, 9, 20), days=2.0, cost=50),
)


def test_what_was_over_before_or_begun_after_the_days_was_not_under_way_in_them() -> None:
    assert [each.id for each in under_way(ALL, TERM)] == [1, 2, 4]


def test_one_that_is_closed_on_a_day_is_not_in_flight_at_its_end() -> None:
    assert in_flight(CLOSED, date(2026, 10, 4))
    assert not in_flight(CLOSED, date(2026, 10, 5))
    assert not in_flight(CLOSED, date(2026, 9, 1))


def test_only_the_days_and_pounds_of_the_span_are_added_up_and_only_its_outcomes() -> None:
    whole = part(ALL, LOG, TERM)

    assert (whole.days, whole.cost) == (3.5, 150)
    assert (whole.met, whole.partly, whole.not_met) == (1, 0, 0)
    assert (whole.begun, whole.closed, whole.called_off, whole.in_flight) == (2, 1, 1, 1)


def test_a_commission_about_two_themes_counts_in_both_and_most_days_come_first() -> None:
    found = parts(ALL, LOG, TERM, lambda each: each.need.themes)

    assert [(one.key, one.days, len(one.ids)) for one in found] == [("oracy", 3.5, 3), ("attendance", 1.5, 1)]


def test_every_week_of_the_days_says_how_many_were_in_flight_at_its_end() -> None:
    weeks = by_week(ALL, Span(first=date(2026, 8, 31), last=date(2026, 10, 7)))

    assert weeks == {
        date(2026, 8, 31): 2,
        date(2026, 9, 7): 2,
        date(2026, 9, 14): 2,
        date(2026, 9, 21): 2,
        date(2026, 9, 28): 2,
        date(2026, 10, 5): 1,
    }
