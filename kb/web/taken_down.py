"""Taking an article down and bringing it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import printing, withdrawing
from kb.domain.account import Account
from kb.domain.article import Article
from kb.domain.edition import Why
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb, may
from kb.storage import accounts, editions
from kb.web.access import requires, signed_in
from kb.web.forms import Form, long_text, radios
from kb.web.press import press
from kb.web.site import site

pages = Blueprint("taken_down", __name__)

CHOICES = {
    Why.WITHDRAWN: "Withdraw it: something in it is wrong, or somebody can be known by it",
    Why.ARCHIVED: "Archive it: it was right, and is not needed any more",
}
VERBS = {Why.WITHDRAWN: Verb.WITHDRAW, Why.ARCHIVED: Verb.ARCHIVE}


class TakeDownForm(Form):
    """Why an article is to be seen no more."""

    why = radios("What should happen?", needed="Choose one of the two.")
    reason = long_text(
        "Reason",
        hint="Its authors and the lead can read it.",
        needed="Write down why it is taken down.",
        longest=500,
    )


@pages.route("/articles/<slug>/take-down", methods=["GET", "POST"])
@requires(Verb.WITHDRAW)
def take_down(slug: str) -> ResponseReturnValue:
    """Take an article down, at once and everywhere."""
    article, choices = _theirs(slug, signed_in())
    form = TakeDownForm()
    form.why.choices = [(why.value, CHOICES[why]) for why in choices]
    if form.valid:
        try:
            withdrawing.take_down(press(), signed_in(), slug, Why(form.why.data), str(form.reason.data))
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"“{article.title}” is down: on no page, in no search and in no feed.")
            return redirect("/", 303)
    return render_template("taken_down/take_down.html", form=form, article=article), form.status


@pages.get("/taken-down/")
@requires(Verb.OVERSEE)
def index() -> ResponseReturnValue:
    """Everything that has been taken down."""
    db = site().database
    down = [each for each in editions.all_down(db) if each.why is not Why.RENAMED]
    names = accounts.names(db, {each.taken_by for each in down if each.taken_by is not None})
    return render_template("taken_down/index.html", down=down, names=names)


@pages.post("/taken-down/<slug>/restore")
@requires(Verb.OVERSEE)
def restore(slug: str) -> ResponseReturnValue:
    """Bring an article back."""
    withdrawing.restore(press(), signed_in(), slug)
    flash("The article is back.")
    return redirect(url_for("articles.read", slug=slug), 303)


def _theirs(slug: str, account: Account) -> tuple[Article, list[Why]]:
    """The article, and what the person may do with it. Raises NotFound."""
    db = site().database
    article = printing.article_at(db, slug)
    standing = printing.standing_of(db, article) if article else None
    allowed = [why for why, verb in VERBS.items() if standing and may(account, verb, standing)]
    if article is None or not allowed:
        raise NotFound("There is no such article, or it is not yours to take down.")
    return article, allowed
