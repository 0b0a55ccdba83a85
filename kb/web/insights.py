"""What the lead sees of the whole: sheets of numbers, for some days, with every table as a file to save."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.domain.errors import NotFound
from kb.domain.gap import GapState
from kb.domain.insight import terms
from kb.domain.insight_sheet import plain
from kb.domain.permission import Verb
from kb.storage import gaps
from kb.web.access import requires
from kb.web.insight_sheets import NAMES, days_asked, made, narrowing
from kb.web.site import site
from kb.web.spreadsheet import csv_answer

pages = Blueprint("insights", __name__, url_prefix="/insights")


@pages.get("/")
@requires(Verb.SEE_INSIGHTS)
def index() -> ResponseReturnValue:
    """The few numbers that matter most, and the way to the rest."""
    days = days_asked()
    sheets = [made(name, days.span) for name in NAMES]
    today = datetime.now(UTC).date()
    open_gaps = gaps.listed(site().database, (GapState.OPEN, GapState.BACK), today, limit=5)
    return render_template(
        "insights/index.html", days=days, names=NAMES, sheets=sheets, gaps=open_gaps, terms=terms(today)
    )


@pages.get("/<string(maxlength=20):sheet>")
@requires(Verb.SEE_INSIGHTS)
def page(sheet: str) -> ResponseReturnValue:
    """One sheet."""
    days, today = days_asked(), datetime.now(UTC).date()
    return render_template(
        "insights/sheet.html",
        days=days,
        today=today,
        names=NAMES,
        sheet=made(sheet, days.span),
        terms=terms(today),
        narrowing=narrowing() if sheet == "coverage" else (),
    )


@pages.get("/<string(maxlength=20):sheet>/<string(maxlength=20):table>.csv")
@requires(Verb.SEE_INSIGHTS)
def saved(sheet: str, table: str) -> ResponseReturnValue:
    """One table as a file."""
    found = next((each for each in made(sheet, days_asked().span).tables if each.id == table), None)
    if found is None:
        raise NotFound("There is no such table. Look at the page of numbers it should be on.")
    rows = ([plain(value) for value in row] for row in found.rows)
    return csv_answer(f"{sheet}-{table}.csv", found.heads, rows)
