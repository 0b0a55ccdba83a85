"""The pages on which an article is written, one for each part of it: saved by hand, and by the page itself."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import saving
from kb.actions.saving import Outcome, Saved
from kb.actions.text_rights import NotYours
from kb.domain.completeness import Missing, Step, missing
from kb.domain.errors import BadRequest, KnowledgeBaseError, TooLarge
from kb.domain.finding import Level
from kb.domain.guide import Part, guided, joined
from kb.domain.permission import Verb
from kb.domain.text import Content, Text
from kb.web.access import requires, signed_in
from kb.web.forms import tidy_text
from kb.web.forms_contribute import FORMS, StepForm
from kb.web.forms_pictures import PictureForm
from kb.web.site import site
from kb.web.text_pages import findings_of, rendered, text_of

pages = Blueprint("contribute_steps", __name__, url_prefix="/contribute")

HEADINGS = {
    Step.ABOUT: "About the article",
    Step.SETTING: "For whom and where",
    Step.WRITE: "The text",
    Step.RESULTS: "Evidence and cost",
}
NEXT = {Step.ABOUT: Step.SETTING, Step.SETTING: Step.WRITE, Step.WRITE: Step.RESULTS}
SAID = {
    Outcome.SAVED: "Saved.",
    Outcome.UNCHANGED: "Saved already.",
    Outcome.MERGED: "Saved, together with what somebody else wrote in the meantime.",
    Outcome.ASIDE: "Somebody else has saved this article. Your words are kept; press Save to see both.",
    Outcome.LATE: "This article has been sent in. Your words are kept beside it.",
}
KEPT = "#saved"
"""Ends an address after a save: the page's script then lets go of what it had kept in the browser."""

STEP = "any(about, setting, write, results)"


@pages.route(f"/<int:text_id>/<{STEP}:step>", methods=["GET", "POST"])
@requires(Verb.WRITE)
def edit(text_id: int, step: str) -> ResponseReturnValue:
    """Show one part of a text and keep what is typed there."""
    here = Step(step)
    if request.method == "GET":
        text = text_of(text_id, Verb.EDIT)
        form = FORMS[here].of(text)
        return _page(text, here, form, text.content.body, text.revision, secrets.token_urlsafe(9))
    text = text_of(text_id, Verb.SEE)
    form, body, begun = FORMS[here].of(text), _body(here), _whole(request.form.get("revision"))
    pen = request.form.get("pen", "")[:40]
    if request.form.get("do") == "preview":
        return _page(text, here, form, body or "", begun, pen, preview=True)
    if form.valid:
        try:
            saved = saving.save(
                site().database,
                signed_in(),
                text.id,
                based_on=begun,
                pen=pen,
                changes=form.changes(text),
                body=body,
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return _onward(text, here, saved)
    shown = text.content.body if body is None else body
    return _page(text, here, form, shown, begun, pen), form.status


@pages.post(f"/<int:text_id>/<{STEP}:step>/autosave")
@requires(Verb.WRITE)
def autosave(text_id: int, step: str) -> ResponseReturnValue:
    """Keep what is on the page, without a word if all is well."""
    here = Step(step)
    text = text_of(text_id, Verb.SEE)
    try:
        saved = saving.save(
            site().database,
            signed_in(),
            text.id,
            based_on=_whole(request.form.get("revision")),
            pen=request.form.get("pen", "")[:40],
            changes=FORMS[here].of(text).changes(text),
            body=_body(here),
            auto=True,
        )
    except (BadRequest, TooLarge) as error:
        return jsonify(error={"code": "refused", "message": str(error)}), 400
    except NotYours as error:  # an author no longer, who may still read it
        return jsonify(error={"code": "not-yours", "message": str(error)}), 403
    kept = saved.outcome in (Outcome.SAVED, Outcome.UNCHANGED)
    revision = saved.revision if saved.outcome is Outcome.SAVED else _whole(request.form.get("revision"))
    return jsonify({"revision": revision, "kept": kept, "said": SAID[saved.outcome]})


@pages.post("/<int:text_id>/preview")
@requires(Verb.WRITE)
def preview(text_id: int) -> ResponseReturnValue:
    """What is being written as its readers will see it, and what could be better in it."""
    text = text_of(text_id, Verb.SEE)
    now = _with(text, _body(Step.WRITE) or "")
    shown, advice = rendered(now), _advice(now)
    html = shown.html if shown else "<p>This text is too complex to show. Make it simpler.</p>"
    side = render_template("contribute/side.html", step=Step.WRITE.value, **advice)
    return jsonify(html=html, side=side, serious=advice["serious"], found=len(advice["findings"]))


def _with(text: Text, body: str) -> Text:
    return replace(text, content=Content(fields=text.content.fields, body=body))


def _advice(text: Text) -> dict[str, Any]:
    """What stands beside the text: what is missing still, and what to look at."""
    found = findings_of(text)
    findings = list({each.key: each for each in found}.values())
    return {
        "lacking": _lacking(text, Step.WRITE),
        "findings": findings,
        "times": Counter(each.key for each in found),
        "serious": sum(each.level is Level.BLOCK for each in findings),
    }


def _page(
    text: Text, here: Step, form: StepForm, body: str, revision: int, pen: str, *, preview: bool = False
) -> str:
    whole = request.values.get("view") == "whole"
    writes = here is Step.WRITE
    now = _with(text, body)
    advice = _advice(now) if writes else {"lacking": _lacking(text, here)}
    return render_template(
        "contribute/step.html",
        text=text,
        step=here.value,
        form=form,
        picture_form=PictureForm(formdata=None) if writes else None,
        title=HEADINGS[here],
        revision=revision,
        pen=pen,
        body=body,
        whole=whole,
        parts=guided(body, text.type) if writes and not whole else (),
        references=site().library.references,
        shown=rendered(now) if preview else None,
        previewed=preview,
        cited=request.form.getlist("cited"),
        **advice,
    )


def _lacking(text: Text, here: Step) -> list[Missing]:
    return [each for each in missing(text.content, text.type) if each.step is here]


def _onward(text: Text, here: Step, saved: Saved) -> ResponseReturnValue:
    if saved.outcome is Outcome.ASIDE:
        return redirect(f"/contribute/{text.id}/aside/{saved.aside}", 303)
    flash(SAID[saved.outcome])
    goes_on = request.form.get("do") == "next" and here in NEXT
    view = "?view=whole" if request.form.get("view") == "whole" and not goes_on else ""
    if goes_on:
        return redirect(f"/contribute/{text.id}/{NEXT[here].value}{KEPT}", 303)
    if request.form.get("do") == "stay":
        return redirect(f"/contribute/{text.id}/{here.value}{view}{KEPT}", 303)
    return redirect(f"/contribute/{text.id}{KEPT}", 303)


def _body(here: Step) -> str | None:
    """The Markdown that a page sent, from its sections or as a whole; None from a page without it."""
    if here is not Step.WRITE:
        return None
    if "body" in request.form:
        return tidy_text(request.form["body"]) or ""
    told = zip(request.form.getlist("heading"), request.form.getlist("part"), strict=False)
    return joined(
        [Part(heading=" ".join(heading.split())[:200], text=tidy_text(part) or "") for heading, part in told]
    )


def _whole(typed: str | None) -> int:
    return int(typed[:9]) if typed and typed.isascii() and typed.isdecimal() else 0
