"""One's tokens for programmes: name one, see it once, end it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import tokens
from kb.domain.api_token import Scope
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.storage import api_tokens
from kb.web.access import requires, signed_in
from kb.web.forms import Form, select, text, ticks
from kb.web.protection import keep_nowhere
from kb.web.site import site

pages = Blueprint("tokens", __name__, url_prefix="/account/tokens")

FOR = {
    Scope.READ: "Search and read articles as JSON, as far as you may read them",
    Scope.TABLES: "Save the tables (CSV files) that you may save",
}


class TokenForm(Form):
    """A new token."""

    name = text(
        "Name",
        hint="What will use it, such as “Staff intranet”.",
        needed="Give the token a name, so that you know later what it was for.",
        longest=80,
    )
    scopes = ticks(
        "What is it for?",
        [(each.value, words) for each, words in FOR.items()],
        needed="Choose what the token is for.",
    )
    days = select(
        "How long does it last?",
        [(str(days), words) for days, words in tokens.LASTS.items()],
        needed="Choose how long it lasts.",
    )


class EndForm(Form):
    """A button on its own."""


@pages.route("/", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def mine() -> ResponseReturnValue:
    """My tokens, and a new one."""
    form, me, db = TokenForm(), signed_in(), site().database
    if form.valid:
        try:
            made = tokens.issue(
                db,
                me,
                name=form.name.data,
                scopes=[Scope(each) for each in form.scopes.data],
                days=int(form.days.data),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            keep_nowhere()
            return render_template("accounts/token.html", token=made, name=form.name.data)
    shown = render_template(
        "accounts/tokens.html",
        form=form,
        ending=EndForm(),
        tokens=api_tokens.of_account(db, me.id),
        words=FOR,
        now=datetime.now(UTC),
    )
    return shown, form.status


@pages.post("/<int:number>/end")
@requires(Verb.SIGN_OUT)
def end(number: int) -> ResponseReturnValue:
    """End one of my tokens."""
    tokens.end(site().database, signed_in(), number)
    flash("The token has ended. Whatever used it is told to ask you.")
    return redirect("/account/tokens/", 303)
