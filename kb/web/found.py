"""For the lead: what the nightly check found in articles that are up, and what becomes of it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import rechecking
from kb.domain.permission import Verb
from kb.storage import article_findings
from kb.web.access import requires, signed_in
from kb.web.site import site
from kb.web.text_pages import personal_check

pages = Blueprint("found", __name__, url_prefix="/review/found")


@pages.get("/")
@requires(Verb.OVERSEE)
def index() -> ResponseReturnValue:
    """Articles in which something was found that nobody has looked at."""
    found = rechecking.to_look_at(site().database, signed_in())
    return render_template("review/found.html", found=found)


@pages.get("/<slug>")
@requires(Verb.OVERSEE)
def one(slug: str) -> ResponseReturnValue:
    """What was found in one article, in its words."""
    article, findings = rechecking.open_in(site().database, signed_in(), personal_check(), slug)
    named = [(article_findings.name_of(slug, each.key), each) for each in findings]
    return render_template("review/found_one.html", article=article, found=named)


@pages.post("/<slug>")
@requires(Verb.OVERSEE)
def settle(slug: str) -> ResponseReturnValue:
    """These may stay as they are."""
    rechecking.settle(site().database, signed_in(), slug, request.form.getlist("finding"))
    flash("Noted. It is not listed again unless something new is found.")
    return redirect("/review/found/", 303)
