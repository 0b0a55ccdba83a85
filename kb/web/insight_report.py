"""The termly report for trustees: the numbers of all sheets on a few pages, to print or to save as a PDF file."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.domain.gap import GapState
from kb.domain.insight import terms
from kb.domain.permission import Verb
from kb.storage import gaps
from kb.web import paper
from kb.web.access import requires
from kb.web.insight_sheets import NAMES, days_asked, made
from kb.web.site import site

pages = Blueprint("insight_report", __name__, url_prefix="/insights")

ROWS = {
    "kinds": 6,
    "answers": 9,
    "words": 6,
    "map": 20,
    "places": 6,
    "vain-themes": 5,
    "vain-needs": 5,
    "articles": 8,
    "ages": 5,
    "late": 6,
    "figures": 5,
    "schools": 10,
    "strands": 8,
    "local": 8,
    "stages": 8,
    "themes": 5,
    "each": 10,
    "tried": 6,
    "tried-themes": 5,
    "feedback": 5,
    "completion": 8,
}
"""How many lines of each table a trustee is shown, so that all of it fits on six pages."""

LEFT_OUT = frozenset({"by-school", "by-post", "tried-schools", "filters"})
"""Tables that only the lead's own pages show."""

NEEDS = 8


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
        sheets=[made(name, days.span) for name in NAMES],
        gaps=gaps.listed(db, (GapState.OPEN, GapState.BACK), today, limit=NEEDS),
        done=gaps.listed(db, (GapState.DEALT_WITH,), today, limit=NEEDS),
        rows=ROWS,
        left_out=LEFT_OUT,
    )
