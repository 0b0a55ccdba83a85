"""Versions of a text: those that wait to be brought together, and the history of all."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import saving
from kb.domain.difference import difference
from kb.domain.errors import BadRequest, NotFound
from kb.domain.merging import Choice
from kb.domain.permission import Verb, may
from kb.storage import text_revisions
from kb.web.access import requires, signed_in
from kb.web.forms import Form
from kb.web.site import site
from kb.web.text_pages import KINDS, changed_fields, field_words, marked, names_of, text_of

pages = Blueprint("contribute_versions", __name__, url_prefix="/contribute")

PAGE = 50


class TogetherForm(Form):
    """The choices are read place by place."""


@pages.route("/<int:text_id>/aside/<int:number>", methods=["GET", "POST"])
@requires(Verb.WRITE)
def aside(text_id: int, number: int) -> ResponseReturnValue:
    """Bring a version that was put aside together with the text."""
    db, form = site().database, TogetherForm()
    if form.valid:
        try:
            if request.form.get("do") == "leave-out":
                saving.leave_out(db, signed_in(), text_id, number)
                flash("That version is left out. You find it in the history.")
            else:
                saving.bring_together(db, signed_in(), text_id, number, onto=_onto(), choices=_choices())
                flash("Both versions are together now. Read the text once more.")
            return redirect(f"/contribute/{text_id}", 303)
        except BadRequest as error:
            form.refuse(error)
    side = saving.side_by_side(db, signed_in(), text_id, number)
    return (
        render_template(
            "contribute/aside.html",
            form=form,
            side=side,
            chosen=_choices(),
            names=names_of([side.text], [side.aside.saved_by]),
            words=field_words(),
            pieces=marked(difference(side.text.content.body, side.aside.content.body)),
        ),
        form.status,
    )


@pages.get("/<int:text_id>/history")
@requires(Verb.WRITE)
def history(text_id: int) -> ResponseReturnValue:
    """Every version of a text, newest first."""
    text = text_of(text_id, Verb.SEE)
    revisions = text_revisions.history(site().database, text.id)
    return render_template(
        "contribute/history.html",
        text=text,
        revisions=revisions[:PAGE],
        more=max(0, len(revisions) - PAGE),
        kinds=KINDS,
        names=names_of([text], [each.saved_by for each in revisions]),
    )


@pages.route("/<int:text_id>/history/<int:number>", methods=["GET", "POST"])
@requires(Verb.WRITE)
def version(text_id: int, number: int) -> ResponseReturnValue:
    """One version beside the text as it is now; a way back to it."""
    db = site().database
    if request.method == "POST":
        saving.restore(db, signed_in(), text_id, number, onto=_onto())
        flash("The older version is the text again. Nothing of the newer one is lost: it is in the history.")
        return redirect(f"/contribute/{text_id}", 303)
    text = text_of(text_id, Verb.SEE)
    older = text_revisions.find(db, text.id, number)
    now = text_revisions.find(db, text.id, text.revision)
    if older is None or now is None:
        raise NotFound("There is no such version of this article. Choose one from its history.")
    return render_template(
        "contribute/version.html",
        text=text,
        older=older,
        kind=KINDS[older.kind],
        names=names_of([text], [older.saved_by]),
        fields=changed_fields(older, now),
        words=field_words(),
        pieces=marked(difference(older.content.body, now.content.body)),
        may_restore=may(signed_in(), Verb.EDIT, text.standing) and older.number != text.revision,
    )


def _choices() -> dict[str, Choice]:
    """Name of a place → what was chosen for it."""
    known = {choice.value: choice for choice in Choice}
    return {
        name.removeprefix("place-"): known[value]
        for name, value in request.form.items()
        if name.startswith("place-") and value in known
    }


def _onto() -> int:
    typed = request.form.get("revision", "")
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else 0
