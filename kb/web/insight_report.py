"""The termly report for trustees: the numbers of all sheets on a few pages, to print or to save as a PDF file."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.domain.chart import Dots, Line
from kb.domain.gap import GapState
from kb.domain.insight import terms
from kb.domain.insight_sheet import Sheet, Table
from kb.domain.permission import Verb
from kb.storage import gaps
from kb.web import paper
from kb.web.access import requires
from kb.web.insight_sheets import NAMES, days_asked, made
from kb.web.site import site

pages = Blueprint("insight_report", __name__, url_prefix="/insights")

ROWS = {
    "searches/answers": 6,
    "searches/words": 6,
    "coverage/map": 20,
    "coverage/places": 5,
    "coverage/vain-themes": 5,
    "coverage/vain-needs": 5,
    "use/articles": 5,
    "freshness/ages": 5,
    "freshness/late": 3,
    "freshness/figures": 5,
    "contributions/schools": 8,
    "value/strands": 5,
    "value/local": 6,
    "commissions/stages": 8,
    "commissions/kinds": 4,
    "commissions/themes": 6,
    "commissions/schools": 6,
    "commissions/each": 6,
    "trials/tried": 5,
    "trials/tried-themes": 5,
    "trials/feedback": 4,
    "pathways/completion": 6,
}
"""How many lines of which table a trustee is shown, so that all of it fits on six pages; the others are left out."""

BESIDE = frozenset(
    (
        "searches/answers",
        "searches/words",
        "coverage/vain-themes",
        "coverage/vain-needs",
        "freshness/ages",
        "freshness/figures",
        "commissions/stages",
        "commissions/themes",
        "trials/tried-themes",
        "trials/feedback",
    )
)
"""Tables that are narrow enough to stand two beside each other."""

NEEDS = 6


@pages.get("/report")
@requires(Verb.SEE_INSIGHTS)
def report() -> ResponseReturnValue:
    """The report, to print."""
    return _page()


@pages.get("/report.pdf")
@requires(Verb.SEE_INSIGHTS)
def on_paper() -> ResponseReturnValue:
    """The report as a PDF file."""
    return paper.pdf(_page(), name="insights-report")


def _page() -> str:
    days, today = days_asked(), datetime.now(UTC).date()
    db = site().database
    return render_template(
        "insights/report.html",
        days=days,
        terms=terms(today),
        sheets=[(sheet, _arranged(sheet)) for sheet in (made(name, days.span) for name in NAMES)],
        gaps=gaps.listed(db, (GapState.OPEN, GapState.BACK), today, limit=NEEDS),
        done=gaps.listed(db, (GapState.DEALT_WITH,), today, limit=NEEDS),
    )


def _arranged(sheet: Sheet) -> list[tuple[Line | Dots | Table, int, bool]]:
    """What a trustee is shown of a sheet and how many lines of it: wide things first, then what stands in pairs."""
    found: list[tuple[Line | Dots | Table, int, bool]] = []
    for each in sheet.parts:
        name = f"{sheet.id}/{each.id}" if isinstance(each, Table) else ""
        if not isinstance(each, Table):
            found.append((each, 0, False))
        elif each.rows and name in ROWS:
            found.append((each, ROWS[name], name in BESIDE))
    return sorted(found, key=lambda one: one[2])
