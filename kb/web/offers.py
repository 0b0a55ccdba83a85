"""Offers: what schools and people would do for others, with filters; make one, change it, let it rest, end it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import offering
from kb.actions.free_text import PersonalData
from kb.actions.offering import Sought
from kb.domain.errors import KnowledgeBaseError
from kb.domain.offer import OfferKind, OfferState
from kb.domain.permission import Verb, may
from kb.domain.permission_sharing import Deed, may_share
from kb.storage import accounts, offers, people
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.forms_offers import HINTS, OfferForm
from kb.web.offers_shown import OFFERED, offers_in_words
from kb.web.sharing import asked, looked_at, page_of, refused, term_pairs
from kb.web.site import site
from kb.web.text_pages import check_here

pages = Blueprint("offers", __name__, url_prefix="/offers")

_MOVES = {
    "pause": (OfferState.PAUSED, "The offer rests. Nobody sees it until you take it up again."),
    "open": (OfferState.OPEN, "The offer stands again."),
    "end": (OfferState.ENDED, "The offer has ended. Thank you for having made it."),
}


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """Every offer that stands, found by words and narrowed down."""
    here, me, today = site(), current(), datetime.now(UTC).date()
    taxonomy = here.library.taxonomy
    chosen = {
        "q": asked("q"),
        "kind": asked("kind", set(OfferKind)),
        "key_stage": asked("key_stage", taxonomy["key-stages"].terms),
        "provision": asked("provision", taxonomy["provisions"].terms),
        "need": asked("need", taxonomy["needs"].terms),
        "theme": asked("theme", taxonomy["themes"].terms),
    }
    sought = Sought(
        words=chosen["q"],
        kind=OfferKind(chosen["kind"]) if chosen["kind"] else None,
        key_stage=chosen["key_stage"],
        provision=chosen["provision"],
        need=chosen["need"],
        theme=chosen["theme"],
    )
    found = offering.found(here.database, sought, reader(), here.library, today)
    shown, turns = page_of(found, url_for("offers.index"), chosen)
    return render_template(
        "offers/index.html",
        offers=offers_in_words(shown),
        total=len(found),
        turns=turns,
        chosen=chosen,
        narrowed=any(chosen.values()),
        kinds=OFFERED,
        key_stages=term_pairs("key-stages"),
        provisions=term_pairs("provisions"),
        needs=term_pairs("needs", tops=True),
        themes=term_pairs("themes"),
        may_offer=may(me, Verb.TAKE_PART),
        mine=offers_in_words(offers.theirs(here.database, me.id)) if me else (),
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def new() -> ResponseReturnValue:
    """Make an offer."""
    person = signed_in()
    form, personal = OfferForm.of(person), None
    if form.valid:
        try:
            number = offering.offer(
                site().database,
                person,
                form.promise(),
                check=check_here(),
                reader=reader(),
                looked_at=looked_at(),
            )
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Thank you. Colleagues can find your offer now.")
            return redirect(url_for("offers.read", number=number), 303)
    return _form_page(form, personal, "Make an offer", "/offers/new")


@pages.get("/<int:number>")
@public
def read(number: int) -> ResponseReturnValue:
    """One offer, and how to take it up."""
    db, me = site().database, current()
    one = offering.to_read(db, me, number, reader(), datetime.now(UTC).date())
    author = accounts.find(db, one.author)
    shows = me is not None and author is not None and author.active
    choice = people.choice_of(db, one.author)
    return render_template(
        "offers/offer.html",
        offer=offers_in_words([one])[0],
        stands=one.stands(datetime.now(UTC).date()),
        contact=author if shows and choice.with_address and choice.listed else None,
        may_change=may_share(me, Deed.CHANGE_OFFER, offering.belonging(one)),
        may_end=may_share(me, Deed.END_OFFER, offering.belonging(one)),
    )


@pages.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def edit(number: int) -> ResponseReturnValue:
    """Change an offer."""
    db, person = site().database, signed_in()
    one = offering.to_change(db, person, number)
    form, personal = OfferForm.of(person, one.promise), None
    if form.valid:
        try:
            offering.change(
                db,
                person,
                number,
                form.promise(),
                check=check_here(),
                reader=reader(),
                looked_at=looked_at(),
            )
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Your changes are there.")
            return redirect(url_for("offers.read", number=number), 303)
    return _form_page(form, personal, f"Change: {one.promise.title}", f"/offers/{number}/edit")


@pages.post("/<int:number>/<any(pause, open, end):move>")
@requires(Verb.TAKE_PART)
def move(number: int, move: str) -> ResponseReturnValue:
    """Let an offer rest, take it up again, end it."""
    to, said = _MOVES[move]
    offering.move(site().database, signed_in(), number, to)
    flash(said)
    return redirect(url_for("offers.index"), 303)


def _form_page(
    form: OfferForm, personal: PersonalData | None, heading: str, action: str
) -> ResponseReturnValue:
    return (
        render_template(
            "offers/form.html",
            form=form,
            personal=personal,
            ticked=looked_at(),
            title=heading,
            action=action,
            hints=HINTS,
        ),
        form.status,
    )
