"""Reading lists of one's own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import keeping
from kb.domain.errors import BadRequest
from kb.domain.permission import Verb
from kb.storage import articles, reading_lists
from kb.web.access import inside, reader, requires, signed_in
from kb.web.forms import Form, text
from kb.web.site import site

pages = Blueprint("reading", __name__, url_prefix="/reading")

STEPS = {"up": -1, "down": 1}


class ListForm(Form):
    """What a list is called."""

    title = text("Name of the list", needed="Enter a name for the list.", longest=80)


@pages.get("/")
@requires(Verb.KEEP)
def index() -> ResponseReturnValue:
    """Everything that one keeps."""
    return _page(ListForm(formdata=None))


@pages.post("/save")
@requires(Verb.KEEP)
def save() -> ResponseReturnValue:
    """Keep an article."""
    number = request.form.get("list", "")
    try:
        is_new = keeping.save(
            site().database,
            signed_in(),
            request.form.get("article", ""),
            reader(),
            int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,  # noqa: PLR2004
        )
        flash("It is on your reading list." if is_new else "It is on your reading list already.")
    except BadRequest as error:
        flash(str(error))
    return redirect(inside(request.form.get("next", "/reading/")), 303)


@pages.post("/lists")
@requires(Verb.KEEP)
def begin() -> ResponseReturnValue:
    """Begin another list."""
    form = ListForm()
    if form.valid:
        try:
            keeping.begin(site().database, signed_in(), form.title.data)
        except BadRequest as error:
            form.refuse(error)
        else:
            return redirect(url_for("reading.index"), 303)
    return _page(form), form.status


@pages.post("/<int:number>")
@requires(Verb.KEEP)
def change(number: int) -> ResponseReturnValue:
    """Rename a list, or delete it."""
    form = ListForm()
    if request.form.get("do") == "delete":
        keeping.delete(site().database, signed_in(), number)
        flash("The list is deleted.")
        return redirect(url_for("reading.index"), 303)
    if form.valid:
        try:
            keeping.rename(site().database, signed_in(), number, form.title.data)
        except BadRequest as error:
            form.refuse(error)
        else:
            return redirect(url_for("reading.index"), 303)
    return _page(form), form.status


@pages.post("/<int:number>/items")
@requires(Verb.KEEP)
def item(number: int) -> ResponseReturnValue:
    """Note something about an article, move it, or take it off."""
    form, slug, do = ListForm(), request.form.get("article", ""), request.form.get("do", "")
    try:
        if do == "out":
            keeping.take_off(site().database, signed_in(), number, slug)
        else:
            keeping.change(
                site().database,
                signed_in(),
                number,
                slug,
                note=request.form.get("note", ""),
                step=STEPS.get(do, 0),
            )
    except BadRequest as error:
        form.refuse(error)
        return _page(form, typed={(number, slug): request.form.get("note", "")}), form.status
    return redirect(url_for("reading.index") + f"#item-{number}-{slug}", 303)


def _page(form: ListForm, *, typed: dict[tuple[int, str], str] | None = None) -> str:
    lists = reading_lists.of(site().database, signed_in().id)
    slugs = {item.slug for each in lists for item in each.items}
    return render_template(
        "reading/index.html",
        form=form,
        lists=lists,
        known=articles.find_all(site().database, slugs, reader()),
        typed=typed or {},
    )
