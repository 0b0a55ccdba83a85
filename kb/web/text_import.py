"""Bring a Word or Markdown file into a text. What stood there before stays in its history."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import bringing
from kb.actions.bringing import Brought
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.domain.text import Text
from kb.storage import texts
from kb.web import forms
from kb.web.access import insist, requires, signed_in
from kb.web.protection import takes
from kb.web.site import site

pages = Blueprint("text_import", __name__, url_prefix="/contribute/<int:text_id>")

LARGEST_SENT = 21_000_000
ADD, REPLACE = "add", "replace"


class ImportForm(forms.Form):
    """A file, and what becomes of what stands in the text."""

    file = forms.file(
        "Word or Markdown file",
        hint="A .docx file up to 20 MB, with its tables and pictures, or a .md file.",
        needed="Choose a file.",
        accept=".docx,.md,.markdown,.txt",
    )
    place = forms.radios(
        "What should become of what stands in the article now?",
        ((ADD, "Keep it, and add the file at the end"), (REPLACE, "Put the file in its place")),
        hint="The version before stays in the history of the article.",
    )


@pages.route("/import", methods=["GET", "POST"])
@requires(Verb.WRITE)
@takes(LARGEST_SENT)
def bring(text_id: int) -> ResponseReturnValue:
    """A file for a text."""
    text = texts.find(site().database, text_id)
    if text is None:
        raise NotFound("There is no such text, or it is not yours to open. Look at your list of articles.")
    insist(Verb.EDIT, text.standing)
    form = ImportForm()
    if not text.content.body.strip():
        del form.place
    if form.valid:
        try:
            brought = _brought(text, form)
            add = "place" in form and form.place.data == ADD
            bringing.put_into(site().database, signed_in(), text.id, brought, add=add)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            for said in ("The file has been brought in.", *brought.notes):
                flash(said)
            return redirect(f"/contribute/{text.id}/write", 303)
    return render_template("contribute/import.html", text=text, form=form), form.status


def _brought(text: Text, form: ImportForm) -> Brought:
    here, sent = site(), form.file.data
    try:
        return bringing.from_file(
            here.database,
            here.settings.var,
            signed_in(),
            text,
            sent.filename or "",
            sent.read(),
            virus_check=here.settings.virus_check,
        )
    except KnowledgeBaseError as error:
        error.field = "file"
        raise
