"""Where the improvement lead puts collections together: details, order, notes, what might be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import collecting, searching
from kb.domain.article import Article
from kb.domain.collection import MOVES, Collection, CollectionChanged, CollectionState, arranged, moved
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound, Unavailable
from kb.domain.permission import Verb
from kb.domain.search import Question
from kb.storage import articles, collections, editions
from kb.web.access import reader, requires, signed_in
from kb.web.collection_pictures import pictures_of
from kb.web.forms import Form, hidden
from kb.web.forms_collections import CollectionForm, values_of
from kb.web.site import site
from kb.web.text_pages import check_here

pages = Blueprint("collection_desk", __name__, url_prefix="/collections")

FOUND = 6
LONGEST_ASKED = 200
LONGEST_PLACE = 4  # digits
STEPS = {"up": -1, "down": 1}
DONE = {
    CollectionState.PUBLISHED: "The collection is published.",
    CollectionState.DRAFT: "The collection is a draft again. Only leads see it.",
    CollectionState.ARCHIVED: "The collection is in the archive. Only leads see it.",
}


class EntryForm(Form):
    """What is done with the articles of a collection, or with the collection itself."""

    version = hidden()


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.CURATE)
def new() -> ResponseReturnValue:
    """Begin a collection."""
    form = CollectionForm(data={"visibility": "trust", "picture": ""})
    form.offer(site().library, ())
    if form.valid:
        try:
            slug = collecting.make(site().database, signed_in(), form.about, check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("The collection is begun. Add articles, then publish it.")
            return redirect(url_for("collection_desk.arrange", collection=slug), 303)
    return render_template("collections/about.html", form=form, collection=None, version=0), form.status


@pages.route("/<string(maxlength=90):collection>/about", methods=["GET", "POST"])
@requires(Verb.CURATE)
def about(collection: str) -> ResponseReturnValue:
    """Say something else of a collection."""
    this = _found(collection)
    there = [each.slug for each in collections.every_entry(site().database, this.id)]
    form = CollectionForm(data=values_of(this.about))
    form.offer(site().library, pictures_of(articles.find_all(site().database, there, reader()).values()))
    if form.valid:
        try:
            collecting.change(
                site().database, signed_in(), this.slug, _version(), form.about, check=check_here()
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Kept.")
            return redirect(url_for("collection_desk.arrange", collection=this.slug), 303)
    page = render_template("collections/about.html", form=form, collection=this, version=this.version)
    return page, form.status


@pages.get("/<string(maxlength=90):collection>/arrange")
@requires(Verb.CURATE)
def arrange(collection: str) -> ResponseReturnValue:
    """The articles of a collection with everything that can be done with them."""
    return _desk(_found(collection))


@pages.post("/<string(maxlength=90):collection>/entries")
@requires(Verb.CURATE)
def entries(collection: str) -> ResponseReturnValue:
    """Keep every note and place as they were sent, and move or take out the article whose button was pressed."""
    this, form, notes = _found(collection), EntryForm(), _notes()
    deed, _, article = request.form.get("do", "").partition(" ")
    order = arranged(list(notes), _places(list(notes)))
    if deed in STEPS and article in order:
        order = moved(order, article, max(0, order.index(article) + STEPS[deed]))
    out = article if deed == "out" and article in notes else ""
    try:
        sorted_notes = {each: notes[each] for each in order}
        collecting.keep(
            site().database,
            signed_in(),
            this.slug,
            _version(),
            sorted_notes,
            out=out,
            check=check_here(),
        )
    except (CollectionChanged, BadRequest) as error:
        form.refuse(error)
        places = {} if isinstance(error, CollectionChanged) else {each: order.index(each) for each in order}
        return _desk(_found(collection), form=form, typed=notes, places=places), form.status
    return redirect(
        url_for("collection_desk.arrange", collection=this.slug) + _anchor(deed, article, order), 303
    )


@pages.post("/<string(maxlength=90):collection>/add")
@requires(Verb.CURATE)
def add(collection: str) -> ResponseReturnValue:
    """Put an article in at the end."""
    this = _found(collection)
    try:
        is_new = collecting.put_in(
            site().database, signed_in(), this.slug, request.form.get("article", ""), check=check_here()
        )
        flash("The article stands at the end." if is_new else "The article is in the collection already.")
    except BadRequest as error:
        flash(str(error))
    return redirect(url_for("collection_desk.arrange", collection=this.slug, q=_asked() or None), 303)


@pages.post("/<string(maxlength=90):collection>/state")
@requires(Verb.CURATE)
def state(collection: str) -> ResponseReturnValue:
    """Publish, take back, put into the archive."""
    this, form, wanted = _found(collection), EntryForm(), request.form.get("to", "")
    if wanted not in set(CollectionState):
        raise BadRequest("Choose what becomes of the collection.")
    try:
        collecting.move_on(site().database, signed_in(), this.slug, _version(), CollectionState(wanted))
    except BadRequest as error:
        form.refuse(error)
        return _desk(_found(collection), form=form), form.status
    flash(DONE[CollectionState(wanted)])
    return redirect(url_for("collections.read", collection=this.slug), 303)


def _desk(
    this: Collection,
    *,
    form: Form | None = None,
    typed: Mapping[str, str] | None = None,
    places: Mapping[str, int] | None = None,
) -> str:
    here = site()
    there = collections.every_entry(here.database, this.id)
    titles, asked = _titles([each.slug for each in there]), _asked()
    return render_template(
        "collections/arrange.html",
        collection=this,
        form=form or EntryForm(formdata=None),
        entries=[
            (
                each.slug,
                titles[each.slug],
                (typed or {}).get(each.slug, each.note),
                (places or {}).get(each.slug, at),
            )
            for at, each in enumerate(there)
        ],
        gone=collections.not_shown(here.database, this.id),
        moves=sorted(MOVES[this.state]),
        asked=asked,
        found=_answers(asked, {each.slug for each in there}),
        suggested=collecting.suggested(here.search, this, reader()),
    )


def _titles(slugs: list[str]) -> dict[str, str]:
    """Slug → title, or the slug itself for an article that is not there any more."""
    now_at = {slug: editions.leads_to(site().database, slug) or slug for slug in slugs}
    known = articles.find_all(site().database, now_at.values(), reader())
    return {slug: known[now].title if now in known else slug for slug, now in now_at.items()}


def _answers(asked: str, without: set[str]) -> list[Article]:
    if not asked:
        return []
    try:
        answer = searching.ask(site().search, Question(text=asked, per_page=FOUND * 2), reader())
    except (Unavailable, BadRequest):
        return []
    finds = (*answer.finds, *answer.weak)
    return [each.article for each in finds if each.article.slug not in without][:FOUND]


def _found(slug: str) -> Collection:
    found = collections.find(site().database, slug, reader(), curates=True)
    if found is None:
        raise NotFound("There is no collection at this address. Choose one from the list of collections.")
    return found


def _version() -> int:
    """The version that the person looked at; 0, which is no version, when none was sent."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0  # noqa: PLR2004


def _notes() -> dict[str, str]:
    """Article → what was typed on it, in the order of the page."""
    return dict(
        zip(request.form.getlist("article"), map(str.strip, request.form.getlist("note")), strict=False)
    )


def _places(slugs: Sequence[str]) -> dict[str, int]:
    """Article → where it is to stand, counted from 0; without those whose place is no number."""
    typed = zip(slugs, map(str.strip, request.form.getlist("place")), strict=False)
    numbers = [(slug, text) for slug, text in typed if text.isascii() and text.isdigit()]
    return {slug: int(text) - 1 for slug, text in numbers if len(text) <= LONGEST_PLACE}


def _anchor(deed: str, article: str, order: Sequence[str]) -> str:
    """Where the page is opened again: at the button that was pressed, so that Enter moves on; else at its article."""
    if deed not in STEPS or article not in order:
        return "#order-title"
    at_an_end = order.index(article) == (0 if deed == "up" else len(order) - 1)
    return f"#entry-{article}" if at_an_end else f"#{deed}-{article}"


def _asked() -> str:
    return " ".join(request.values.get("q", "").split())[:LONGEST_ASKED]
