"""For the lead: what help costs and what comes of it, and who gives how much; as tables and as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import commission_figures
from kb.domain.commission_sums import Sum
from kb.domain.permission import Verb
from kb.web.access import requires
from kb.web.commission_pages import KINDS, RESULTS, STAGES, days, pounds, turn
from kb.web.site import site
from kb.web.spreadsheet import csv_answer

pages = Blueprint("commission_figures", __name__, url_prefix="/commissions")

PERIODS = {"year": "Begun in the last twelve months", "all": "All of them"}
VALUE_HEADING = (
    "What",
    "Which",
    "Commissions",
    "Days",
    "Cost in pounds",
    "Met",
    "Partly met",
    "Not met",
    "Days for each met need",
    "Pounds for each met need",
)


@pages.get("/value")
@requires(Verb.COMMISSION)
def value() -> ResponseReturnValue:
    """Days and cost of each commission, theme and school, beside what came of it."""
    figures = commission_figures.value(turn(0), _since())
    return render_template(
        "commissions/value.html",
        figures=figures,
        parts=_parts(figures),
        periods=PERIODS,
        period=_period(),
        kinds=KINDS,
        stages=STAGES,
        results=RESULTS,
        days=days,
        pounds=pounds,
    )


@pages.get("/value.csv")
@requires(Verb.COMMISSION)
def value_table() -> Response:
    """The same as a file for a spreadsheet."""
    figures = commission_figures.value(turn(0), _since())
    rows: list[tuple[object, ...]] = [
        (
            "Commission",
            each.need.title,
            1,
            round(each.days, 2),
            each.cost / 100,
            *_judged(each.evaluation),
            None,
            None,
        )
        for each in figures.found
    ]
    for what, _, sums in _parts(figures):
        rows += [(what, name, *_row(one)) for name, one in sums]
    return csv_answer("value-for-money.csv", VALUE_HEADING, rows)


@pages.get("/capacity")
@requires(Verb.COMMISSION)
def capacity() -> ResponseReturnValue:
    """Who gives how much, and who is asked too often."""
    return render_template(
        "commissions/capacity.html", schools=commission_figures.capacity(turn(0)), days=days
    )


@pages.get("/capacity.csv")
@requires(Verb.COMMISSION)
def capacity_table() -> Response:
    """The same as a file for a spreadsheet."""
    heading = (
        "School",
        "Helps with now",
        "Days given in 12 months",
        "Days planned",
        "Days offered",
        "Asked often",
    )
    rows = [
        (each.school.name, each.open, round(each.days, 2), round(each.planned, 2), each.offered, each.warning)
        for each in commission_figures.capacity(turn(0))
    ]
    return csv_answer("capacity.csv", heading, rows)


def _period() -> str:
    asked = request.args.get("period", "all")
    return asked if asked in PERIODS else "all"


def _since() -> date | None:
    return datetime.now(UTC).date() - commission_figures.YEAR if _period() == "year" else None


def _parts(figures: commission_figures.Value) -> list[tuple[str, str, list[tuple[str, Sum]]]]:
    """(what a row is, heading of the table, names with their sums)."""
    schools, themes = site().library.group.schools, site().library.taxonomy["themes"]

    def named(sums: Sequence[Sum]) -> list[tuple[str, Sum]]:
        return [
            (schools[one.key].name if one.key in schools else themes.label_of(one.key), one) for one in sums
        ]

    return [
        ("All", "All together", [("All commissions", figures.together)]),
        ("Theme", "By theme", named(figures.by_theme)),
        ("School that is helped", "By school that is helped", named(figures.by_receiver)),
        ("School that helps", "By school that helps", named(figures.by_supporter)),
    ]


def _judged(evaluation: object) -> tuple[int, int, int]:
    result = getattr(evaluation, "result", None)
    return (int(result == "met"), int(result == "partly"), int(result == "not-met"))


def _row(one: Sum) -> tuple[object, ...]:
    each_day, each_pence = one.days_a_met_need, one.cost_a_met_need
    return (
        one.commissions,
        round(one.days, 2),
        one.cost / 100,
        one.met,
        one.partly,
        one.not_met,
        None if each_day is None else round(each_day, 2),
        None if each_pence is None else round(each_pence / 100, 2),
    )
