"""Pathways for those who take them: the list, one pathway with its steps, and the certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import pathway_following, pathway_reporting, pathway_steps, pathway_thinking
from kb.domain.account import Account
from kb.domain.cpd import Certificate, spelt
from kb.domain.errors import BadRequest, NotFound
from kb.domain.pathway import Changes, Following, Outline, Pathway, Progress, Requirement, changes, progress
from kb.domain.permission import Verb, may
from kb.domain.thought import Thought, Thoughts, ThoughtTooLong, fingerprint
from kb.storage import cpd_plans, pathway_progress, pathways
from kb.web import paper
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.forms_pathways import KIND_NAMES
from kb.web.learning import post_choices, post_name, workplace
from kb.web.site import site

pages = Blueprint("pathways", __name__, url_prefix="/pathways")

_BOX = re.compile(r"reflection-(?P<step>[0-9]{1,9})")


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """Every pathway that one may begin; on top those that one is on and those that are asked for."""
    db, me = site().database, current()
    offered = pathways.published(db, reader())
    wanted = request.args.get("post", "")
    made_for = {post for each in offered for post in _outline(each).posts}
    return render_template(
        "pathways/index.html",
        offered=[each for each in offered if not wanted or wanted in _outline(each).posts],
        mine=_mine(me) if me else [],
        asked=_asked(me) if me else [],
        posts=[(post, words) for post, words in post_choices() if post in made_for],
        post_name=post_name,
        wanted=wanted,
        plans=may(me, Verb.PLAN_LEARNING),
    )


@pages.get("/<string(maxlength=80):name>")
@public
def read(name: str) -> ResponseReturnValue:
    """One pathway: what it is for, its steps, and how far one has come."""
    return _page(pathway_following.of_slug(site().database, name, reader()))


@pages.post("/<string(maxlength=80):name>/begin")
@requires(Verb.LEARN)
def begin(name: str) -> ResponseReturnValue:
    """Start on it, or come back to it."""
    try:
        pathway_following.begin(site().database, signed_in(), name, reader())
    except BadRequest as error:
        flash(str(error))
    else:
        flash("You are on this pathway now. Tick each step when you have done it.")
    return redirect(f"/pathways/{name}", 303)


@pages.post("/<string(maxlength=80):name>/leave")
@requires(Verb.LEARN)
def leave(name: str) -> ResponseReturnValue:
    """Step off it."""
    try:
        pathway_following.leave(site().database, signed_in(), name, reader(), thoughts=_typed())
    except ThoughtTooLong as error:
        return _refused(name, error.step, error), 400
    flash("You are off this pathway. What you have ticked is kept, should you come back.")
    return redirect(f"/pathways/{name}", 303)


@pages.post("/<string(maxlength=80):name>/seen")
@requires(Verb.LEARN)
def seen(name: str) -> ResponseReturnValue:
    """Say that one knows what is new."""
    try:
        pathway_following.know_the_news(site().database, signed_in(), name, reader(), thoughts=_typed())
    except ThoughtTooLong as error:
        return _refused(name, error.step, error), 400
    return redirect(f"/pathways/{name}", 303)


@pages.post("/<string(maxlength=80):name>/keep")
@requires(Verb.LEARN)
def keep(name: str) -> ResponseReturnValue:
    """Keep what one wrote, to go on reading or to plan the next step."""
    try:
        pathway_following.keep_thoughts(site().database, signed_in(), name, reader(), _typed())
    except BadRequest as error:
        return _refused(name, error.step if isinstance(error, ThoughtTooLong) else 0, error), 400
    if request.form.get("then") == "plan":
        return redirect(f"/cpd/next?pathway={name}", 303)
    flash("What you wrote is kept.")
    return redirect(f"/pathways/{name}", 303)


@pages.post("/<string(maxlength=80):name>/steps/<int:step_id>")
@requires(Verb.LEARN)
def tick(name: str, step_id: int) -> ResponseReturnValue:
    """Tick a step, skip it, or take the tick back; and keep what was written on the page."""
    db, me, thoughts = site().database, signed_in(), _typed()
    what = request.form.get("what", "done")
    try:
        if what == "undo":
            pathway_following.untick(db, me, name, step_id, reader(), thoughts=thoughts)
            flash("The tick is taken back, and its line in your record.")
        elif what == "skip":
            _say(complete=pathway_following.skip(db, me, name, step_id, reader(), thoughts=thoughts))
        else:
            complete = pathway_following.tick(
                db, me, name, step_id, reader(), thoughts=thoughts, workplace=workplace(me)
            )
            _say(complete=complete)
    except BadRequest as error:
        return _refused(name, error.step if isinstance(error, ThoughtTooLong) else step_id, error), 400
    return redirect(f"/pathways/{name}#step-{step_id}", 303)


@pages.get("/<string(maxlength=80):name>/certificate")
@requires(Verb.LEARN)
def certificate(name: str) -> ResponseReturnValue:
    """What says that one has finished it, to print and to show."""
    return _certificate(name)


@pages.get("/<string(maxlength=80):name>/certificate.pdf")
@requires(Verb.LEARN)
def certificate_on_paper(name: str) -> ResponseReturnValue:
    """The same as a PDF file."""
    return paper.pdf(_certificate(name), name=f"Certificate {name}")


def _certificate(name: str) -> str:
    db, me = site().database, signed_in()
    pathway = pathway_following.of_slug(db, name, reader())
    held = cpd_plans.certificate(db, me.id, pathway.id)
    if held is None:
        raise NotFound("You have no certificate of this pathway yet. Finish its steps first.")
    version = pathways.version(db, pathway.id, held.version)
    outline = version.outline if version else _outline(pathway)
    return render_template(
        "pathways/certificate.html",
        pathway=pathway,
        outline=outline,
        steps=[each.title for each in pathway_steps.shown(db, outline, reader()) if each.there],
        held=held,
        code=spelt(held.code),
        me=me,
    )


def _typed() -> Thoughts:
    """What stands in the boxes of the page that was sent."""
    return {
        int(found["step"]): Thought(words=words, over=request.form.get(f"over-{found['step']}", ""))
        for name, words in request.form.items()
        if (found := _BOX.fullmatch(name))
    }


def _refused(name: str, step_id: int, error: BadRequest) -> str:
    """The page again with everything that was typed, and what is wrong at the step where it is."""
    return _page(pathway_following.of_slug(site().database, name, reader()), wrong=(step_id, str(error)))


def _page(pathway: Pathway, wrong: tuple[int, str] = (0, "")) -> str:
    db, me, outline = site().database, current(), _outline(pathway)
    following = pathway_progress.find(db, me.id, pathway.id) if me else None
    ticks = pathway_progress.ticks(db, me.id, [pathway.id])[pathway.id] if me else {}
    on = following is not None and following.left_at is None
    thoughts = pathway_thinking.of_pathway(db, me.id, pathway) if me and on else {}
    return render_template(
        "pathways/pathway.html",
        pathway=pathway,
        outline=outline,
        steps=pathway_steps.shown(db, outline, reader()),
        kinds=KIND_NAMES,
        following=following,
        on=on,
        ticks=ticks if on else {},
        far=progress(outline, ticks),
        news=_news(pathway, following),
        before=[each for each in pathways.published(db, reader()) if each.slug in outline.before],
        missing=pathway_following.first_missing(db, me, pathway, reader()) if me else None,
        asked=[each for each in _asked(me) if each[0].id == pathway.id] if me else [],
        held=_held(me, pathway),
        plans=may(me, Verb.PLAN_LEARNING),
        post_name=post_name,
        wrong=wrong,
        boxes=_boxes(outline, thoughts),
        left={
            step: words for step, words in thoughts.items() if step not in {one.id for one in outline.steps}
        },
    )


def _boxes(outline: Outline, thoughts: Mapping[int, str]) -> dict[int, Thought]:
    """Step → what its box shows: what was typed when that is not kept yet, else what is kept."""
    typed = _typed() if request.method == "POST" else {}
    return {
        step.id: typed.get(step.id) or Thought(words=words, over=fingerprint(words))
        for step in outline.steps
        for words in [thoughts.get(step.id, "")]
    }


def _held(me: Account | None, pathway: Pathway) -> Certificate | None:
    return cpd_plans.certificate(site().database, me.id, pathway.id) if me else None


def _news(pathway: Pathway, following: Following | None) -> Changes:
    """What is new since the person last looked."""
    if following is None or following.left_at or following.seen >= pathway.version:
        return Changes()
    known = pathways.version(site().database, pathway.id, following.seen)
    return changes(known.outline, _outline(pathway)) if known else Changes()


def _mine(me: Account) -> list[tuple[Pathway, Following, Progress]]:
    """(pathway, how one stands to it, how far one has come) of those that one is on, unfinished ones first."""
    db = site().database
    own = [each for each in pathway_progress.of_person(db, me.id) if each.left_at is None]
    found = pathways.of_ids(db, [each.pathway for each in own])
    ticks = pathway_progress.ticks(db, me.id, list(found))
    visible = reader().visibilities
    return [
        (found[each.pathway], each, progress(_outline(found[each.pathway]), ticks[each.pathway]))
        for each in sorted(own, key=lambda one: one.finished_at is not None)
        if _outline(found[each.pathway]).visibility in visible
    ]


def _asked(me: Account) -> list[tuple[Pathway, Requirement, bool]]:
    """(pathway, what is asked, whether it is finished) of what the trust asks of a person."""
    db = site().database
    asked = pathway_reporting.asked_of(db, me)
    found = pathways.of_ids(db, [each.pathway for each in asked])
    finished = {each.pathway for each in pathway_progress.of_person(db, me.id) if each.finished_at}
    visible = reader().visibilities
    return [
        (found[each.pathway], each, each.pathway in finished)
        for each in asked
        if _outline(found[each.pathway]).visibility in visible
    ]


def _outline(pathway: Pathway) -> Outline:
    return pathway.published or pathway.draft


def _say(*, complete: bool) -> None:
    flash("Well done, that was the last step. Your certificate is ready." if complete else "Ticked.")
