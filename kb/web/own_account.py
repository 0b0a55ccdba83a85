"""What people do with their own account: a second factor by choice, new recovery codes, a copy of their data."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import personal_copies, proving, second_factor
from kb.domain.errors import BadRequest, KnowledgeBaseError
from kb.domain.permission import Verb
from kb.storage import credentials
from kb.web import signing
from kb.web.access import requires, signed_in
from kb.web.app_squares import for_app
from kb.web.forms import Form, code, password
from kb.web.protection import keep_nowhere
from kb.web.site import site

pages = Blueprint("own_account", __name__, url_prefix="/account")


class BeginForm(Form):
    """That it is really the person who begins."""

    password = password("Your password")


class CodeForm(Form):
    """The code of the moment."""

    code = code("Code", hint="The six digits that your app shows now.")


class ButtonForm(Form):
    """A button on its own."""


class NotThisPassword(BadRequest):
    """Not the password that counts now."""

    field = "password"

    def __init__(self) -> None:
        super().__init__("This is not your password. Check it and try again.")


@pages.route("/app", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def app() -> ResponseReturnValue:
    """The second factor: whether there is one, and the way to set it up."""
    here, me, form = site(), signed_in(), BeginForm()
    kept = credentials.of_account(here.database, me.id)
    if form.valid and not kept.confirmed:
        try:
            proving.by_password(
                here.database, email=me.email or "", password=form.password.data, address=signing.sender()
            )
        except proving.SignInRefused:
            form.refuse(NotThisPassword())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            second_factor.prepare(here.database, me.id, keys=here.keys)
            return redirect("/account/app/new", 303)
    shown = render_template(
        "accounts/app.html",
        form=form,
        code_form=CodeForm(formdata=None),
        confirmed=kept.confirmed,
        has_password=kept.password is not None,
        left=credentials.recovery_codes_left(here.database, me.id),
        needed=me.role in second_factor.COMPULSORY,
    )
    return shown, form.status


@pages.route("/app/new", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def new() -> ResponseReturnValue:
    """Connect an app; then the recovery codes."""
    here, me, form = site(), signed_in(), CodeForm()
    secret = second_factor.waiting(here.database, me.id, keys=here.keys)
    if secret is None:
        return redirect("/account/app", 303)
    keep_nowhere()
    if form.valid:
        try:
            codes = second_factor.confirm(here.database, me, form.code.data, keys=here.keys)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return render_template("accounts/recovery_codes.html", codes=codes, next="/account/app")
    return render_template("accounts/app_new.html", form=form, **for_app(secret, me)), form.status


@pages.route("/app/codes", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def codes() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    here, form = site(), CodeForm()
    keep_nowhere()
    if form.valid:
        try:
            drawn = second_factor.renew_codes(here.database, signed_in(), form.code.data, keys=here.keys)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return render_template("accounts/recovery_codes.html", codes=drawn, next="/account/app")
    return render_template("accounts/app_codes.html", form=form), form.status


@pages.route("/app/end", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def end() -> ResponseReturnValue:
    """Do without the second factor again."""
    here, form = site(), CodeForm()
    if form.valid:
        try:
            second_factor.take_away(here.database, signed_in(), form.code.data, keys=here.keys)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Your password alone lets you in again.")
            return redirect("/account/app", 303)
    return render_template("accounts/app_end.html", form=form), form.status


@pages.route("/data", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def data() -> ResponseReturnValue:
    """A copy of everything that is kept about me."""
    here, me, form = site(), signed_in(), ButtonForm()
    if form.valid:
        keep_nowhere()
        packed = personal_copies.export(here.database, here.settings.content, me)
        answer = Response(packed, mimetype="application/zip")
        answer.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    return render_template("accounts/data.html"), form.status
