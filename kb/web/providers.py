"""Signing in through a provider: out to it and back again."""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from kb.actions import inviting, joining
from kb.actions.providers import Door, ProviderRefused
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.domain.provider import Identity
from kb.domain.session import Way
from kb.domain.throttle import PROVIDER_FROM_ADDRESS
from kb.storage import accounts, credentials, throttles
from kb.storage.links import Purpose
from kb.web import cookies, signing
from kb.web.access import current, doorstep, inside, requires, signed_in
from kb.web.protection import keep_nowhere
from kb.web.site import site

pages = Blueprint("providers", __name__, url_prefix="/account/with")

NOTE = "provider"
MINUTES_AWAY = 10
log = structlog.get_logger(__name__)


class NobodyKnown(KnowledgeBaseError):
    """A provider's account that nobody here has linked."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nobody here is known by this {name} account. Use the link of your invitation, "
            "or sign in with your password and connect it in ‘Your account’."
        )


@pages.get("/<string(maxlength=31):provider>")
@doorstep
def out(provider: str) -> ResponseReturnValue:
    """To the provider. It is a link and no form: our policy lets forms go to this site alone."""
    door = _door(provider)
    if not cookies.is_safe():
        raise cookies.NotSafeHere
    linking = session.get("linking") == provider and current() is not None
    address, notes = door.begin(_back(provider))
    session[NOTE] = {
        **notes,
        "provider": provider,
        "at": int(time.time()),
        "next": inside(request.args.get("next", "/")),
        "join": request.args.get("join", "")[:64],
        "link": signed_in().id if linking else 0,
    }
    keep_nowhere()
    return redirect(address, 302)


@pages.get("/<string(maxlength=31):provider>/back")
@doorstep
def back(provider: str) -> ResponseReturnValue:
    """Back from the provider, with a code that shows who it is."""
    door, notes = _door(provider), session.pop(NOTE, None) or {}
    keep_nowhere()
    if not notes or notes.get("provider") != provider or time.time() - notes["at"] > MINUTES_AWAY * 60:
        return _sorry(ProviderRefused("nobody has set out from here"))
    try:
        throttles.take(site().database, [(PROVIDER_FROM_ADDRESS, signing.sender())])
        identity = door.finish(_back(provider), notes, request.args)
        return _link(identity, notes, door) if notes["link"] else _enter(identity, notes, door)
    except ProviderRefused as error:
        log.warning("provider_refused", provider=provider, why=error.why)
        return _sorry(error)
    except KnowledgeBaseError as error:
        return _sorry(error)


@pages.post("/<string(maxlength=31):provider>/connect")
@requires(Verb.SIGN_OUT)
def connect(provider: str) -> ResponseReturnValue:
    """Connect one's account with a provider's; only from a form of ours, so that nobody else can begin it."""
    door = _door(provider)
    session["linking"] = provider
    return render_template("accounts/connect.html", provider=door.provider)


@pages.post("/<string(maxlength=31):provider>/disconnect")
@requires(Verb.SIGN_OUT)
def disconnect(provider: str) -> ResponseReturnValue:
    """Forget a provider's name for somebody who can still come in with a password."""
    joining.disconnect(site().database, signed_in(), _door(provider).provider)
    flash(f"Your {_door(provider).provider.name} account is no longer connected.")
    return redirect("/account/", 303)


def _enter(identity: Identity, notes: dict[str, Any], door: Door) -> ResponseReturnValue:
    db = site().database
    known = credentials.known_as(db, identity.issuer, identity.subject)
    account = accounts.find(db, known) if known else None
    if account is None and notes["join"]:
        invitation = inviting.opened(db, notes["join"], Purpose.INVITE)
        account = inviting.accept(
            db,
            invitation,
            name=invitation.name or invitation.email or "",
            email="",
            identity=(identity.issuer, identity.subject),
        )
    if account is None or not account.active:
        raise NobodyKnown(door.provider.name)
    token = joining.sign_in(db, account, way=Way.PROVIDER, browser=signing.browser())
    return signing.begin(token, notes["next"])


def _link(identity: Identity, notes: dict[str, Any], door: Door) -> ResponseReturnValue:
    account = signed_in()
    session.pop("linking", None)
    if account.id != notes["link"]:
        raise ProviderRefused("somebody else has signed in meanwhile")
    joining.connect(site().database, account, identity)
    flash(f"Your {door.provider.name} account is connected. You can sign in with it.")
    return redirect("/account/", 303)


def _door(name: str) -> Door:
    door = site().doors.get(name)
    if door is None:
        raise NotFound("There is no such way to sign in. Choose one on the page ‘Sign in’.")
    return door


def _back(provider: str) -> str:
    return f"{request.host_url}account/with/{provider}/back"


def _sorry(error: KnowledgeBaseError) -> ResponseReturnValue:
    return render_template("accounts/not_signed_in.html", message=str(error)), 403
