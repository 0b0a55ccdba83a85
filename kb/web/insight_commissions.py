"""The sheet about commissions: what is in flight, what it takes, and what the helped schools say came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.actions.text_outcome import outcome
from kb.domain.chart import line
from kb.domain.commission import OPEN, WAY, Commission, Kind, Stage, late
from kb.domain.commission_span import Part, Spent, by_week, part, parts, under_way
from kb.domain.insight import Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value
from kb.domain.library import Library
from kb.domain.search import Facet, Reader
from kb.storage import commission_visits, commissions
from kb.storage.database import Database
from kb.web.commission_pages import KINDS, RESULTS, STAGES, days, pounds
from kb.web.insight_words import short
from kb.web.wording import label

_SAID = ("Met", "Partly met", "Not met")
CONFIDENTIAL = "A confidential commission"
_APART = "What is confidential is counted by kind and stage alone, so that no school is named with it."


def sheet(db: Database, library: Library, reader: Reader, span: Span, today: date) -> Sheet:
    """What commissions did in these days, and where they stand now."""
    every = commissions.at(db, frozenset(Stage))
    log = commission_visits.spent(db, span.first, span.last)
    told = [each for each in every if not each.need.confidential]
    weeks = by_week(every, span)
    return Sheet(
        id="commissions",
        title="Commissions",
        lead="Which schools help which, what that takes, and what came of it.",
        numbers=_numbers(part(every, log, span)),
        parts=(
            line(
                "Commissions in flight at the end of each week",
                [short(week) for week in weeks],
                {"In flight": list(weeks.values())},
                up="Commissions",
            ),
            _stages(every, today),
            _kinds(every, log, span),
            _themes(told, log, span, library),
            _schools(told, log, span, library),
            _each(db, under_way(every, span), log, library, reader),
        ),
    )


def _numbers(whole: Part) -> tuple[Number, ...]:
    """The few that matter most."""
    return (
        Number(
            value=str(whole.in_flight), words="commissions in flight on the last day", address="/commissions/"
        ),
        Number(
            value=f"{whole.met} of {whole.judged}",
            words="needs were met, of those that the helped schools judged",
            address="/commissions/value",
        ),
        Number(value=days(whole.days), words="of help were given"),
        Number(value=pounds(whole.cost), words="were spent beside people’s time"),
        Number(value=str(whole.begun), words="were begun"),
        Number(value=str(whole.closed), words="were closed"),
    )


def _stages(every: Sequence[Commission], today: date) -> Table:
    """Where what is open stands today; the days that were chosen do not matter to it."""
    rows = []
    for stage in (each for each in WAY if each in OPEN):
        here = [each for each in every if each.stage is stage]
        rows.append((STAGES[stage], len(here), sum(late(each, today) > 0 for each in here)))
    return Table(
        id="stages",
        title="Where open commissions stand today",
        heads=("Stage", "Commissions", "With a late next step"),
        rows=tuple(rows),
        bar=1,
    )


def _kinds(every: Sequence[Commission], log: Sequence[Spent], span: Span) -> Table:
    found = {one.key: one for one in parts(every, log, span, lambda each: [each.need.kind.value])}
    rows: list[tuple[Value, ...]] = []
    for kind in Kind:
        one = found.get(kind.value) or part((), log, span, kind.value)
        rows.append(
            (
                KINDS[kind],
                one.begun,
                one.in_flight,
                one.closed,
                one.called_off,
                *_took(one),
                one.met,
                one.partly,
                one.not_met,
            )
        )
    return Table(
        id="kinds",
        title="By kind of help",
        heads=("Kind", "Begun", "In flight", "Closed", "Called off", "Days", "Pounds", *_SAID),
        rows=tuple(rows),
        stack=(7, 8, 9),
        note="Days and pounds are those logged in these days. In flight: on the last of them.",
    )


def _themes(told: Sequence[Commission], log: Sequence[Spent], span: Span, library: Library) -> Table:
    return Table(
        id="themes",
        title="By theme",
        heads=("Theme", "Commissions", "Days", "Pounds", *_SAID),
        rows=tuple(
            (
                label(library, Facet.THEME, one.key),
                len(one.ids),
                *_took(one),
                one.met,
                one.partly,
                one.not_met,
            )
            for one in parts(told, log, span, lambda each: each.need.themes)
        ),
        note=f"A commission about two themes counts in both. {_APART}",
        empty="No commission about a theme was under way in these days.",
        bar=2,
    )


def _schools(told: Sequence[Commission], log: Sequence[Spent], span: Span, library: Library) -> Table:
    """Who is helped and who helps, the school that most happens with first."""
    helped = {one.key: one for one in parts(told, log, span, lambda each: [each.need.receiver])}
    helps = {
        one.key: one
        for one in parts(told, log, span, lambda each: [each.supporter] if each.supporter else [])
    }
    rows: list[tuple[Value, ...]] = []
    for school in sorted(
        {*helped, *helps},
        key=lambda each: (
            -sum(some[each].days for some in (helped, helps) if each in some),
            label(library, Facet.SCHOOL, each),
        ),
    ):
        got, gave = (some.get(school) or part((), log, span, school) for some in (helped, helps))
        name = Cell(value=label(library, Facet.SCHOOL, school), address=f"/schools/{school}")
        outcomes = (got.met, got.partly, got.not_met)
        rows.append((name, len(got.ids), len(gave.ids), *_took(got), round(gave.days, 1), *outcomes))
    return Table(
        id="schools",
        title="By school",
        heads=("School", "Is helped", "Helps", "Days had", "Pounds", "Days given", *_SAID),
        rows=tuple(rows),
        note=f"Met, partly met and not met: what the helped school says of the help it had. {_APART}",
        empty="No commission was under way in these days.",
    )


def _each(
    db: Database,
    found: Sequence[Commission],
    log: Sequence[Spent],
    library: Library,
    reader: Reader,
) -> Table:
    """Every commission that was under way, the one with most days first."""
    lines: list[tuple[Any, ...]] = [
        _line(each, [one for one in log if one.commission == each.id], library, _study(db, each, reader))
        for each in found
    ]
    return Table(
        id="each",
        title="Each commission that was under way",
        heads=(
            "Commission",
            "Kind",
            "Stage",
            "Helped",
            "Helps",
            "Days",
            "Pounds",
            "What came of it",
            "Case study",
        ),
        rows=tuple(sorted(lines, key=_days_of, reverse=True)),
        note="Stage and outcome are those of today; days and pounds were logged in these days.",
        empty="No commission was under way in these days.",
    )


def _days_of(line: tuple[Any, ...]) -> float:
    return float(line[5])


def _line(commission: Commission, log: Sequence[Spent], library: Library, study: Value) -> tuple[Any, ...]:
    """A commission as one line; what is confidential without its title and its schools."""
    need, whole = commission.need, not commission.need.confidential
    return (
        Cell(value=need.title if whole else CONFIDENTIAL, address=f"/commissions/{commission.id}"),
        KINDS[need.kind],
        STAGES[commission.stage],
        label(library, Facet.SCHOOL, need.receiver) if whole else "–",
        label(library, Facet.SCHOOL, commission.supporter) if whole and commission.supporter else "–",
        round(sum(one.days for one in log), 1),
        round(sum(one.cost for one in log) / 100, 2),
        RESULTS[commission.evaluation.result] if commission.evaluation else "–",
        study if whole else "–",
    )


def _study(db: Database, commission: Commission, reader: Reader) -> Value:
    """The case study that it became, when it is published; a word while it is written."""
    text, article = outcome(db, commission.text_id, reader)
    if text is None:
        return "–"
    return Cell(value=article.title, address=f"/articles/{article.slug}") if article else "being written"


def _took(one: Part) -> tuple[float, float]:
    return round(one.days, 1), round(one.cost / 100, 2)
