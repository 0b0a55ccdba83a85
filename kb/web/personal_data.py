"""For administrators: a copy of what is kept about a person, and its erasure."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import personal_copies
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.storage import accounts
from kb.web.access import requires, signed_in
from kb.web.forms import Form, long_text, ticks
from kb.web.site import site

pages = Blueprint("personal_data", __name__, url_prefix="/administration/people")

TABLES = {
    "accounts": "The account",
    "comments": "Comments on articles under way",
    "identities": "Providers that know the person",
    "journal": "Lines of the journal (they keep a number, no name)",
    "letters": "E-mails to the person",
    "links": "Invitations",
    "memberships": "Schools",
    "review_decisions": "Decisions about articles",
    "sessions": "Places where the person was signed in",
    "text_authors": "Texts that the person wrote",
    "text_revisions": "Versions that the person saved",
    "texts": "Texts that the person answers for",
}


class ExportForm(Form):
    """A button on its own."""


class EraseForm(Form):
    """Why, and that it is meant."""

    reason = long_text(
        "Why are the data erased?",
        hint="It stands in the journal. Do not write the name here.",
        needed="Write down why the data are erased, such as ‘she asked for it’.",
        longest=500,
        rows=3,
    )
    sure = ticks(
        "Nobody can undo this",
        [("yes", "I have read what will happen")],
        needed="Tick that you have read what will happen.",
    )


@pages.route("/<int:number>/data", methods=["GET", "POST"])
@requires(Verb.MANAGE_ACCOUNTS)
def data(number: int) -> ResponseReturnValue:
    """What is kept about a person and what would become of it; erase it."""
    here, person, form = site(), _person(number), EraseForm()
    if form.valid:
        try:
            done = personal_copies.erase_for(
                here.database,
                here.settings.content,
                here.settings.var,
                person,
                actor=signed_in(),
                reason=form.reason.data,
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"Erased in {done.rows} rows and {done.files} files. Now run ‘kb index’ on the machine.")
            return redirect("/administration/", 303)
    rows, carrying = personal_copies.what_goes(here.database, here.settings.content, person)
    shown = render_template(
        "administration/data.html",
        form=form,
        account=person,
        rows=[
            (TABLES.get(table, table.replace("_", " ").capitalize()), count) for table, count in rows.items()
        ],
        carrying=carrying,
        history=here.settings.content_git,
    )
    return shown, form.status


@pages.post("/<int:number>/copy")
@requires(Verb.MANAGE_ACCOUNTS)
def copy(number: int) -> ResponseReturnValue:
    """A copy of everything kept about a person, to be given to them."""
    here, person = site(), _person(number)
    packed = personal_copies.export_of(here.database, here.settings.content, signed_in(), person)
    answer = Response(packed, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{number}.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _person(number: int) -> Account:
    found = accounts.find(site().database, number)
    if found is None or found.email is None:
        raise NotFound("There is no such account, or its data are erased. Choose one from the list.")
    return found
