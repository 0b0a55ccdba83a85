"""What somebody sent after their session had ended: kept, and offered again after the sign-in."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.domain.errors import NotFound
from kb.domain.permission import Verb
from kb.storage import drawers
from kb.web import cookies
from kb.web.access import requires, signed_in
from kb.web.forms import Form
from kb.web.site import site

pages = Blueprint("kept", __name__, url_prefix="/account")


@pages.get("/kept")
@requires(Verb.SIGN_OUT)
def kept() -> ResponseReturnValue:
    """The form that was kept, to be sent again."""
    found = drawers.look(site().database, cookies.drawer(), account=signed_in().id, now=datetime.now(UTC))
    if found is None:
        raise NotFound(
            "Nothing is kept for you. It may be more than an hour ago, or you have sent it already."
        )
    fields = [(name, value) for name, value in found.fields if name != "csrf_token"]
    longest = max((value for _, value in fields), key=len, default="")
    return render_template("accounts/kept.html", path=found.path, fields=fields, longest=longest)


@pages.post("/kept")
@requires(Verb.SIGN_OUT)
def forget() -> ResponseReturnValue:
    """Throw away what was kept."""
    if Form().valid:
        drawers.empty(site().database, cookies.drawer())
    response = redirect("/", 303)
    cookies.forget_drawer(response)
    return response
