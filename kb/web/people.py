"""People: who knows about something, the directory, a person's page, and one's own choice about being found."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import introducing
from kb.actions.knowing import Because, Known, who_knows
from kb.domain.account import Account
from kb.domain.permission import Verb
from kb.storage import people, posts
from kb.storage.people import Choice
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.cards import cards
from kb.web.forms import Form, ticks
from kb.web.offers_shown import offers_in_words
from kb.web.sharing import asked, page_of, school_name
from kb.web.site import site
from kb.web.trials_shown import in_words
from kb.web.wording import post_name

pages = Blueprint("people", __name__, url_prefix="/people")

BECAUSE = {
    Because.ARTICLE: "wrote",
    Because.TRIAL: "tried",
    Because.OFFER: "offers",
}
MOST_REASONS = 4


class ChoiceForm(Form):
    """What a person chooses about being found."""

    listed = ticks("", [("yes", "Colleagues can find me in the list of people")])
    with_address = ticks("", [("yes", "Colleagues who are signed in see my e-mail address")])


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """Who knows about something; without words, everybody who can be found."""
    here, me, words = site(), current(), asked("q")
    known = (
        who_knows(here.search, words, reader(), named=me is not None)
        if words
        else Known(people=(), schools=())
    )
    school = asked("school", here.library.group.schools)
    listed = [
        each
        for each in introducing.directory(here.database, me, reader())
        if not school or school in each.account.schools
    ]
    shown, turns = page_of(listed, url_for("people.index"), {"school": school})
    return render_template(
        "people/index.html",
        words=words,
        known=known,
        because=BECAUSE,
        most=MOST_REASONS,
        listed=[(each, _does(each.account)) for each in shown],
        total=len(listed),
        turns=turns,
        school=school,
        schools=[(each.id, each.name) for each in here.library.group.schools.values()],
        school_name=school_name,
    )


@pages.get("/<handle>")
@public
def person(handle: str) -> ResponseReturnValue:
    """One person: where they work, what they wrote, tried and offer."""
    db, me, here = site().database, current(), site()
    found = introducing.person_at(db, handle, me, reader())
    shared = introducing.of_person(db, found, reader(), signed_in=me is not None)
    choice = people.choice_of(db, found.id)
    return render_template(
        "people/person.html",
        found=found,
        does=_does(found),
        own=me is not None and me.id == found.id,
        email=found.email if me is not None and choice.with_address else None,
        cards=cards(shared.articles, here.library, datetime.now(UTC).date()),
        trials=in_words(shared.trials),
        offers=offers_in_words(shared.offers),
    )


@pages.route("/choice", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def choose() -> ResponseReturnValue:
    """Choose whether one can be found."""
    db, me = site().database, signed_in()
    now = people.choice_of(db, me.id)
    form = ChoiceForm(
        data={
            "listed": ["yes"] if now.listed else [],
            "with_address": ["yes"] if now.with_address else [],
        }
    )
    if form.valid:
        introducing.choose(db, me, Choice(bool(form.listed.data), bool(form.with_address.data)))
        flash("Your choice is kept.")
        return redirect(url_for("people.person", handle=me.handle), 303)
    return render_template("people/choice.html", form=form, handle=me.handle), form.status


def _does(account: Account) -> str:
    """What somebody does at school, in words; empty when they have not said."""
    library = site().library
    return ", ".join(post_name(each, account, library) for each in posts.of(site().database, account.id))
