"""What browsers are told to refuse: one policy for every answer, with a fresh nonce for our own scripts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from kb.domain.errors import BadRequest

View = TypeVar("View", bound=Callable[..., object])

POLICY = (
    "default-src 'none'",
    "script-src 'nonce-{nonce}'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "report-to policy",
)
"""Nothing is allowed but what is named here, and nothing inline."""

SANDBOX = "sandbox; default-src 'none'"
"""The policy for files that people gave us: shown, never run."""

_SAME_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": 'policy="/reports/policy"',
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FROM_ANYWHERE = "taken_from_anywhere"
_TAKES = "takes"
_A_YEAR = 31_536_000


_csrf = CSRFProtect()


class FromAnotherSite(BadRequest):
    """Something was sent here by a page that is not ours."""

    def __init__(self) -> None:
        super().__init__("This was sent from another website. Open the page here and send it again.")


class TokenMissing(BadRequest):
    """A form came without the token that shows that it was opened here, or with an old one."""

    def __init__(self) -> None:
        super().__init__(
            "The page was open for too long. Go back, copy what you wrote, load the page again and send it."
        )


def from_anywhere(view: View) -> View:
    """The view, marked as taking what browsers send by themselves, without a form of ours."""
    setattr(view, _FROM_ANYWHERE, True)
    return view


def takes(largest: int) -> Callable[[View], View]:
    """The view, marked as taking requests of up to so many bytes, more than others may have."""

    def mark(view: View) -> View:
        setattr(view, _TAKES, largest)
        return view

    return mark


def refuse_other_sites() -> None:
    """Refuse what another site's page sends here. Raises FromAnotherSite."""
    if _needs_no_guard():
        return
    if not surely_ours() and (request.headers.get("Sec-Fetch-Site") or request.headers.get("Origin")):
        raise FromAnotherSite


def surely_ours() -> bool:
    """True when the browser itself says that a page of this site has sent this."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site == "same-origin"
    return origin == request.host_url.rstrip("/")


def refuse_without_token() -> None:
    """Refuse a form that was not opened here. Raises TokenMissing."""
    if _needs_no_guard():
        return
    _allow_larger()
    try:
        _csrf.protect()
    except CSRFError as error:
        raise TokenMissing from error


def _allow_larger() -> None:
    """Before the form is read for its token: a page that takes files takes more than others."""
    largest = getattr(current_app.view_functions.get(request.endpoint or ""), _TAKES, None)
    if largest:
        request.max_content_length = request.max_form_memory_size = largest


def _needs_no_guard() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in _SAFE or view is None or hasattr(view, _FROM_ANYWHERE)


def nonce() -> str:
    """The word that our own scripts carry in this answer, new for each."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def keep_nowhere() -> None:
    """Ask browsers and proxies to store nothing of this answer: for pages about one person."""
    g.keep_nowhere = True


def install(app: Flask) -> None:
    """Give every answer its protecting headers, and forms their token."""
    # The token lives as long as the browser's session; when it is asked for stands in kb.web.access.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _csrf.init_app(app)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    for name, value in _SAME_FOR_ALL.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", "; ".join(POLICY).format(nonce=nonce()))
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
    if g.get("keep_nowhere"):
        headers["Cache-Control"] = "no-store"
    else:
        headers.setdefault("Cache-Control", "private, no-cache")
    return response
