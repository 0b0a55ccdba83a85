"""Who writes a text: the page of its authors, and for the lead the texts whose authors have all left."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import authoring
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.text import Text
from kb.storage import accounts
from kb.web.access import requires, signed_in
from kb.web.forms import Form, text
from kb.web.site import site
from kb.web.text_pages import STATES, names_of, text_of

pages = Blueprint("authors", __name__)


class ColleagueForm(Form):
    """Whom to add."""

    colleague = text(
        "Their e-mail address",
        hint="A colleague of any school of the partnership who can write here.",
        needed="Enter the e-mail address of your colleague.",
        longest=254,
        spellcheck=False,
    )


class ButtonForm(Form):
    """A button on its own."""


@pages.route("/contribute/<int:text_id>/authors", methods=["GET", "POST"])
@requires(Verb.WRITE)
def listed(text_id: int) -> ResponseReturnValue:
    """The authors of a text, and a way to add one."""
    found, form = text_of(text_id, Verb.NAME_AUTHORS), ColleagueForm()
    if form.valid:
        try:
            person = authoring.add(site().database, signed_in(), text_id, form.colleague.data)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"{person.name} is an author now and gets an e-mail.")
            return redirect(f"/contribute/{text_id}/authors", 303)
    return _page(found, form, ButtonForm()), form.status


@pages.post("/contribute/<int:text_id>/authors/leave")
@requires(Verb.WRITE)
def leave(text_id: int) -> ResponseReturnValue:
    """Stop being an author."""
    found, form = text_of(text_id, Verb.NAME_AUTHORS), ButtonForm()
    try:
        authoring.leave(site().database, signed_in(), text_id)
    except KnowledgeBaseError as error:
        form.refuse(error)
        return _page(found, ColleagueForm(formdata=None), form), form.status
    flash("You are no longer an author of this article.")
    return redirect("/contribute/", 303)


@pages.get("/review/without-author")
@requires(Verb.OVERSEE)
def without_author() -> ResponseReturnValue:
    """Texts whose authors have all left; each can be given to somebody."""
    return _orphans(ColleagueForm(formdata=None))


@pages.post("/review/without-author/<int:text_id>")
@requires(Verb.OVERSEE)
def give(text_id: int) -> ResponseReturnValue:
    """Give a text to somebody who is here."""
    form = ColleagueForm()
    if form.valid:
        try:
            person = authoring.give(site().database, signed_in(), text_id, form.colleague.data)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"{person.name} answers for it now and gets an e-mail.")
            return redirect("/review/without-author", 303)
    return _orphans(form, text_id)


def _page(found: Text, form: ColleagueForm, leave_form: ButtonForm) -> str:
    people = [accounts.find(site().database, each) for each in found.authors]
    return render_template(
        "contribute/authors.html",
        text=found,
        form=form,
        leave_form=leave_form,
        people=[each for each in people if each],
        me=signed_in().id,
    )


def _orphans(form: ColleagueForm, chosen: int | None = None) -> ResponseReturnValue:
    found = authoring.without_author(site().database, signed_in())
    if chosen is not None and chosen not in {each.id for each in found}:
        flash("Somebody else has given this article to a colleague meanwhile.")
        return redirect("/review/without-author", 303)
    told: dict[str, Any] = {"texts": found, "names": names_of(found), "states": STATES}
    return render_template("review/without_author.html", form=form, chosen=chosen, **told), form.status
