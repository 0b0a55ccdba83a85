"""The steps of a commission, one page each: the form, what it does, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import commission_delivering as delivering
from kb.actions import commissioning
from kb.actions.commission_rights import Turn
from kb.domain.commission import Funding, Plan, Result, Stage
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.permission_commission import Deed
from kb.web.access import requires
from kb.web.commission_pages import (
    STAGES,
    commission_at,
    decimal,
    refused,
    turn,
)
from kb.web.forms import as_choices
from kb.web.forms_commissions import (
    EvaluateForm,
    FundForm,
    MoveForm,
    NeedForm,
    PlanForm,
    ReasonForm,
    ReportForm,
    StepForm,
)

pages = Blueprint("commission_steps", __name__, url_prefix="/commissions")

STEP = "any(need, fund, plan, report, evaluate, close, cancel, 'match-again', move)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page: what it does, its words, and what is said when it is done."""

    deed: Deed
    heading: str
    lead: str
    form: type[StepForm]
    act: Callable[[Turn, Any], None]
    said: str
    button: str
    warning: bool = False


def _need(turn: Turn, form: NeedForm) -> None:
    was = commission_at(turn.number, Deed.CHANGE)
    moved = form.receiver.data != was.need.receiver
    commissioning.rewrite(turn, form.need(None if moved else was.need.contact))


def _fund(turn: Turn, form: FundForm) -> None:
    commissioning.fund(turn, funding=Funding(form.funding.data), ceiling=form.ceiling.data)


def _plan(turn: Turn, form: PlanForm) -> None:
    plan = Plan(
        aims=form.aims.data,
        first_contact=date.fromisoformat(form.first_contact.data),
        days=decimal(form.planned_days.data),
        report_due=date.fromisoformat(form.report_due.data),
    )
    delivering.make_plan(turn, plan)


def _evaluate(turn: Turn, form: EvaluateForm) -> None:
    delivering.evaluate(
        turn,
        result=Result(form.result.data),
        changed=form.changed.data,
        how_we_know=form.how_we_know.data,
        recommend=form.recommend.data == "yes",
    )


STEPS: Mapping[str, Step] = {
    "need": Step(
        deed=Deed.CHANGE,
        heading="Change the need",
        lead="Everybody who may open this commission sees what you write here.",
        form=NeedForm,
        act=_need,
        said="Changed.",
        button="Save",
    ),
    "fund": Step(
        deed=Deed.FUND,
        heading="Say who pays",
        lead="The ceiling is for travel, cover and material. When the log goes above it, you are told.",
        form=FundForm,
        act=_fund,
        said="The money is there. Now find who can help.",
        button="Save",
    ),
    "plan": Step(
        deed=Deed.PLAN,
        heading="The plan",
        lead="Plan it together. The school that is helped hears from the other one within 7 days.",
        form=PlanForm,
        act=_plan,
        said="The plan is there. Both schools have been told.",
        button="Save the plan",
    ),
    "report": Step(
        deed=Deed.REPORT,
        heading="Report",
        lead="The school that was helped reads it and then says what came of it.",
        form=ReportForm,
        act=lambda turn, form: delivering.report(turn, report=form.report.data),
        said="Thank you. The school that was helped has been asked what came of it.",
        button="Send the report",
    ),
    "evaluate": Step(
        deed=Deed.EVALUATE,
        heading="What came of it?",
        lead="Say it as it was. Help that did not work is worth knowing about, too.",
        form=EvaluateForm,
        act=_evaluate,
        said="Thank you. The lead and the school that helped have been told.",
        button="Send",
    ),
    "close": Step(
        deed=Deed.CLOSE,
        heading="Close it without a case study",
        lead="Only when nothing can be learnt from it by others.",
        form=ReasonForm,
        act=lambda turn, _: commissioning.close(turn),
        said="Closed.",
        button="Close it",
    ),
    "cancel": Step(
        deed=Deed.CANCEL,
        heading="Call it off",
        lead="It stays in the list with your reason. This cannot be undone.",
        form=ReasonForm,
        act=lambda turn, _: commissioning.cancel(turn),
        said="Called off. Both schools have been told.",
        button="Call it off",
        warning=True,
    ),
    "match-again": Step(
        deed=Deed.MATCH_AGAIN,
        heading="Look for another school",
        lead="The school that was to help is let go. What was logged stays.",
        form=ReasonForm,
        act=lambda turn, _: commissioning.match_again(turn),
        said="Now find another school.",
        button="Let this school go",
        warning=True,
    ),
    "move": Step(
        deed=Deed.MOVE,
        heading="Move it by hand",
        lead="For what happened outside this site. A step that is skipped stays visible with your reason.",
        form=MoveForm,
        act=lambda turn, form: commissioning.move(turn, to=Stage(form.to.data)),
        said="Moved.",
        button="Move it",
    ),
}


@pages.route(f"/<int:commission_id>/<{STEP}:deed>", methods=["GET", "POST"])
@requires(Verb.SEE_COMMISSIONS)
def step(commission_id: int, deed: str) -> ResponseReturnValue:
    """One step: its form, or what it does."""
    here = STEPS[deed]
    commission = commission_at(commission_id, here.deed)
    form = here.form(data=here.form.answers(commission))
    form.furnish(commission)
    if isinstance(form, MoveForm):
        stages = [each for each in commissioning.MOVABLE if each is not commission.stage]
        form.to.choices = as_choices(
            [("", "Choose a stage"), *((each.value, STAGES[each]) for each in stages)]
        )
    warned = False
    if form.valid:
        noted = form.note.data or "" if "note" in form else ""
        try:
            here.act(turn(commission.id, noted), form)
        except KnowledgeBaseError as error:
            warned = refused(form, error)
        else:
            flash(here.said)
            return redirect(f"/commissions/{commission.id}", 303)
    return (
        render_template(
            "commissions/step.html", commission=commission, form=form, step=here, path=deed, warned=warned
        ),
        form.status,
    )
