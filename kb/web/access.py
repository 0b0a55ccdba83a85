"""Who is asking, and who may open a page. A page without a mark opens for nobody.

@doorstep                open to everybody, always: the sign-in, what must be reachable before it
@public                  open to everybody, or in the site mode ‘trust’ to everybody who is signed in
@requires(Verb.REVIEW)   open to those who may do this by kb.domain.permission
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from kb.domain.account import Account, SiteMode, readable
from kb.domain.errors import KnowledgeBaseError, NotAllowed, NotFound, SignInNeeded, Unavailable
from kb.domain.permission import Standing, Verb, may
from kb.domain.search import Reader
from kb.domain.session import Session, alive
from kb.domain.throttle import KEPT_FROM_ADDRESS
from kb.storage import accounts, drawers, sessions, throttles
from kb.web import bearer, cookies, protection
from kb.web.site import site

View = TypeVar("View", bound=Callable[..., object])

SIGN_IN = "/account/sign-in"
KEPT = timedelta(hours=1)
"""How long a form waits for its writer to sign in again."""

NOTE_EVERY = timedelta(minutes=1)
"""How exact it is known when a session was last used."""

_MARK = "opened_to"
_EVERYBODY, _READERS = "everybody", "readers"
_ASKS_NOBODY = frozenset({"static_files", "health"})
_NEXT_LONGEST = 2000

_log = logging.getLogger(__name__)


class Unmarked(RuntimeError):
    """A page does not say who may open it."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"Mark the view {endpoint} with @public, or say which permission it needs.")


def doorstep(view: View) -> View:
    """The view, marked as open to everybody whatever the site mode."""
    setattr(view, _MARK, _EVERYBODY)
    return view


def public(view: View) -> View:
    """The view, marked as open to everybody who may read."""
    setattr(view, _MARK, _READERS)
    return view


def requires(verb: Verb) -> Callable[[View], View]:
    """The view, marked as open to people who may do this somewhere; about one text the view asks ``insist``."""

    def mark(view: View) -> View:
        setattr(view, _MARK, verb)
        return view

    return mark


def marked(view: object) -> bool:
    """True when a view says who may open it."""
    return hasattr(view, _MARK)


def opened_to(view: object) -> Verb | str:
    """What a view needs: a verb, ‘readers’ or ‘everybody’."""
    mark: Verb | str = getattr(view, _MARK)
    return mark


def current() -> Account | None:
    """Who is signed in in this request."""
    account: Account | None = g.get("account")
    return account


def signed_in() -> Account:
    """Who is signed in, on pages that need it. Raises SignInNeeded."""
    account = current()
    if account is None:
        raise SignInNeeded
    return account


def current_session() -> Session:
    """The session of this request. Raises SignInNeeded."""
    session: Session | None = g.get("session")
    if session is None:
        raise SignInNeeded
    return session


def insist(verb: Verb, text: Standing) -> None:
    """Go on only when the person may do this with this text. Raises NotFound: what is not theirs does not exist."""
    if not may(current(), verb, text):
        raise NotFound("There is no such text, or it is not yours to open. Look at your list of articles.")


def reader() -> Reader:
    """Whose articles are shown in this request."""
    here = site()
    return Reader(visibilities=readable(current(), here.library.group, here.settings.site_mode))


def sign_in_address() -> str:
    """The way to the sign-in and back to what is shown now."""
    back = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/"
    if request.path == SIGN_IN or back == "/":
        return SIGN_IN
    return f"{SIGN_IN}?{urlencode({'next': back})}"


def inside(address: str) -> str:
    """An address of this site to go on to; the start page for any other."""
    plain = (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and address.isprintable()
        and "\\" not in address
        and len(address) <= _NEXT_LONGEST
    )
    return address if plain else "/"


def install(app: Flask) -> None:
    """Find out who asks, and refuse what is not theirs. Every page needs a mark, so that a forgotten one is noticed."""
    app.before_request(_who_asks)
    app.before_request(protection.refuse_other_sites)
    app.before_request(_let_in)
    app.before_request(_refuse_without_token)


def _who_asks() -> None:
    g.account = g.session = None
    if request.blueprint in _ASKS_NOBODY:
        return
    shown = bearer.shown()
    if shown is not None:
        g.account = bearer.owner(site().database, shown)
        protection.keep_nowhere()
        return
    token = cookies.token()
    if not token:
        return
    db, now = site().database, datetime.now(UTC)
    session = sessions.find(db, token)
    account = accounts.find(db, session.account_id) if session else None
    if session is None or account is None or not account.active or not alive(session, account.role, now):
        g.was = account.id if account else None
        return
    g.account, g.session = account, session
    protection.keep_nowhere()
    if now - session.used >= NOTE_EVERY:
        _note_use(session, account, now)


def _note_use(session: Session, account: Account, now: datetime) -> None:
    db = site().database
    try:
        with db.write():
            sessions.note_use(db, session.id, now)
            accounts.note_use(db, account.id, now)
    except Unavailable as error:  # a full disk must not keep anybody from reading
        _log.warning("the use of a session is not noted: %s", error)


def _let_in() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if (
        endpoint is None or request.method == "OPTIONS"
    ):  # what an address takes is no secret, and no view is asked
        return None
    view = current_app.view_functions[endpoint]
    if not marked(view):
        raise Unmarked(endpoint)
    needed, account = opened_to(view), current()
    if needed == _EVERYBODY:
        return None
    if not isinstance(needed, Verb):
        closed = account is None and site().settings.site_mode is SiteMode.TRUST
        return _to_sign_in() if closed else None
    if account is None:
        return _to_sign_in()
    if not may(account, needed):
        raise _refusal()
    return None


def _refusal() -> KnowledgeBaseError:
    """An area of the site is no secret; a single thing in it is."""
    return NotFound("There is nothing here.") if request.view_args else NotAllowed()


def _to_sign_in() -> ResponseReturnValue:
    """To the sign-in and back again. Raises SignInNeeded for programmes and scripts, which cannot follow."""
    if _cannot_follow():
        raise SignInNeeded
    was = g.get("was")
    if request.method == "POST" and was is not None and protection.surely_ours():
        return _kept(was)
    return redirect(sign_in_address(), 303)


def _cannot_follow() -> bool:
    """True for programmes and for what the script of a page sends."""
    return request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Dest", "") == "empty"


def _refuse_without_token() -> ResponseReturnValue | None:
    """Forms need their token. One that was opened before the person signed in anew is kept, and offered again."""
    try:
        protection.refuse_without_token()
    except protection.TokenMissing:
        account = current()
        if (
            account is None
            or _cannot_follow()
            or not protection.surely_ours()
            or not request.form.get("csrf_token")
        ):
            raise
        return _kept(account.id)
    return None


def _kept(account_id: int) -> ResponseReturnValue:
    """Keep what was sent for this person, and lead to where it is offered again."""
    db, fields = site().database, tuple(request.form.items(multi=True))
    throttles.take(db, [(KEPT_FROM_ADDRESS, request.remote_addr or "")])
    expires = datetime.now(UTC) + KEPT
    with db.write():
        drawers.sweep(db, datetime.now(UTC))
        token = drawers.keep(
            db, drawers.Kept(request.full_path.rstrip("?"), fields), account=account_id, expires=expires
        )
    response = redirect("/account/kept", 303)
    cookies.keep_drawer(response, token, seconds=int(KEPT.total_seconds()))
    return response
