"""Signing in with a password and a code, joining by an invitation, choosing a new password."""

from __future__ import annotations

import time

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from kb.actions import inviting, joining, passwords, proving, second_factor
from kb.actions.inviting import LinkSpent
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.session import Way
from kb.storage import accounts
from kb.storage.links import Link, Purpose
from kb.web import cookies, signing
from kb.web.access import doorstep, requires, signed_in
from kb.web.app_squares import for_app
from kb.web.forms import Form, code, email, password, text
from kb.web.protection import keep_nowhere
from kb.web.site import site

pages = Blueprint("ways_in", __name__, url_prefix="/account")

PENDING_SECONDS = 600
_NEW = f"At least {passwords.SHORTEST} characters. Three or four words in a row are easy to keep in mind."


class CodeForm(Form):
    """The code of the moment."""

    code = code("Code", hint="The six digits that your app shows now, or one of your recovery codes.")


class FirstCodeForm(Form):
    """The first code of a new app."""

    code = code("Code", hint="The six digits that your app shows now.")


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = email(hint="The address with which you have joined.")


class NewPasswordForm(Form):
    """A new password by a link."""

    password = password("New password", hint=_NEW, needed="Enter a new password.", new=True)


class ChangePasswordForm(Form):
    """A new password by somebody who is signed in."""

    current = password("Your password now")
    password = password("New password", hint=_NEW, needed="Enter a new password.", new=True)


class JoinForm(Form):
    """Joining by an invitation."""

    name = text(
        "Your name",
        hint="As it will stand under what you write.",
        needed="Enter your name.",
        longest=100,
        autocomplete="name",
    )
    email = email(hint="You sign in with it, and letters go there.")
    password = password("Choose a password", hint=_NEW, needed="Choose a password.", new=True)


@pages.route("/code", methods=["GET", "POST"])
@doorstep
def enter_code() -> ResponseReturnValue:
    """The second of two proofs."""
    account, back = _pending()
    if account is None:
        return redirect("/account/sign-in", 303)
    form = CodeForm()
    if form.valid:
        try:
            second_factor.check(site().database, account.id, form.code.data, keys=site().keys)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            token = joining.sign_in(site().database, account, way=Way.PASSWORD, browser=signing.browser())
            return signing.begin(token, back)
    keep_nowhere()
    return render_template("accounts/code.html", form=form), form.status


@pages.route("/second-factor", methods=["GET", "POST"])
@doorstep
def set_up() -> ResponseReturnValue:
    """Set up the second factor with an app; then the recovery codes."""
    account, back = _pending()
    db, keys = site().database, site().keys
    secret = second_factor.waiting(db, account.id, keys=keys) if account else None
    if account is None or secret is None:
        return redirect("/account/sign-in", 303)
    form = FirstCodeForm()
    keep_nowhere()
    if form.valid:
        try:
            codes = second_factor.confirm(db, account, form.code.data, keys=keys)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return _with_codes(account, codes, back)
    return render_template("accounts/second_factor.html", form=form, **for_app(secret, account)), form.status


def _with_codes(account: Account, codes: tuple[str, ...], back: str) -> ResponseReturnValue:
    """Signed in, with the recovery codes on the page: they are shown this once."""
    token = joining.sign_in(site().database, account, way=Way.PASSWORD, browser=signing.browser())
    session.clear()
    return signing.with_token(render_template("accounts/recovery_codes.html", codes=codes, next=back), token)


@pages.route("/join/<string(length=43):token>", methods=["GET", "POST"])
@doorstep
def join(token: str) -> ResponseReturnValue:
    """Join by an invitation."""
    keep_nowhere()
    invitation = _opened(token, Purpose.INVITE)
    if invitation is None:
        return _spent()
    form = JoinForm()
    if not form.is_submitted():
        form.name.data = invitation.name
    if invitation.email:
        form.email.data = invitation.email
    if form.valid:
        try:
            account = inviting.accept(
                site().database,
                invitation,
                name=form.name.data,
                email=form.email.data,
                password=form.password.data,
            )
        except LinkSpent:
            return _spent()
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return signing.prove(account, "/")
    return render_template(
        "accounts/join.html",
        form=form,
        invitation=invitation,
        here=request.path,
        providers=[door.provider for door in site().doors.values()],
    ), form.status


@pages.route("/forgotten", methods=["GET", "POST"])
@doorstep
def forgotten() -> ResponseReturnValue:
    """Ask for a link to choose a new password. The answer is the same whoever asks."""
    form = ForgottenForm()
    if form.valid:
        try:
            inviting.ask_for_password(site().database, email=form.email.data, address=signing.sender())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return render_template("accounts/sent.html", minutes=int(inviting.RESET.total_seconds() // 60))
    keep_nowhere()
    return render_template("accounts/forgotten.html", form=form), form.status


@pages.route("/new-password/<string(length=43):token>", methods=["GET", "POST"])
@doorstep
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password by a link. Whoever has a second factor still needs it to sign in."""
    keep_nowhere()
    link = _opened(token, Purpose.RESET)
    if link is None:
        return _spent()
    form = NewPasswordForm()
    if form.valid:
        try:
            inviting.set_password(site().database, link, form.password.data)
        except LinkSpent:
            return _spent()
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Your new password counts from now on. Sign in with it.")
            return redirect("/account/sign-in", 303)
    return render_template("accounts/new_password.html", form=form, here=request.path), form.status


@pages.route("/password", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other session ends."""
    account, form = signed_in(), ChangePasswordForm()
    db = site().database
    if form.valid:
        try:
            proving.by_password(
                db, email=account.email or "", password=form.current.data, address=signing.sender()
            )
            inviting.change_password(db, account, form.password.data)
        except proving.SignInRefused:
            form.refuse(_NotThis())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Your password is changed. You are signed out everywhere else.")
            token = joining.sign_in(db, account, way=Way.PASSWORD, browser=signing.browser())
            return signing.begin(token, "/account/")
    return render_template("accounts/password.html", form=form), form.status


class _NotThis(KnowledgeBaseError):
    """Not the password that counts now."""

    field = "current"

    def __init__(self) -> None:
        super().__init__("This is not your password now. Check it and try again.")


def _pending() -> tuple[Account | None, str]:
    """Who has given the right password in this browser a moment ago, and where they want to go."""
    number, back, at = session.get(signing.PENDING) or (0, "/", 0)
    fresh = 0 <= time.time() - at < PENDING_SECONDS
    account = accounts.find(site().database, number) if fresh else None
    return (account if account and account.active else None), back


def _opened(token: str, purpose: Purpose) -> Link | None:
    if not cookies.is_safe():
        raise cookies.NotSafeHere
    try:
        return inviting.opened(site().database, token, purpose)
    except LinkSpent:
        return None


def _spent() -> ResponseReturnValue:
    return render_template("accounts/spent.html"), 410
