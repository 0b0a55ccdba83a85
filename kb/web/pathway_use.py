"""How a pathway is used: numbers of five or more, and by name only those whom the trust has asked by name."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import pathway_reporting, pathway_shaping
from kb.actions.pathway_reporting import OTHERS, UNKNOWN, Asked, Standing
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.pathway import Pathway, Requirement
from kb.domain.permission import Verb
from kb.storage import pathway_progress, pathways, posts
from kb.web.access import requires, signed_in
from kb.web.forms import as_choices
from kb.web.forms_pathways import AskForm
from kb.web.learning import post_choices, post_name, posts_of_all, school_choices, school_name
from kb.web.site import site
from kb.web.spreadsheet import csv_answer

pages = Blueprint("pathway_use", __name__, url_prefix="/pathways/desk")

WORDS = {Standing.FINISHED: "Finished", Standing.UNDER_WAY: "Under way", Standing.NOT_BEGUN: "Not begun"}

_LINES = {OTHERS: "All others together", UNKNOWN: "Not known"}


@pages.get("/<int:pathway_id>/use")
@requires(Verb.PLAN_LEARNING)
def numbers(pathway_id: int) -> ResponseReturnValue:
    """How many are on it and have finished, and what the trust asks of whom."""
    return _page(_pathway(pathway_id), _form())


@pages.post("/<int:pathway_id>/ask")
@requires(Verb.PLAN_LEARNING)
def ask(pathway_id: int) -> ResponseReturnValue:
    """Ask people to finish it by a day."""
    pathway, form = _pathway(pathway_id), _form()
    if form.valid:
        chosen, schools = form.posts.data or (), form.schools.data or ()
        asked = posts.holders(site().database, posts=chosen, schools=schools)
        try:
            pathway_shaping.require(
                site().database,
                signed_in(),
                pathway_id,
                posts=chosen,
                schools=schools,
                due=form.due.data,
                asked=asked,
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(
                "They are asked, and get a letter that says so and that you can see by name who has finished."
            )
            return redirect(f"/pathways/desk/{pathway_id}/use", 303)
    return _page(pathway, form), form.status


@pages.post("/<int:pathway_id>/ask/<int:requirement_id>/end")
@requires(Verb.PLAN_LEARNING)
def end(pathway_id: int, requirement_id: int) -> ResponseReturnValue:
    """Ask for it no longer."""
    pathway_shaping.end_requirement(site().database, signed_in(), pathway_id, requirement_id)
    flash("It is not asked for any more, and nobody is named any more.")
    return redirect(f"/pathways/desk/{pathway_id}/use", 303)


@pages.get("/<int:pathway_id>/ask/<int:requirement_id>.csv")
@requires(Verb.PLAN_LEARNING)
def table(pathway_id: int, requirement_id: int) -> Response:
    """Who was asked and who has finished, for a table program."""
    pathway = _pathway(pathway_id)
    requirement = next(
        (each for each in pathways.requirements(site().database, pathway_id) if each.id == requirement_id),
        None,
    )
    if requirement is None:
        raise NotFound("This is not asked for any more.")
    head = ("name", "email", "school", "post", "pathway", "due", "state", "finished_on")
    return csv_answer(f"{pathway.slug}-asked.csv", head, _rows(pathway, requirement))


def _rows(pathway: Pathway, requirement: Requirement) -> list[tuple[object, ...]]:
    asked = _asked(requirement)
    held = posts_of_all([each.account.id for each in asked])
    return [
        (
            each.account.name,
            each.account.email,
            ", ".join(map(school_name, each.account.schools)),
            ", ".join(map(post_name, held[each.account.id])),
            pathway.title,
            requirement.due.isoformat(),
            WORDS[each.standing].lower(),
            each.finished_at.date().isoformat() if each.finished_at else "",
        )
        for each in asked
    ]


def _page(pathway: Pathway, form: AskForm) -> str:
    db = site().database
    on = [each.account for each in pathway_progress.on(db, pathway.id)]
    return render_template(
        "pathways/use.html",
        pathway=pathway,
        numbers=pathway_reporting.numbers(db, pathway, posts_of_all(on)),
        asked=[(each, _asked(each)) for each in pathways.requirements(db, pathway.id)],
        words=WORDS,
        form=form,
        school_line=lambda school: _LINES.get(school) or school_name(school),
        post_line=lambda post: _LINES.get(post) or post_name(post),
        post_name=post_name,
    )


def _asked(requirement: Requirement) -> tuple[Asked, ...]:
    db = site().database
    people = posts.holders(db, posts=requirement.posts, schools=requirement.schools)
    return pathway_reporting.asked_for(db, requirement, people)


def _form() -> AskForm:
    form = AskForm()
    form.posts.choices = as_choices(post_choices())
    form.schools.choices = as_choices(school_choices())
    return form


def _pathway(pathway_id: int) -> Pathway:
    found = pathways.find(site().database, pathway_id)
    if found is None or found.version == 0:
        raise NotFound("There is no such published pathway. Look at the list of pathways.")
    return found
