"""The calendar of commissions: an address with a secret in it, for calendar programs."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import subscribing_commissions
from kb.domain.permission import Verb
from kb.web.access import doorstep, requires, signed_in
from kb.web.site import site

pages = Blueprint("commission_calendar", __name__)


@pages.post("/commissions/calendar")
@requires(Verb.SEE_COMMISSIONS)
def subscribe() -> ResponseReturnValue:
    """Give the person an address of a calendar; one they had before stops working."""
    token = subscribing_commissions.begin(site().database, signed_in())
    address = site().settings.home + url_for("commission_calendar.calendar", token=token)
    return render_template("commissions/calendar.html", address=address)


@pages.post("/commissions/calendar/end")
@requires(Verb.SEE_COMMISSIONS)
def unsubscribe() -> ResponseReturnValue:
    """Let the calendar's address work no more."""
    subscribing_commissions.end(site().database, signed_in())
    flash("The calendar’s address no longer works.")
    return redirect(url_for("commissions.index"), 303)


@pages.get("/feeds/commissions/<string(length=43):token>.ics")
@doorstep
def calendar(token: str) -> ResponseReturnValue:
    """Visits and next steps of whoever has this address, for calendar programs, which cannot sign in."""
    here = site()
    feed = subscribing_commissions.calendar(here.database, here.library.group, token, home=here.settings.home)
    answer = Response(feed, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
