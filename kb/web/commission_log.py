"""The log of a commission: what was done on which day, written, mended, taken out."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import commission_delivering as delivering
from kb.domain.commission import HOURS_A_DAY, Commission, Visit
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.domain.permission_commission import Deed
from kb.storage import commission_visits
from kb.web.access import requires, signed_in
from kb.web.commission_pages import (
    commission_at,
    decimal,
    refused,
    turn,
)
from kb.web.forms_commissions import (
    VisitForm,
)
from kb.web.site import site

pages = Blueprint("commission_log", __name__, url_prefix="/commissions")


@pages.route("/<int:commission_id>/visits/new", methods=["GET", "POST"])
@requires(Verb.SEE_COMMISSIONS)
def log(commission_id: int) -> ResponseReturnValue:
    """Log a piece of work."""
    return _visit(commission_at(commission_id, Deed.LOG), None)


@pages.route("/<int:commission_id>/visits/<int:visit_id>", methods=["GET", "POST"])
@requires(Verb.SEE_COMMISSIONS)
def visit(commission_id: int, visit_id: int) -> ResponseReturnValue:
    """Mend a piece of work in the log, or take it out."""
    commission = commission_at(commission_id, Deed.LOG)
    found = commission_visits.of_commission(site().database, commission.id)
    was = next((each for each in found if each.id == visit_id), None)
    if was is None:
        raise NotFound("This is not in the log any more. Look at the commission again.")
    return _visit(commission, was)


def _visit(commission: Commission, was: Visit | None) -> ResponseReturnValue:
    form, warned = VisitForm(data=_as_typed(was) if was else {"unit": "hours"}), False
    out = was is not None and request.form.get("do") == "take-out"
    if out or form.valid:
        mine = turn(commission.id, form.note.data or "")
        try:
            if was and out:
                delivering.take_out_visit(mine, was.id)
            elif was:
                delivering.change_visit(mine, _visit_from(form, commission, was))
            else:
                delivering.log(mine, _visit_from(form, commission, None))
        except KnowledgeBaseError as error:
            warned = refused(form, error)
        else:
            flash("Taken out of the log." if out else "It is in the log.")
            return redirect(f"/commissions/{commission.id}#log", 303)
    return (
        render_template("commissions/visit.html", commission=commission, form=form, was=was, warned=warned),
        form.status,
    )


def _as_typed(visit: Visit) -> dict[str, Any]:
    return {
        "day": visit.day.isoformat(),
        "who": visit.who,
        "amount": f"{visit.hours:g}",
        "unit": "hours",
        "cost": f"{visit.cost / 100:.2f}".removesuffix(".00"),
        "what": visit.note,
    }


def _visit_from(form: VisitForm, commission: Commission, was: Visit | None) -> Visit:
    amount = decimal(form.amount.data)
    return Visit(
        id=was.id if was else 0,
        commission=commission.id,
        day=date.fromisoformat(form.day.data),
        who=form.who.data,
        hours=amount * HOURS_A_DAY if form.unit.data == "days" else amount,
        cost=round(decimal(form.cost.data) * 100),
        note=form.what.data,
        logged_by=was.logged_by if was else signed_in().id,
    )
