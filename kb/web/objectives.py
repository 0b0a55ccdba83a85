"""Objectives of people and schools: what is meant, what shows progress, and who may look."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import objective_keeping
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.objective import Objective, ObjectiveState, Priority
from kb.domain.permission import Verb, may
from kb.storage import objectives
from kb.web import paper
from kb.web.access import reader, requires, signed_in
from kb.web.forms import as_choices
from kb.web.forms_objectives import STATES, EvidenceForm, NoteForm, ObjectiveForm, PriorityForm
from kb.web.learning import school_name
from kb.web.objective_pages import (
    MINE,
    choices_of_evidence,
    day_of,
    evidence_from,
    names_of,
    objective_from,
    page,
    prepared,
    priority_names,
    schools_of,
    seen,
    shown,
)
from kb.web.site import site
from kb.web.spreadsheet import csv_answer
from kb.web.text_pages import check_here

pages = Blueprint("objectives", __name__, url_prefix="/objectives")

COLUMNS = (
    "objective",
    "whose",
    "priority",
    "measure",
    "due",
    "state",
    "evidence",
    "evidence_kind",
    "evidence_date",
)


@pages.get("/")
@requires(Verb.LEARN)
def index() -> ResponseReturnValue:
    """One's own objectives, those of schools one speaks for, and those that others share with one."""
    me = signed_in()
    every = seen(me)
    return render_template(
        "objectives/index.html",
        own=[each for each in every if each.account == me.id],
        schools=[each for each in every if each.account is None],
        shared=[each for each in every if each.account not in (None, me.id)],
        names=names_of(every),
        priorities=priority_names(),
        states=STATES,
        leads=may(me, Verb.PLAN_LEARNING),
    )


@pages.get("/objectives.csv")
@requires(Verb.LEARN)
def table() -> Response:
    """All that one may see, a line for each thing that shows progress, for an appraisal system."""
    me = signed_in()
    every = seen(me)
    names, priorities = names_of(every), priority_names()
    rows: list[tuple[object, ...]] = []
    for each in every:
        whose = names.get(each.account or 0) or school_name(each.school)
        head = (
            each.title,
            whose,
            priorities.get(each.priority or 0, ""),
            each.measure,
            each.due,
            each.state.value,
        )
        found = shown(each)
        rows += [
            (
                *head,
                f"{one.title}: {one.evidence.said}".strip(": "),
                one.evidence.kind.value,
                day_of(one.evidence),
            )
            for one in found
        ] or [(*head, "", "", "")]
    return csv_answer("objectives.csv", COLUMNS, rows)


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.LEARN)
def new() -> ResponseReturnValue:
    """Set an objective for oneself, or for a school that one speaks for."""
    me = signed_in()
    form = prepared(ObjectiveForm(data={"whose": MINE, "state": ObjectiveState.OPEN.value}))
    form.whose.choices = as_choices([(MINE, "Mine"), *schools_of(me)])
    if form.valid:
        mine = form.whose.data == MINE
        made = objective_from(
            form,
            Objective(title="-", account=me.id if mine else None, school="" if mine else form.whose.data),
        )
        try:
            number = objective_keeping.begin(site().database, me, made, check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return redirect(f"/objectives/{number}", 303)
    return render_template("objectives/edit.html", form=form, objective=None), form.status


@pages.get("/<int:objective_id>")
@requires(Verb.LEARN)
def read(objective_id: int) -> ResponseReturnValue:
    """One objective, what shows progress, and what was said when looking back."""
    return page(
        objective_keeping.seen(site().database, signed_in(), objective_id), EvidenceForm(), NoteForm()
    )


@pages.route("/<int:objective_id>/edit", methods=["GET", "POST"])
@requires(Verb.LEARN)
def edit(objective_id: int) -> ResponseReturnValue:
    """Word it anew, share it, say how it went."""
    db, me = site().database, signed_in()
    there = objective_keeping.owned(db, me, objective_id)
    shared = [name for name, on in (("lead", there.with_lead), ("head", there.with_head)) if on]
    given = {"title": there.title, "measure": there.measure, "state": there.state.value, "shared": shared}
    given |= {"priority": str(there.priority or ""), "revision": str(there.revision), "whose": MINE}
    form = prepared(ObjectiveForm(data={**given, "due": there.due}), there.priority)
    form.whose.choices = as_choices([(MINE, "Mine")])
    form.whose.data = MINE
    form.whose.raw_data = [MINE]
    if form.valid:
        try:
            objective_keeping.change(db, me, objective_from(form, there), check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
            if isinstance(error, objectives.ChangedMeanwhile):
                form.revision.data = str(there.revision)
        else:
            return redirect(f"/objectives/{objective_id}", 303)
    return render_template("objectives/edit.html", form=form, objective=there), form.status


@pages.post("/<int:objective_id>/evidence")
@requires(Verb.LEARN)
def show_progress(objective_id: int) -> ResponseReturnValue:
    """Add something that shows progress."""
    db, me = site().database, signed_in()
    there = objective_keeping.owned(db, me, objective_id)
    form = EvidenceForm()
    form.target.choices = as_choices(choices_of_evidence(me))
    if form.valid:
        try:
            objective_keeping.show_progress(
                db, me, objective_id, evidence_from(form), reader(), check=check_here()
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return redirect(f"/objectives/{objective_id}#progress", 303)
    return page(there, form, NoteForm()), form.status


@pages.post("/<int:objective_id>/evidence/<int:evidence_id>/remove")
@requires(Verb.LEARN)
def drop_evidence(objective_id: int, evidence_id: int) -> ResponseReturnValue:
    """Take something away again."""
    objective_keeping.drop_evidence(site().database, signed_in(), objective_id, evidence_id)
    return redirect(f"/objectives/{objective_id}#progress", 303)


@pages.post("/<int:objective_id>/notes")
@requires(Verb.LEARN)
def look_back(objective_id: int) -> ResponseReturnValue:
    """Write down what was said when looking back."""
    db, me = site().database, signed_in()
    there = objective_keeping.seen(db, me, objective_id)
    form = NoteForm()
    if form.valid:
        try:
            objective_keeping.look_back(db, me, objective_id, form.note.data, check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return redirect(f"/objectives/{objective_id}#notes", 303)
    return page(there, EvidenceForm(), form), form.status


@pages.post("/<int:objective_id>/delete")
@requires(Verb.LEARN)
def delete(objective_id: int) -> ResponseReturnValue:
    """Take it away for good."""
    if request.form.get("confirm") != "yes":
        flash("Tick the box to say that you are sure.")
        return redirect(f"/objectives/{objective_id}", 303)
    objective_keeping.delete(site().database, signed_in(), objective_id)
    flash("The objective is deleted, with everything about it.")
    return redirect("/objectives/", 303)


@pages.get("/<int:objective_id>.pdf")
@requires(Verb.LEARN)
def on_paper(objective_id: int) -> ResponseReturnValue:
    """The same as a PDF file, for a conversation."""
    there = objective_keeping.seen(site().database, signed_in(), objective_id)
    return paper.pdf(page(there, EvidenceForm(), NoteForm()), name=f"Objective {objective_id}")


@pages.route("/priorities", methods=["GET", "POST"])
@requires(Verb.PLAN_LEARNING)
def priorities() -> ResponseReturnValue:
    """The trust's priorities, which objectives can name."""
    db, form = site().database, PriorityForm()
    if form.valid:
        made = Priority(title=form.title.data, about=form.about.data or "")
        try:
            objective_keeping.put_priority(db, signed_in(), made, check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return redirect("/objectives/priorities", 303)
    return render_template(
        "objectives/priorities.html", form=form, every=objectives.priorities(db)
    ), form.status


@pages.post("/priorities/<int:priority_id>")
@requires(Verb.PLAN_LEARNING)
def end_priority(priority_id: int) -> ResponseReturnValue:
    """Say that a priority is over, or that it is one again."""
    db = site().database
    found = next((each for each in objectives.priorities(db) if each.id == priority_id), None)
    if found is None:
        raise NotFound("There is no such priority. Look at the list.")
    objective_keeping.put_priority(db, signed_in(), replace(found, over=not found.over), check=check_here())
    return redirect("/objectives/priorities", 303)
