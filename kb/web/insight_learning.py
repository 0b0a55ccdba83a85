"""The sheet about pathways: how many finish them, in numbers that tell nobody who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kb.actions import pathway_reporting
from kb.actions.pathway_reporting import OTHERS, UNKNOWN, Line, Numbers
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value
from kb.domain.pathway import Pathway
from kb.storage import pathway_progress, pathways
from kb.storage.database import Database
from kb.web.learning import post_name, posts_of_all, school_name

NOT_SHOWN = "not shown"
"""Stands for a number under five, and for one that would give such a number away."""

_LINES = {OTHERS: "All others together", UNKNOWN: "Not known"}
_NOTE = "“Not shown” stands for a number under five, or for one that would give such a number away."


def sheet(db: Database) -> Sheet:
    """How pathways are used today.

    It is not about chosen days: two spans that differ by one day would tell of one person.
    """
    found = [(each, _numbers_of(db, each)) for each in pathways.every(db) if each.version]
    wholes = [(pathway, _whole(numbers)) for pathway, numbers in found]
    finished = sum(1 for _, line in wholes if line.finished)
    return Sheet(
        id="pathways",
        title="Pathways",
        lead="How many people are on a pathway and how many finish it. Who they are stays with them.",
        spanned=False,
        numbers=(
            Number(value=str(len(found)), words="pathways are published", address="/pathways/desk/"),
            Number(
                value=str(sum(line.all or 0 for _, line in wholes)),
                words="people are on one or have finished it, counted once for each, where it may be shown",
            ),
            Number(value=str(finished), words="pathways have been finished by five people or more"),
        ),
        parts=(
            _pathways(wholes),
            _lines("by-school", "By school", found, lambda numbers: numbers.by_school, school_name),
            _lines("by-post", "By post", found, lambda numbers: numbers.by_post, post_name),
        ),
    )


def _numbers_of(db: Database, pathway: Pathway) -> Numbers:
    """What the pathway's own page shows, and no number more."""
    people = [each.account for each in pathway_progress.on(db, pathway.id)]
    return pathway_reporting.numbers(db, pathway, posts_of_all(people))


def _whole(numbers: Numbers) -> Line:
    """The last line; a number that one of the two tables hides stays hidden."""
    if not numbers.by_school:
        return Line(name="", finished=0, under_way=0, all=0)
    one, other = numbers.by_school[-1], numbers.by_post[-1]
    return Line(
        name="",
        finished=one.finished if one.finished == other.finished else None,
        under_way=one.under_way if one.under_way == other.under_way else None,
        all=one.all if one.all == other.all else None,
    )


def _pathways(wholes: Sequence[tuple[Pathway, Line]]) -> Table:
    ordered = sorted(wholes, key=lambda pair: (-(pair[1].all or 0), pair[0].title))
    return Table(
        id="completion",
        title="Each pathway",
        heads=("Pathway", "Finished", "Under way", "All"),
        rows=tuple((_named(pathway), *_said(line)) for pathway, line in ordered),
        stack=(1, 2),
        note=f"Everybody who is on it or has finished it. {_NOTE}",
        empty="No pathway is published yet.",
    )


def _lines(
    name: str,
    title: str,
    found: Sequence[tuple[Pathway, Numbers]],
    part: Callable[[Numbers], Sequence[Line]],
    called: Callable[[str], str],
) -> Table:
    rows: list[tuple[Value, ...]] = [
        (_named(pathway), _LINES.get(line.name) or called(line.name), *_said(line))
        for pathway, numbers in found
        for line in part(numbers)[:-1]
    ]
    return Table(
        id=name,
        title=title,
        heads=("Pathway", title.removeprefix("By ").capitalize(), "Finished", "Under way", "All"),
        rows=tuple(rows),
        stack=(2, 3),
        note=f"Schools and posts with fewer than five people are counted together. {_NOTE}",
        empty="Nobody is on a pathway yet.",
    )


def _named(pathway: Pathway) -> Cell:
    return Cell(value=pathway.title, address=f"/pathways/desk/{pathway.id}/use")


def _said(line: Line) -> tuple[Value, ...]:
    return tuple(NOT_SHOWN if each is None else each for each in (line.finished, line.under_way, line.all))
