"""Where the improvement lead says what is shown before the results of which searches."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import pinning
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.pin import LONGEST_REASON, PinKind
from kb.domain.search import Reader
from kb.storage import approaches, articles, collections, pins
from kb.web.access import reader, requires, signed_in
from kb.web.forms import Form, as_choices, long_text, select
from kb.web.site import site
from kb.web.text_pages import check_here

pages = Blueprint("pins", __name__, url_prefix="/pins")


class PinForm(Form):
    """One thing to show first."""

    target = select("What to show first", needed="Choose what to show.")
    words = long_text(
        "For which searches",
        hint="Words or phrases, one a line. A search that holds one of them, word by word, shows it.",
        needed="Enter at least one word or phrase that people search for.",
        longest=1500,
        rows=4,
    )
    reason = long_text(
        "Why it is shown first",
        hint="One sentence; everybody who searches reads it.",
        needed="Say why it is shown first.",
        longest=LONGEST_REASON,
        rows=2,
        count=True,
    )


class ChangeForm(Form):
    """Other words or another reason for a pin."""

    words = long_text("For which searches", needed="Enter at least one word or phrase.", longest=1500, rows=3)
    reason = long_text(
        "Why it is shown first", needed="Say why it is shown first.", longest=LONGEST_REASON, rows=2
    )


@pages.route("/", methods=["GET", "POST"])
@requires(Verb.CURATE)
def index() -> ResponseReturnValue:
    """Every pin, and a form for a new one."""
    form = PinForm()
    form.target.choices = as_choices(_targets(reader()))
    if form.valid:
        kind, _, target = form.target.data.partition(":")
        try:
            pinning.pin(
                site().database,
                signed_in(),
                PinKind(kind),
                target,
                reason=form.reason.data,
                words=form.words.data,
                check=check_here(),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is shown first from now on. Try one of the searches.")
            return redirect(url_for("pins.index"), 303)
    return _page(form), form.status


@pages.post("/<int:number>")
@requires(Verb.CURATE)
def change(number: int) -> ResponseReturnValue:
    """Change a pin, or take it away."""
    if request.form.get("do") == "remove":
        pinning.unpin(site().database, signed_in(), number)
        flash("It is shown first no more.")
        return redirect(url_for("pins.index"), 303)
    form = ChangeForm()
    if form.valid:
        try:
            pinning.change(
                site().database,
                signed_in(),
                number,
                reason=form.reason.data,
                words=form.words.data,
                check=check_here(),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Kept.")
            return redirect(url_for("pins.index"), 303)
    empty = PinForm(formdata=None)
    empty.target.choices = as_choices(_targets(reader()))
    typed = {number: (form.words.data or "", form.reason.data or "")}
    return _page(empty, refused=form, typed=typed), form.status


def _page(form: Form, *, refused: Form | None = None, typed: dict[int, tuple[str, str]] | None = None) -> str:
    db, asking = site().database, reader()
    shown = [
        {
            "pin": each,
            "title": pinning.title_of(db, each.kind, each.target, asking),
            "address": pinning.address_of(each.kind, each.target),
            "words": (typed or {}).get(each.id, ("\n".join(each.words), each.reason))[0],
            "reason": (typed or {}).get(each.id, ("", each.reason))[1],
        }
        for each in pins.every(db)
    ]
    return render_template("pins/index.html", form=form, refused=refused or form, pins=shown)


def _targets(asking: Reader) -> list[tuple[str, str]]:
    db = site().database
    return [
        *(
            (f"approach:{each.slug}", f"Trust approach: {each.title}")
            for each in approaches.listed(db, asking)
        ),
        *(
            (f"collection:{each.collection.slug}", f"Collection: {each.collection.about.title}")
            for each in collections.listed(db, asking)
        ),
        *((f"article:{slug}", title) for slug, title in articles.titles(db, asking)),
    ]
