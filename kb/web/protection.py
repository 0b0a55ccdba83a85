"""What browsers are told to refuse: one policy for every answer, with a fresh nonce for our own scripts."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

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
_A_YEAR = 31_536_000


def nonce() -> str:
    """The word that our own scripts carry in this answer, new for each."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def keep_nowhere() -> None:
    """Ask browsers and proxies to store nothing of this answer: for pages about one person."""
    g.keep_nowhere = True


def install(app: Flask) -> None:
    """Give every answer its protecting headers."""
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
