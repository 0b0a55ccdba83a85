"""The two cookies: the token of who is signed in, and the signed notes of forms.

Over https their names begin with ``__Host-``: a browser takes such a cookie from this very host alone. Over plain http
it would not take it at all (Chromium: only with Secure on a loopback address; Safari: never), so on a machine's own
address, where the demo runs, they have other names, which are never believed over https.
"""

from __future__ import annotations

import ipaddress
from typing import cast

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.wrappers import Response

from kb.domain.errors import BadRequest

TOKEN, NOTES, DRAWER = "kb", "kb-form", "kb-kept"
_SAFE_PREFIX = "__Host-"


class NotSafeHere(BadRequest):
    """Signing in over plain http would show the password to everybody between."""

    def __init__(self) -> None:
        super().__init__(
            "Signing in needs an address that begins with https://. Ask your administrator for it."
        )


class Notes(SecureCookieSessionInterface):
    """Flask's signed cookie under the name that fits how it travels."""

    def get_cookie_name(self, app: Flask) -> str:
        """The name for this request."""
        del app
        return named(NOTES)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Over https only, where that is what people use."""
        del app
        return request.is_secure

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The notes of this browser."""
        return super().open_session(app, request)


def named(name: str) -> str:
    """The cookie's name for how this request travels."""
    return f"{_SAFE_PREFIX}{name}" if request.is_secure else name


def token() -> str:
    """The token that the browser sent; empty for none, and wherever it would not be safe."""
    return request.cookies.get(named(TOKEN), "") if is_safe() else ""


def keep_token(response: Response, value: str) -> None:
    """Ask the browser to keep a token until it is closed. Raises NotSafeHere."""
    if not is_safe():
        raise NotSafeHere
    response.set_cookie(
        named(TOKEN), value, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def forget_token(response: Response) -> None:
    """Ask the browser to forget the token."""
    response.delete_cookie(named(TOKEN), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def drawer() -> str:
    """The token of the form that is kept for this browser; empty for none."""
    return request.cookies.get(named(DRAWER), "") if is_safe() else ""


def keep_drawer(response: Response, value: str, *, seconds: int) -> None:
    """Ask the browser to keep the token of a form that is kept for it."""
    response.set_cookie(
        named(DRAWER),
        value,
        max_age=seconds,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget_drawer(response: Response) -> None:
    """Ask the browser to forget that token."""
    response.delete_cookie(named(DRAWER), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def is_safe() -> bool:
    """True when nobody between can read what is sent: https, or a browser on this machine."""
    return request.is_secure or is_loopback(request.host)


def is_loopback(host: str) -> bool:
    """True for this machine's own address, with or without a port."""
    before, _, after = host.rpartition(":")
    has_port = after.isdecimal() and (":" not in before or before.endswith("]"))
    name = (before if has_port else host).strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def install(app: Flask) -> None:
    """Keep the notes of forms in our way."""
    app.session_interface = cast("SecureCookieSessionInterface", Notes())
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_PATH="/")
