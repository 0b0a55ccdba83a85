"""Commissions: the board and the table of them, a new one, and the page of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import commissioning, subscribing_commissions
from kb.domain.commission import WAY, Commission, Kind, Stage, due, late
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.permission import may as may_on_site
from kb.domain.permission_commission import Asking, Deed, may
from kb.storage import commissions
from kb.web.access import requires, signed_in
from kb.web.commission_pages import (
    KINDS,
    RESULTS,
    STAGES,
    asking,
    days,
    pounds,
    refused,
    school_choices,
    term_choices,
    turn,
)
from kb.web.forms_commissions import NeedForm
from kb.web.sharing import page_of
from kb.web.site import site
from kb.web.spreadsheet import csv_answer

pages = Blueprint("commissions", __name__, url_prefix="/commissions")

BOARD = (
    ("To be matched", (Stage.NEED, Stage.FUNDED)),
    ("Waiting for the heads", (Stage.MATCHED,)),
    ("Agreed and planned", (Stage.AGREED, Stage.PLANNED)),
    ("In delivery", (Stage.DELIVERY,)),
    ("To be evaluated", (Stage.REPORTED, Stage.EVALUATED)),
    ("Over", (Stage.CLOSED, Stage.CANCELLED)),
)
"""Columns of the board: words and the stages in each."""

IN_COLUMN = 8
"""Cards of a column of the board; the table has all of them."""

CHOICES = ("school", "theme", "kind", "stage", "late", "sort", "view")

SORTS: dict[str, tuple[str, Callable[[Commission], Any]]] = {
    "due": ("What is due first", lambda each: due(each) or date.max),
    "title": ("Title", lambda each: each.need.title.casefold()),
    "school": ("School that is helped", lambda each: each.need.receiver),
    "stage": ("Stage", lambda each: WAY.index(each.stage) if each.stage in WAY else len(WAY)),
    "days": ("Most days", lambda each: -each.days),
    "cost": ("Most cost", lambda each: -each.cost),
}
CSV_HEADING = (
    "Number",
    "Title",
    "Kind",
    "Stage",
    "School that is helped",
    "School that helps",
    "Standard",
    "Themes",
    "Days",
    "Cost in pounds",
    "Ceiling in pounds",
    "Next step by",
    "Days late",
    "Outcome",
    "Begun",
)


@pages.get("/")
@requires(Verb.SEE_COMMISSIONS)
def index() -> ResponseReturnValue:
    """Everything that the person may know of, as a board or a table."""
    today, who = _today(), asking()
    found = _wanted(commissions.seen_by(site().database, who), today)
    chosen = {name: request.args.get(name, "") for name in CHOICES}
    rows, turns = page_of(found, url_for("commissions.index"), chosen)
    return render_template(
        "commissions/index.html",
        found=found,
        rows=rows,
        turns=turns,
        board=[(words, [each for each in found if each.stage in stages]) for words, stages in BOARD],
        in_column=IN_COLUMN,
        as_table=f"{url_for('commissions.index')}?{urlencode(chosen | {'view': 'table'})}",
        table=chosen["view"] == "table",
        today=today,
        due=due,
        late=late,
        whole={each.id for each in found if may(who, Deed.SEE_WHOLE, each)},
        leads=may_on_site(signed_in(), Verb.COMMISSION),
        sorts=SORTS,
        chosen=chosen,
        schools=school_choices(),
        themes=term_choices("themes"),
        kinds=KINDS,
        stages=STAGES,
        results=RESULTS,
        pounds=pounds,
        days=days,
        subscribed=subscribing_commissions.has_calendar(site().database, signed_in().id),
        query=request.query_string.decode(),
    )


@pages.get("/commissions.csv")
@requires(Verb.SEE_COMMISSIONS)
def table() -> Response:
    """The same as a file for a spreadsheet; money and days of what the person may see whole."""
    today, who = _today(), asking()
    found = _wanted(commissions.seen_by(site().database, who), today)
    return csv_answer("commissions.csv", CSV_HEADING, [_row(each, today, who) for each in found])


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.COMMISSION)
def new() -> ResponseReturnValue:
    """Begin a commission: from an ask, a gap, an article or nothing."""
    form = NeedForm(data=_prefilled())
    form.fill()
    warned = False
    if form.valid:
        try:
            number = commissioning.begin(turn(0), form.need())
        except KnowledgeBaseError as error:
            warned = refused(form, error)
        else:
            flash("The commission is begun. Say who pays, then find who can help.")
            return redirect(f"/commissions/{number}", 303)
    return render_template("commissions/new.html", form=form, warned=warned), form.status


def _today() -> date:
    return datetime.now(UTC).date()


def _wanted(found: Sequence[Commission], today: date) -> list[Commission]:
    """Those that the filters of the address let through, in the order that it asks for."""
    asked = request.args
    kept = [
        each
        for each in found
        if asked.get("school", "") in ("", *each.schools)
        and asked.get("theme", "") in ("", *each.need.themes)
        and asked.get("kind", "") in ("", each.need.kind.value)
        and asked.get("stage", "") in ("", each.stage.value)
        and (not asked.get("late") or late(each, today))
    ]
    _, order = SORTS.get(asked.get("sort", ""), SORTS["due"])
    return sorted(kept, key=order)


def _row(each: Commission, today: date, who: Asking) -> tuple[object, ...]:
    schools, whole = site().library.group.schools, may(who, Deed.SEE_WHOLE, each)
    themes, standards = (site().library.taxonomy[name] for name in ("themes", "standards"))

    def name(school: str | None) -> str:
        return schools[school].name if school and school in schools else school or ""

    return (
        each.id,
        each.need.title,
        KINDS[each.need.kind],
        STAGES[each.stage],
        name(each.need.receiver),
        name(each.supporter),
        standards.label_of(each.need.standard),
        "; ".join(themes.label_of(theme) for theme in each.need.themes),
        round(each.days, 2) if whole else None,
        each.cost / 100 if whole else None,
        each.ceiling if whole else None,
        due(each),
        late(each, today),
        RESULTS[each.evaluation.result] if whole and each.evaluation else None,
        each.made_at.date(),
    )


def _prefilled() -> dict[str, Any]:
    """What a link to this page has filled in already; what the vocabulary does not know is left out."""
    asked = request.args
    origin = next((f"{kind}:{asked[kind]}" for kind in ("ask", "gap", "article") if asked.get(kind)), "")
    given: dict[str, Any] = {
        "title": " ".join(asked.get("title", "").split())[:120],
        "receiver": asked.get("from", ""),
        "origin": origin,
        "secret": "no",
        "kind": Kind.SUPPORT.value,
    }
    for name, scheme, key in (
        ("key_stage", "key-stages", "key_stages"),
        ("provision", "provisions", "provisions"),
        ("need", "needs", "needs"),
        ("theme", "themes", "themes"),
    ):
        given[key] = [each for each in asked.getlist(name) if each in site().library.taxonomy[scheme]]
    return given
