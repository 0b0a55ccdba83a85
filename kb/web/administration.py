"""Looking after people: who is here, who is invited, who has gone quiet, and what was done."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import inviting, managing
from kb.domain.account import Account, Invited, Role
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb, invitable, may
from kb.storage import accounts, journal, links
from kb.web.access import requires, signed_in
from kb.web.forms import Form, email, select, text, ticks
from kb.web.site import site
from kb.web.wording import ROLES, day

pages = Blueprint("administration", __name__, url_prefix="/administration")

LINES = 50
_WHAT_ROLES_DO = {
    Role.READER: "reads",
    Role.CONTRIBUTOR: "reads and writes",
    Role.REVIEWER: "reads, writes and reviews what others wrote",
    Role.LEAD: "decides about articles and invites people",
    Role.ADMINISTRATOR: "looks after accounts, not after articles",
}


class InviteForm(Form):
    """Whom to invite."""

    name = text("Name", needed="Enter the person’s name.", longest=100)
    email = email(hint="Their address at school.")
    role = select("Role", needed="Choose a role.")
    schools = ticks("Schools", hint="Where the person works.", needed="Choose at least one school.")


class AccountForm(Form):
    """What an account may do, and where."""

    role = select("Role", needed="Choose a role.")
    schools = ticks("Schools")


class ButtonForm(Form):
    """A button on its own."""


@pages.get("/")
@requires(Verb.INVITE)
def index() -> ResponseReturnValue:
    """People by school, those who are invited, and ways on."""
    db, chosen = site().database, request.args.get("school", "")
    left = request.args.get("left") == "1"
    return render_template(
        "administration/index.html",
        people=accounts.everybody(db, school=chosen, active=not left),
        invitations=links.waiting(db, datetime.now(UTC)),
        schools=_schools(),
        chosen=chosen,
        left=left,
        manages=may(signed_in(), Verb.MANAGE_ACCOUNTS),
        forms=ButtonForm(),
    )


@pages.route("/invite", methods=["GET", "POST"])
@requires(Verb.INVITE)
def invite() -> ResponseReturnValue:
    """Invite somebody by e-mail."""
    form, me = InviteForm(), signed_in()
    form.role.choices = [
        (role.value, f"{ROLES[role]}: {_WHAT_ROLES_DO[role]}") for role in Role if role in invitable(me.role)
    ]
    form.schools.choices = _schools()
    if form.valid:
        try:
            inviting.invite(
                site().database,
                me,
                Invited(
                    name=form.name.data,
                    email=form.email.data,
                    role=Role(form.role.data),
                    schools=tuple(form.schools.data),
                ),
                school_name=", ".join(dict(_schools())[each] for each in form.schools.data),
                until=day((datetime.now(UTC) + inviting.INVITATION).date()),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"An invitation is on its way to {form.email.data}.")
            return redirect("/administration/", 303)
    return render_template("administration/invite.html", form=form), form.status


@pages.post("/invitations/<int:number>/withdraw")
@requires(Verb.INVITE)
def withdraw(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    if links.by_number(site().database, number) is None:
        raise NotFound("There is no such invitation. Choose one from the list.")
    inviting.withdraw(site().database, signed_in(), number)
    flash("The invitation is taken back; its link opens nothing any more.")
    return redirect("/administration/", 303)


@pages.route("/people/<int:number>", methods=["GET", "POST"])
@requires(Verb.MANAGE_ACCOUNTS)
def person(number: int) -> ResponseReturnValue:
    """One person: role, schools, and what else can be done."""
    found, form, me = _person(number), AccountForm(), signed_in()
    form.role.choices = [(role.value, f"{ROLES[role]}: {_WHAT_ROLES_DO[role]}") for role in Role]
    form.schools.choices = _schools(found)
    if not form.is_submitted():
        form.role.data, form.schools.data = found.role.value, list(found.schools)
    if form.valid:
        try:
            managing.change(
                site().database, me, number, role=Role(form.role.data), schools=form.schools.data or []
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"{found.name}’s account is changed. They sign in anew.")
            return redirect(f"/administration/people/{number}", 303)
    lines = journal.entries(site().database, subject=f"account:{number}", limit=20)
    shown = render_template(
        "administration/person.html", form=form, account=found, lines=lines, who=_names(lines), me=me
    )
    return shown, form.status


@pages.post("/people/<int:number>/<any(leave, back, factor, out):what>")
@requires(Verb.MANAGE_ACCOUNTS)
def act(number: int, what: str) -> ResponseReturnValue:
    """Close or open an account, take a second factor away, end sessions."""
    found, me, db = _person(number), signed_in(), site().database
    does = {
        "leave": (managing.leave, "has left: the account is closed and every session has ended."),
        "back": (managing.come_back, "is back and can sign in."),
        "factor": (managing.reset_second_factor, "sets up the second factor anew at the next sign-in."),
        "out": (managing.sign_out_everywhere, "is signed out everywhere."),
    }
    action, words = does[what]
    action(db, me, number)
    flash(f"{found.name} {words}")
    return redirect(f"/administration/people/{number}", 303)


@pages.get("/unused")
@requires(Verb.MANAGE_ACCOUNTS)
def unused() -> ResponseReturnValue:
    """Accounts that nobody has used for 90 days: do these people still work here?"""
    people = managing.unused(site().database, datetime.now(UTC))
    return render_template("administration/unused.html", people=people, days=managing.UNUSED.days)


@pages.get("/audit")
@requires(Verb.SEE_AUDIT)
def audit() -> ResponseReturnValue:
    """Who did what when, newest first."""
    db, asked = site().database, request.args
    before, actor = asked.get("before", ""), asked.get("actor", "")
    lines = journal.entries(
        db,
        actor=int(actor[:9]) if actor.isdecimal() else None,
        verb=asked.get("verb", ""),
        subject=asked.get("subject", ""),
        before=int(before[:12]) if before.isdecimal() else None,
        limit=LINES + 1,
    )
    return render_template(
        "administration/audit.html",
        lines=lines[:LINES],
        more=lines[LINES - 1].id if len(lines) > LINES else None,
        who=_names(lines),
        verbs=journal.verbs(db),
        people=accounts.everybody(db, active=None),
        asked={name: asked.get(name, "") for name in ("actor", "verb", "subject")},
    )


def _person(number: int) -> Account:
    found = accounts.find(site().database, number)
    if found is None:
        raise NotFound("There is no such account. Choose one from the list.")
    return found


def _schools(person: Account | None = None) -> list[tuple[str, str]]:
    """Id and name of every member of the group; with those of a person that are no longer there."""
    there = [(each.id, each.name) for each in site().library.group.schools.values()]
    gone = [(each, each) for each in (person.schools if person else ()) if each not in dict(there)]
    return [*there, *gone]


def _names(lines: tuple[journal.Entry, ...]) -> dict[int, str]:
    return accounts.names(site().database, {line.actor for line in lines if line.actor is not None})
