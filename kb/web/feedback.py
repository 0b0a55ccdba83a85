"""What readers think of an article: helpful, not for my setting, out of date; and what becomes of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import feeding_back
from kb.actions.feeding_back import LONGEST_REASON, Said
from kb.domain.errors import KnowledgeBaseError
from kb.domain.feedback import Verdict
from kb.domain.permission import Verb
from kb.storage import accounts, feedback
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.forms import Form, long_text, radios
from kb.web.sharing import article_here, looked_at, page_of, refused
from kb.web.site import site
from kb.web.text_pages import Names, check_here
from kb.web.wording import VERDICTS

pages = Blueprint("feedback", __name__)

_HINTS = {
    Verdict.HELPFUL.value: "It helped you, or will.",
    Verdict.NOT_FOR_MY_SETTING.value: "It may be right, but not where you work.",
    Verdict.OUT_OF_DATE.value: "Something in it is not so any more. Its owner is told at once.",
}


class FeedbackForm(Form):
    """What somebody thinks of an article."""

    verdict = radios(
        "What do you think of it?",
        [(each.value, words) for each, words in VERDICTS.items()],
        needed="Choose what you think of it.",
    )
    reason = long_text(
        "Why?",
        hint="One sentence helps most: what was useful, what does not fit, what has changed. No pupils’ names.",
        longest=LONGEST_REASON,
        rows=3,
        count=True,
    )


@pages.route("/articles/<slug>/feedback", methods=["GET", "POST"])
@public
def give(slug: str) -> ResponseReturnValue:
    """Say what one thinks of an article, or change it."""
    article, person, db = article_here(slug), current(), site().database
    before = feedback.of_person(db, slug, person.id) if person else None
    wished = request.args.get("verdict", "")
    start = {
        "verdict": wished if wished in set(Verdict) else (before.verdict.value if before else ""),
        "reason": before.reason if before else "",
    }
    form, personal = FeedbackForm(data=start), None
    if form.valid:
        said = Said(verdict=Verdict(form.verdict.data), reason=form.reason.data or "", looked_at=looked_at())
        try:
            feeding_back.say(
                db,
                person,
                slug,
                said,
                check=check_here(),
                reader=reader(),
                place=request.remote_addr or "",
            )
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Thank you. Those who look after the article read it.")
            return redirect(url_for("articles.read", slug=slug), 303)
    return (
        render_template(
            "feedback/give.html",
            form=form,
            personal=personal,
            ticked=looked_at(),
            article=article,
            before=before,
            hints=_HINTS,
        ),
        form.status,
    )


@pages.post("/articles/<slug>/feedback/take-back")
@requires(Verb.TAKE_PART)
def take_back(slug: str) -> ResponseReturnValue:
    """Forget what the person said."""
    article = article_here(slug)
    feeding_back.take_back(site().database, signed_in(), article.slug)
    flash("What you said is forgotten.")
    return redirect(url_for("articles.read", slug=slug), 303)


@pages.get("/feedback/")
@requires(Verb.TAKE_PART)
def index() -> ResponseReturnValue:
    """What readers say about the articles that the person looks after."""
    db = site().database
    every = feeding_back.to_read(db, signed_in())
    shown, turns = page_of(every, url_for("feedback.index"), {})
    people = accounts.names(db, {each.account for each in shown if each.account})
    return render_template(
        "feedback/index.html",
        said=shown,
        waiting=sum(not each.handled_at and each.verdict is not Verdict.HELPFUL for each in every),
        total=len(every),
        turns=turns,
        verdicts=VERDICTS,
        names=Names(people),
    )


@pages.post("/feedback/<int:number>/dealt-with")
@requires(Verb.TAKE_PART)
def deal_with(number: int) -> ResponseReturnValue:
    """Note that something was done about it."""
    feeding_back.deal_with(site().database, signed_in(), number)
    flash("It is dealt with.")
    return redirect(url_for("feedback.index"), 303)
