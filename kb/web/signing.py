"""What the pages of signing in share: a new token for a browser, and who it is that asks."""

from __future__ import annotations

import time

from flask import make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kb.actions import joining, proving, second_factor
from kb.domain.account import Account
from kb.domain.session import Way
from kb.web import cookies
from kb.web.access import inside
from kb.web.site import site

PENDING = "pending"
"""The note of who has given the right password a moment ago and still owes the code."""


def prove(account: Account, back: str) -> ResponseReturnValue:
    """Go on after the right password: in, to the code, or to setting up the second factor."""
    db = site().database
    if not proving.needs_code(db, account):
        return begin(joining.sign_in(db, account, way=Way.PASSWORD, browser=browser()), back)
    session.clear()
    session[PENDING] = [account.id, inside(back), int(time.time())]
    if proving.has_code(db, account):
        return redirect("/account/code", 303)
    second_factor.prepare(db, account.id, keys=site().keys)
    return redirect("/account/second-factor", 303)


def begin(token: str, back: str) -> Response:
    """Go on to a page of ours with a new token and new notes: nothing from before signing in stays."""
    notes = {name: session[name] for name in ("_flashes",) if name in session}
    session.clear()
    session.update(notes)
    response = redirect(inside(back), 303)
    cookies.keep_token(response, token)
    return response


def with_token(page: str, token: str) -> Response:
    """A page that comes with a new token."""
    response = make_response(page)
    cookies.keep_token(response, token)
    return response


def browser() -> str:
    """What the browser says of itself."""
    return request.headers.get("User-Agent", "")


def sender() -> str:
    """Where the request came from, as far as the proxies before us can be believed."""
    return request.remote_addr or ""
