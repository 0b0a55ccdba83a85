"""Earlier versions of a published article: what each said, what changed since, and a way to begin with one again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import contributing, picturing, printing
from kb.actions.contributing import EditUnderWay
from kb.domain.article import Article
from kb.domain.difference import difference
from kb.domain.edition import EditionKind
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb, may
from kb.domain.text import Content
from kb.domain.text_fields import content_of
from kb.storage import accounts, editions
from kb.web.access import requires, signed_in
from kb.web.forms import Form
from kb.web.press import press
from kb.web.site import site
from kb.web.text_pages import field_words, marked

pages = Blueprint("editions", __name__, url_prefix="/articles")

KINDS = {
    EditionKind.FOUND: "Put into the content folder",
    EditionKind.PUBLISHED: "Published",
    EditionKind.VERIFIED: "Looked at and found right",
    EditionKind.RESTORED: "Brought back",
}


class BeginForm(Form):
    """A button on its own."""


@pages.get("/<slug>/versions")
@requires(Verb.REVISE)
def listed(slug: str) -> ResponseReturnValue:
    """Every version of an article, newest first."""
    article = _theirs(slug)
    found = editions.history(site().database, slug)
    names = accounts.names(site().database, {each.made_by for each in found if each.made_by})
    return render_template(
        "articles/versions.html", article=article, editions=found, kinds=KINDS, names=names
    )


@pages.route("/<slug>/versions/<int:number>", methods=["GET", "POST"])
@requires(Verb.REVISE)
def one(slug: str, number: int) -> ResponseReturnValue:
    """One version beside the article as it is now; a way to begin a new version with it."""
    here, article, form = site(), _theirs(slug), BeginForm()
    edition = next((each for each in editions.history(here.database, slug) if each.number == number), None)
    if edition is None:
        raise NotFound("There is no such version of this article. Choose one from the list.")
    older, under_way = _content(slug, edition.content, edition.path), None
    if form.valid and older:
        try:
            text_id = contributing.revise(here.database, signed_in(), article, older)
            picturing.adopt(here.database, here.settings.content, here.settings.var, signed_in(), text_id)
        except KnowledgeBaseError as error:
            form.refuse(error)
            under_way = error.text_id if isinstance(error, EditUnderWay) else None
        else:
            flash("A new version has begun with what stood there then. Read it, then send it in for review.")
            return redirect(f"/contribute/{text_id}", 303)
    now = content_of(article)
    shown = render_template(
        "articles/version.html",
        article=article,
        edition=edition,
        kind=KINDS[edition.kind],
        form=form,
        under_way=under_way,
        readable=older is not None,
        fields=_changed(older, now) if older else [],
        pieces=marked(difference(older.body, now.body)) if older else (),
    )
    return shown, form.status


def _content(slug: str, content: str, path: str) -> Content | None:
    """What stood in a version; None when its terms or schools are no longer there."""
    try:
        return content_of(printing.read(press(), content, slug, path))
    except printing.NotComplete:
        return None


def _changed(before: Content, after: Content) -> list[tuple[str, str, str]]:
    return [
        (words, before.one(key), after.one(key))
        for key, words in field_words().items()
        if before.one(key) != after.one(key)
    ]


def _theirs(slug: str) -> Article:
    db = site().database
    article = printing.article_at(db, slug)
    if article is None or not may(signed_in(), Verb.REVISE, printing.standing_of(db, article)):
        raise NotFound("There is no such article, or it is not yours to work on.")
    return article
