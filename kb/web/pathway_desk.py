"""Pathways for the lead: written, ordered and published without script, and what is known of their use."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import pathway_shaping, pathway_steps
from kb.domain.article import Visibility
from kb.domain.cpd import code_from, spelt
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.pathway import Outline, Pathway, Step, StepKind
from kb.domain.permission import Verb
from kb.storage import accounts, cpd_plans, pathways
from kb.web.access import reader, requires, signed_in
from kb.web.forms import Form, as_choices
from kb.web.forms_pathways import KIND_NAMES, BeginForm, DetailsForm, PublishForm, StepForm
from kb.web.learning import post_choices, post_name, target_from
from kb.web.site import site
from kb.web.text_pages import check_here

pages = Blueprint("pathway_desk", __name__, url_prefix="/pathways/desk")

MOVES = {"up": -1, "down": 1}


@pages.get("/")
@requires(Verb.PLAN_LEARNING)
def index() -> ResponseReturnValue:
    """Every pathway, and whether a certificate is genuine."""
    typed = request.args.get("code", "")
    db = site().database
    held = cpd_plans.certificate_of_code(db, code_from(typed)) if typed else None
    owner = accounts.find(db, held.account) if held else None
    pathway = pathways.find(db, held.pathway) if held else None
    return render_template(
        "pathways/desk.html",
        every=pathways.every(db),
        typed=typed,
        held=held,
        owner=owner,
        pathway=pathway,
        code=spelt(held.code) if held else "",
        post_name=post_name,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.PLAN_LEARNING)
def new() -> ResponseReturnValue:
    """Begin a pathway."""
    form = BeginForm()
    if form.valid:
        try:
            made = pathway_shaping.begin(site().database, signed_in(), form.title.data, check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return redirect(f"/pathways/desk/{made}/details", 303)
    return render_template("pathways/new.html", form=form), form.status


@pages.get("/<int:pathway_id>")
@requires(Verb.PLAN_LEARNING)
def overview(pathway_id: int) -> ResponseReturnValue:
    """A pathway as it is being written: its steps in order, and what can be done with it."""
    pathway = _pathway(pathway_id)
    return _overview(pathway, PublishForm(data={"revision": str(pathway.revision)}))


@pages.route("/<int:pathway_id>/details", methods=["GET", "POST"])
@requires(Verb.PLAN_LEARNING)
def details(pathway_id: int) -> ResponseReturnValue:
    """What it is about and for whom."""
    pathway = _pathway(pathway_id)
    draft = pathway.draft
    given = {"title": draft.title, "summary": draft.summary, "posts": list(draft.posts)}
    given |= {"before": list(draft.before), "visibility": draft.visibility.value}
    form = DetailsForm(data=given | {"revision": str(pathway.revision)})
    form.posts.choices = as_choices(post_choices())
    others = [each for each in pathways.every(site().database) if each.id != pathway_id]
    form.before.choices = as_choices([(each.slug, each.title) for each in others])
    if form.valid:
        outline = Outline(
            title=form.title.data,
            summary=form.summary.data,
            posts=tuple(form.posts.data or ()),
            before=tuple(form.before.data or ()),
            visibility=Visibility(form.visibility.data),
        )
        try:
            pathway_shaping.describe(
                site().database, signed_in(), pathway_id, outline, revision=_revision(), check=check_here()
            )
        except KnowledgeBaseError as error:
            _refuse(form, error, pathway)
        else:
            return redirect(f"/pathways/desk/{pathway_id}", 303)
    return render_template("pathways/details.html", form=form, pathway=pathway), form.status


@pages.route("/<int:pathway_id>/steps/new", methods=["GET", "POST"])
@requires(Verb.PLAN_LEARNING)
def new_step(pathway_id: int) -> ResponseReturnValue:
    """Add a step at the end."""
    pathway = _pathway(pathway_id)
    form = StepForm(data={"revision": str(pathway.revision), "target": request.args.get("target", "")})
    return _step_page(pathway, form, None)


@pages.route("/<int:pathway_id>/steps/<int:step_id>", methods=["GET", "POST"])
@requires(Verb.PLAN_LEARNING)
def step(pathway_id: int, step_id: int) -> ResponseReturnValue:
    """Word a step anew."""
    pathway = _pathway(pathway_id)
    there = pathway.draft.step(step_id)
    given = {"kind": there.kind.value, "target": there.target, "title": there.title, "about": there.about}
    form = StepForm(data=given | {"minutes": there.minutes, "revision": str(pathway.revision)})
    return _step_page(pathway, form, there)


@pages.post("/<int:pathway_id>/steps/<int:step_id>/move")
@requires(Verb.PLAN_LEARNING)
def move(pathway_id: int, step_id: int) -> ResponseReturnValue:
    """Put a step up or down, or take it out."""
    db, me, what = site().database, signed_in(), request.form.get("what", "")
    pathway = _pathway(pathway_id)
    try:
        if what in MOVES:
            pathway_shaping.move_step(db, me, pathway_id, step_id, MOVES[what], revision=_revision())
        elif what == "remove":
            pathway_shaping.remove_step(db, me, pathway_id, step_id, revision=_revision())
    except pathways.SavedMeanwhile:
        flash("Somebody else has changed this pathway meanwhile. This is how it is now.")
    place = f"#step-{step_id}" if any(each.id == step_id for each in pathway.draft.steps) else ""
    return redirect(f"/pathways/desk/{pathway_id}{place}", 303)


@pages.post("/<int:pathway_id>/publish")
@requires(Verb.PLAN_LEARNING)
def publish(pathway_id: int) -> ResponseReturnValue:
    """Make what is written the next version."""
    pathway = _pathway(pathway_id)
    form = PublishForm()
    if form.valid:
        try:
            number = pathway_shaping.publish(
                site().database,
                signed_in(),
                pathway_id,
                revision=_revision(),
                note=form.note.data or "",
                check=check_here(),
            )
        except KnowledgeBaseError as error:
            _refuse(form, error, pathway)
        else:
            flash(f"Version {number} is published. Those who are on it get a letter about what is new.")
            return redirect(f"/pathways/desk/{pathway_id}", 303)
    return _overview(pathway, form), form.status


@pages.post("/<int:pathway_id>/offer")
@requires(Verb.PLAN_LEARNING)
def offer(pathway_id: int) -> ResponseReturnValue:
    """Offer it to nobody new, or offer it again."""
    back = request.form.get("what") == "back"
    pathway_shaping.retire(site().database, signed_in(), pathway_id, back=back)
    flash("It is offered again." if back else "It is retired. Those who are on it can finish it.")
    return redirect(f"/pathways/desk/{pathway_id}", 303)


def _overview(pathway: Pathway, form: PublishForm) -> str:
    db = site().database
    return render_template(
        "pathways/overview.html",
        pathway=pathway,
        form=form,
        steps=pathway_steps.shown(db, pathway.draft, reader()),
        kinds=KIND_NAMES,
        versions=pathways.versions(db, pathway.id),
        requirements=pathways.requirements(db, pathway.id),
        post_name=post_name,
    )


def _step_page(pathway: Pathway, form: StepForm, there: Step | None) -> ResponseReturnValue:
    if form.valid:
        kind = StepKind(form.kind.data)
        made = Step(
            id=there.id if there else 0,
            kind=kind,
            title=form.title.data or "",
            about=form.about.data or "",
            target=target_from(kind, form.target.data or ""),
            minutes=form.minutes.data,
        )
        act = pathway_shaping.change_step if there else pathway_shaping.add_step
        try:
            act(site().database, signed_in(), pathway.id, made, revision=_revision(), check=check_here())
        except KnowledgeBaseError as error:
            _refuse(form, error, pathway)
        else:
            return redirect(f"/pathways/desk/{pathway.id}", 303)
    return render_template("pathways/step.html", form=form, pathway=pathway, step=there), form.status


def _pathway(pathway_id: int) -> Pathway:
    found = pathways.find(site().database, pathway_id)
    if found is None:
        raise NotFound("There is no such pathway. Look at the list of pathways.")
    return found


def _refuse(form: Form, error: KnowledgeBaseError, pathway: Pathway) -> None:
    """Say what was refused; after somebody else’s save, let the next one be on top of theirs."""
    form.refuse(error)
    if isinstance(error, pathways.SavedMeanwhile):
        form.revision.data = str(pathway.revision)


def _revision() -> int:
    typed = request.form.get("revision", "")
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else 0
