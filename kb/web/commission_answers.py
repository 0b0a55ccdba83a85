"""Where two sides meet: who could help, whether both heads agree, who answers for it, and the case study."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import commission_delivering as delivering
from kb.actions import commission_matching, commission_studies, commissioning
from kb.domain.account import Role
from kb.domain.commission import Commission
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.permission_commission import Deed, may
from kb.storage import accounts
from kb.web.access import reader, requires
from kb.web.commission_pages import (
    asking,
    commission_at,
    days,
    people_of,
    refused,
    turn,
    whole,
)
from kb.web.forms import as_choices
from kb.web.forms_commissions import (
    NOBODY,
    AnswerForm,
    ChooseForm,
    PeopleForm,
)
from kb.web.site import site

pages = Blueprint("commission_answers", __name__, url_prefix="/commissions")


@pages.route("/<int:commission_id>/match", methods=["GET", "POST"])
@requires(Verb.COMMISSION)
def match(commission_id: int) -> ResponseReturnValue:
    """Who could help, with reasons, and the choice."""
    commission = commission_at(commission_id, Deed.CHOOSE)
    form, warned = ChooseForm(), False
    form.furnish(commission)
    if form.valid:
        try:
            person = whole(form.person.data) or None
            commissioning.choose(
                turn(commission.id), supporter=form.supporter.data, person=person, why=form.why.data
            )
        except KnowledgeBaseError as error:
            warned = refused(form, error)
        else:
            flash("Both heads have been asked whether they agree.")
            return redirect(f"/commissions/{commission.id}", 303)
    found = commission_matching.matches(replace(turn(commission.id), version=None), site().search, reader())
    people = {each.handle: each.name for each in accounts.everybody(site().database)}
    return (
        render_template(
            "commissions/match.html",
            commission=commission,
            form=form,
            matches=found,
            people=people,
            warned=warned,
            days=days,
        ),
        form.status,
    )


@pages.route("/<int:commission_id>/answer", methods=["GET", "POST"])
@requires(Verb.SEE_COMMISSIONS)
def answer(commission_id: int) -> ResponseReturnValue:
    """Both heads agree or say no; the lead may answer for a head, with a note."""
    commission = commission_at(commission_id, Deed.SEE_WHOLE)
    who = asking()
    sides = [each for each in (Deed.AGREE_RECEIVING, Deed.AGREE_SUPPORTING) if may(who, each, commission)]
    if not sides:
        commission_at(commission_id, Deed.AGREE_SUPPORTING)  # says why not
    form, warned = AnswerForm(data={"side": sides[0].value if len(sides) == 1 else ""}), False
    form.side.choices = as_choices([(each.value, _side(commission, each)) for each in sides])
    if form.valid:
        act = delivering.agree if form.answer.data == "yes" else delivering.decline
        try:
            act(turn(commission.id, form.note.data or ""), deed=Deed(form.side.data))
        except KnowledgeBaseError as error:
            warned = refused(form, error)
        else:
            flash("Thank you for your answer.")
            return redirect(
                "/commissions/" if commission.need.confidential else f"/commissions/{commission.id}", 303
            )
    return (
        render_template(
            "commissions/answer.html", commission=commission, form=form, warned=warned, sides=sides
        ),
        form.status,
    )


@pages.route("/<int:commission_id>/people", methods=["GET", "POST"])
@requires(Verb.SEE_COMMISSIONS)
def people(commission_id: int) -> ResponseReturnValue:
    """Who answers for it: hand it over, name the contact and who helps."""
    commission = commission_at(commission_id, Deed.SEE_WHOLE)
    who = asking()
    naming = {
        "lead": (Deed.HAND_OVER, commission.lead, commissioning.hand_over),
        "contact": (Deed.NAME_CONTACT, commission.need.contact, commissioning.name_contact),
        "person": (Deed.NAME_PERSON, commission.person, commissioning.name_person),
    }
    form = PeopleForm(data={name: str(was or "") for name, (_, was, _) in naming.items()})
    leads = [(str(each.id), each.name) for each in accounts.everybody(site().database, role=Role.LEAD)]
    form.lead.choices = as_choices(leads)
    form.contact.choices = as_choices([NOBODY, *people_of([commission.need.receiver])])
    form.person.choices = as_choices([NOBODY, *people_of([commission.supporter or ""])])
    for name, (deed, _, _) in naming.items():
        if not may(who, deed, commission):
            del form[name]
    if not list(form.values):
        commission_at(commission_id, Deed.NAME_CONTACT)  # says why not
    if form.valid:
        mine = turn(commission.id)
        try:
            with site().database.write():
                for name, (_, was, act) in naming.items():
                    if name in form and whole(form[name].data) != (was or 0):
                        act(mine, person=whole(form[name].data) or None)
                        mine = replace(mine, version=None)  # the page that was sent counts once
        except KnowledgeBaseError as error:
            refused(form, error)
        else:
            flash("Saved. Who is new has been told.")
            return redirect(f"/commissions/{commission.id}", 303)
    return render_template("commissions/people.html", commission=commission, form=form), form.status


@pages.post("/<int:commission_id>/case-study")
@requires(Verb.WRITE)
def write_up(commission_id: int) -> ResponseReturnValue:
    """Turn it into a case study: a draft with what is known already."""
    text_id = commission_studies.write_up(turn(commission_id))
    flash("A draft is begun with what is known already. Check every line: it is yours to write.")
    return redirect(f"/contribute/{text_id}", 303)


def _side(commission: Commission, deed: Deed) -> str:
    school = commission.need.receiver if deed is Deed.AGREE_RECEIVING else commission.supporter or ""
    schools = site().library.group.schools
    name = schools[school].name if school in schools else school
    return f"{name}, which {'is helped' if deed is Deed.AGREE_RECEIVING else 'helps'}"
