"""Trust approaches as their readers see them: what is asked of me, what each says and said, and confirming it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import approaching
from kb.domain.approach import Approach, Confirmation, Part, SubjectKind, Version, changes
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import Verb, may
from kb.storage import approaches, articles
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.forms import Form, hidden, ticks
from kb.web.site import site

pages = Blueprint("approaches", __name__, url_prefix="/approaches")

DONE = (
    (Confirmation.READ.value, "I have read it"),
    (Confirmation.DISCUSSED.value, "We have discussed it in our team"),
)


class ConfirmForm(Form):
    """What somebody says they have done."""

    version = hidden()
    kinds = ticks("What have you done?", DONE, needed="Tick what you have done.")


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """What is asked of whoever reads this, and every approach they may read."""
    me, today = current(), datetime.now(tz=UTC).date()
    asked = approaches.asked_of(site().database, me.id, reader()) if me else ()
    return render_template(
        "approaches/index.html",
        asked=asked,
        approaches=approaches.listed(site().database, reader(), curates=may(me, Verb.CURATE)),
        curates=may(me, Verb.CURATE),
        today=today,
    )


@pages.get("/<string(maxlength=90):approach>")
@public
def read(approach: str) -> ResponseReturnValue:
    """One approach: where it stands, what it says, what changed, and the way to confirm it."""
    return _page(_found(approach), ConfirmForm(formdata=None))


@pages.post("/<string(maxlength=90):approach>/confirm")
@requires(Verb.KEEP)
def confirm(approach: str) -> ResponseReturnValue:
    """Say that one has read it, or discussed it."""
    this, form = _found(approach), ConfirmForm()
    if form.valid:
        sent = request.form.get("version", "")
        try:
            approaching.confirm(
                site().database,
                signed_in(),
                this.slug,
                version=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 7 else 0,  # noqa: PLR2004
                reader=reader(),
                kinds=[Confirmation(each) for each in form.kinds.data or ()],
            )
        except BadRequest as error:
            form.refuse(error)
        else:
            flash("Thank you. It is noted that you have read it.")
            return redirect(url_for("approaches.read", approach=this.slug), 303)
    return _page(_found(approach), form), form.status


@pages.get("/<string(maxlength=90):approach>/versions/<int:number>")
@public
def version(approach: str, number: int) -> ResponseReturnValue:
    """What an approach said at a time, and what was different from the version before."""
    this = _found(approach)
    kept = {each.number: each for each in approaches.versions(site().database, this.id)}
    if number not in kept:
        raise NotFound("There is no such version. Choose one from the list of versions.")
    parts = _readable(kept[number])
    before = kept.get(number - 1)
    return render_template(
        "approaches/version.html",
        approach=this,
        version=kept[number],
        parts=parts,
        changed=changes(_readable(before), parts) if before else (),
    )


def _page(this: Approach, form: ConfirmForm) -> str:
    db, me = site().database, current()
    kept = approaches.versions(db, this.id)
    done = approaches.confirmed(db, this.id)
    mine = {number: people[me.id] for number, people in done.items() if me and me.id in people}
    seen = max((number for number in mine if number < this.version), default=0)
    before = next((each for each in kept if each.number == (seen or this.version - 1)), None)
    asked = approaches.asked_of(db, me.id, reader()) if me else ()
    return render_template(
        "approaches/approach.html",
        approach=this,
        form=form,
        versions=kept,
        mine=mine.get(this.version, {}),
        asked=next((each for each in asked if each.approach.id == this.id), None),
        before=before,
        changed=changes(_readable(before), _readable(kept[0])) if before else (),
        article=articles.find(db, this.subject, reader()) if this.kind is SubjectKind.ARTICLE else None,
        curates=may(me, Verb.CURATE),
        stale=may(me, Verb.CURATE) and approaching.has_changed(db, this),
        today=datetime.now(tz=UTC).date(),
    )


def _readable(version: Version) -> list[Part]:
    """The parts of a version whose articles the reader may read now."""
    wanted = [each.article for each in version.parts if each.article]
    known = articles.find_all(site().database, wanted, reader())
    return [each for each in version.parts if not each.article or each.article in known]


def _found(slug: str) -> Approach:
    found = approaches.find(site().database, slug, reader(), curates=may(current(), Verb.CURATE))
    if found is None:
        raise NotFound("There is no trust approach at this address. Choose one from the list.")
    return found
