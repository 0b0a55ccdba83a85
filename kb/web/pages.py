"""Pages about the site itself, and the few addresses that browsers and robots ask for unasked."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from kb.domain import retention
from kb.web import gallery as samples
from kb.web.access import doorstep, public
from kb.web.site import site
from kb.web.static_files import StaticFile, kept

pages = Blueprint("pages", __name__)

A_DAY = "public, max-age=86400"


@pages.get("/about")
@public
def about() -> ResponseReturnValue:
    """What this is, for whom, and how to read its figures."""
    return render_template("pages/about.html", group=site().library.group)


@pages.get("/accessibility")
@doorstep
def accessibility() -> ResponseReturnValue:
    """How far everybody can use the site, and what to do where somebody cannot."""
    return render_template("pages/accessibility.html")


@pages.get("/privacy")
@doorstep
def privacy() -> ResponseReturnValue:
    """What is kept about readers: hardly anything."""
    return render_template("pages/privacy.html", kept=retention.KEPT)


@pages.get("/gallery")
@public
def gallery() -> ResponseReturnValue:
    """Every component on one page, for people who build pages and for the tests."""
    return render_template("components/gallery.html", samples=samples)


@pages.get("/robots.txt")
@doorstep
def robots() -> Response:
    """Search engines may read every page; the API repeats what the pages say."""
    return _short_lived(Response("User-agent: *\nDisallow: /api/\n", mimetype="text/plain"))


@pages.get("/favicon.ico")
@doorstep
def favicon() -> Response:
    """The mark, for browsers that look for it here."""
    mark: StaticFile = kept("img/mark.ico")
    return _short_lived(Response(mark.body, mimetype="image/x-icon"))


def _short_lived(response: Response) -> Response:
    response.headers["Cache-Control"] = A_DAY
    return response
