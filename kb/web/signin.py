"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from kb.actions import joining, proving
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.storage import accounts, credentials, follows, posts, sessions
from kb.web import cookies, signing
from kb.web.access import current, current_session, doorstep, inside, requires, signed_in
from kb.web.forms import Form, email, hidden, password
from kb.web.protection import keep_nowhere
from kb.web.site import site
from kb.web.wording import post_name

pages = Blueprint("signin", __name__, url_prefix="/account")


class PasswordForm(Form):
    """E-mail address and password."""

    email = email()
    password = password()
    next = hidden()


class ChoiceForm(Form):
    """Whom of the demo's people to be."""

    person = hidden()
    next = hidden()


@pages.get("/")
@requires(Verb.SIGN_OUT)
def account() -> ResponseReturnValue:
    """Who I am here, and where I am signed in."""
    person = signed_in()
    return render_template(
        "accounts/account.html",
        person=person,
        posts=[post_name(each, person, site().library) for each in posts.of(site().database, person.id)],
        here_now=current_session(),
        sessions=sessions.of_account(site().database, person.id),
        providers=[door.provider for door in site().doors.values()],
        weekly=follows.has_digest(site().database, person.id),
        connected=credentials.issuers_of(site().database, person.id),
    )


@pages.post("/sign-out-elsewhere")
@requires(Verb.SIGN_OUT)
def sign_out_elsewhere() -> ResponseReturnValue:
    """End my other sessions: one of them, or all."""
    chosen = request.form.get("session", "")
    ids = (int(chosen[:9]),) if chosen.isdecimal() else None
    ended = joining.sign_out_elsewhere(site().database, current_session(), ids)
    flash("You are signed out there." if ended else "You were signed in nowhere else.")
    return redirect("/account/", 303)


@pages.route("/sign-in", methods=["GET", "POST"])
@doorstep
def sign_in() -> ResponseReturnValue:
    """The ways in."""
    form = PasswordForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "/")
    back = inside(str(form.next.data or "/"))
    if current():
        return redirect(back, 303)
    keep_nowhere()
    if form.valid:
        try:
            if not cookies.is_safe():
                raise cookies.NotSafeHere
            account = proving.by_password(
                site().database,
                email=form.email.data,
                password=form.password.data,
                address=signing.sender(),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            return signing.prove(account, back)
    shown = render_template(
        "accounts/sign_in.html",
        people=_demo_people(),
        providers=[door.provider for door in site().doors.values()],
        form=form,
        next=back,
    )
    return shown, form.status


@pages.post("/sign-in-as")
@doorstep
def sign_in_as() -> ResponseReturnValue:
    """Sign in as one of the demo's people."""
    form = ChoiceForm()
    person = str(form.person.data or "")
    if not _demo_people() or not person.isdecimal():
        raise NotFound("There is no demo here. Sign in with your own account.")
    token = joining.sign_in_as(site().database, int(person[:9]), browser=signing.browser())
    return signing.begin(token, str(form.next.data or "/"))


@pages.post("/sign-out")
@requires(Verb.SIGN_OUT)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    joining.sign_out(site().database, current_session())
    session.clear()
    flash("You are signed out.")
    response = redirect("/account/sign-in", 303)
    cookies.forget_token(response)
    response.headers["Clear-Site-Data"] = '"storage"'  # no words of theirs stay in a browser that others use
    return response


def _demo_people() -> tuple[Account, ...]:
    """The demo's people; none unless both ends of the line are this machine."""
    here = cookies.is_loopback(request.host) and cookies.is_loopback(request.remote_addr or "")
    return accounts.everybody(site().database, demo=True) if here else ()
