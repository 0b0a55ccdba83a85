"""Is it still right? The list of what is late, one click to say that an article still is, and a calendar of it all."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import consenting, printing, subscribing, verifying
from kb.domain.article import Article
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.web.access import doorstep, requires, signed_in
from kb.web.forms import Form, long_text, text
from kb.web.press import press
from kb.web.site import site
from kb.web.wording import day

pages = Blueprint("verifying", __name__)


class StillRightForm(Form):
    """That an article is still right, perhaps with a note and another date."""

    note = long_text(
        "Note", hint="What you looked at. Reviewers and the lead can read it.", longest=500, rows=3
    )
    review_by = text(
        "Look at it again by",
        hint="For example 2027-09-01. Left empty, it is a year from today.",
        longest=10,
        width="govuk-input--width-10",
    )


@pages.get("/verify/")
@requires(Verb.VERIFY)
def index() -> ResponseReturnValue:
    """What is late, and what is coming."""
    today = datetime.now(UTC).date()
    due = verifying.to_verify(site().database, signed_in(), today)
    return render_template(
        "verify/index.html",
        late=[each for each in due if each.overdue(today)],
        coming=[each for each in due if not each.overdue(today)],
        today=today,
        pictures=_pictures(today),
        subscribed=subscribing.has_calendar(site().database, signed_in().id),
    )


@pages.route("/articles/<slug>/still-right", methods=["GET", "POST"])
@requires(Verb.VERIFY)
def still_right(slug: str) -> ResponseReturnValue:
    """Say that an article is still right."""
    article = _theirs(slug)
    form = StillRightForm()
    if form.valid:
        try:
            until = verifying.still_right(
                press(), signed_in(), slug, note=form.note.data or "", review_by=_day(form.review_by.data)
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"Thank you. The article is to be looked at again by {day(until)}.")
            return redirect(url_for("articles.read", slug=slug), 303)
    return render_template("verify/still_right.html", form=form, article=article), form.status


@pages.post("/verify/calendar")
@requires(Verb.VERIFY)
def subscribe() -> ResponseReturnValue:
    """Give the person an address of a calendar; one they had before stops working."""
    token = subscribing.begin(site().database, signed_in())
    address = site().settings.home + url_for("verifying.calendar", token=token)
    return render_template("verify/calendar.html", address=address)


@pages.post("/verify/calendar/end")
@requires(Verb.VERIFY)
def unsubscribe() -> ResponseReturnValue:
    """Let the calendar's address work no more."""
    subscribing.end(site().database, signed_in())
    flash("The calendar’s address no longer works.")
    return redirect(url_for("verifying.index"), 303)


@pages.get("/feeds/reviews/<string(length=43):token>.ics")
@doorstep
def calendar(token: str) -> ResponseReturnValue:
    """The review dates of whoever has this address, for calendar programs, which cannot sign in."""
    feed = subscribing.calendar(site().database, token, home=site().settings.home)
    answer = Response(feed, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _pictures(today: date) -> list[consenting.RunningOut]:
    """Pictures whose consent runs out, in the articles that the person looks after."""
    here, me = site(), signed_in()
    found = consenting.running_out(here.database, here.settings.content, today)
    return [each for each in found if verifying.may_verify(here.database, me, each.article)]


def _theirs(slug: str) -> Article:
    article = printing.article_at(site().database, slug)
    if article is None or not verifying.may_verify(site().database, signed_in(), article):
        raise NotFound("There is no such article, or it is not yours to look after.")
    return article


def _day(typed: str | None) -> date | None:
    """The day that was typed. Raises DayWrong."""
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise verifying.DayWrong from None
