"""Refusals and mishaps, told helpfully: a page for people, JSON of one shape for programmes.

Each carries a reference that also stands in the log, so that somebody who asks for help can be helped.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError

from kb.domain.errors import (
    BadRequest,
    ContentInvalid,
    KnowledgeBaseError,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TooLarge,
    Unavailable,
)
from kb.domain.throttle import TooManyTries
from kb.storage.database import DatabaseUnusable

log = structlog.get_logger(__name__)

API = "/api/"
FIRST_ERROR, OUR_FAULT = 400, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one kind of failure is told. ``code`` is for programmes and never changes."""

    code: str
    title: str
    message: str
    picture: str = "signpost"


WORDS: Mapping[int, Words] = {
    400: Words(
        code="bad-request",
        title="We could not understand that",
        message="Something in the address or the form was not as expected. Go back, check it and try again.",
    ),
    401: Words(
        code="sign-in-needed",
        title="Sign in first",
        message="This is only for people who are signed in. Sign in, then open it again.",
    ),
    403: Words(
        code="not-allowed",
        title="You cannot open this page",
        message="It is kept for other people. If you need it for your work, ask the improvement lead.",
    ),
    404: Words(
        code="not-found",
        title="Page not found",
        message="The page may have moved, or the address may have a slip in it. Check the address, or search instead.",
    ),
    405: Words(
        code="method-not-allowed",
        title="This page cannot do that",
        message="The page was asked in a way it does not know. Open it from the start page.",
    ),
    413: Words(
        code="too-large",
        title="That is too large",
        message="What you sent is larger than the site can take in one piece. Send a smaller file, or split the text.",
    ),
    414: Words(
        code="address-too-long",
        title="The address is too long",
        message="Use fewer words or fewer filters and search again.",
    ),
    429: Words(
        code="too-many-requests",
        title="Please wait a moment",
        message="Many requests came from your school in a short time. Wait a minute and load the page again.",
        picture="fog",
    ),
    500: Words(
        code="internal-error",
        title="Sorry, something went wrong",
        message="It is our fault, and it has been noted. Try again in a few minutes.",
        picture="fog",
    ),
    503: Words(
        code="unavailable",
        title="Not available for now",
        message="A part of the site is being put in order. Try again in a few minutes.",
        picture="fog",
    ),
}

STATUS_OF: Mapping[type[KnowledgeBaseError], int] = {
    NotFound: 404,
    SignInNeeded: 401,
    NotAllowed: 403,
    TooManyTries: 429,
    BadRequest: 400,
    TooLarge: 413,
    Unavailable: 503,
    ContentInvalid: 500,
}


def install(app: Flask) -> None:
    """Answer every error of ours and of HTTP in these words."""
    app.register_error_handler(KnowledgeBaseError, _ours)
    app.register_error_handler(HTTPException, _of_http)


def _ours(error: KnowledgeBaseError) -> ResponseReturnValue:
    status = next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)
    # What is wrong with our own files is for the log and the administrator, not for a reader.
    hidden = status == OUR_FAULT or isinstance(error, DatabaseUnusable)
    message = WORDS[status].message if hidden else str(error)
    return _told(status, message, error)


def _of_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or OUR_FAULT
    if status < FIRST_ERROR:
        return error.get_response()
    words = WORDS.get(status) or WORDS[OUR_FAULT if status >= OUR_FAULT else FIRST_ERROR]
    response = _told(status, words.message, error)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def _told(status: int, message: str, error: Exception) -> Response:
    words = WORDS.get(status) or WORDS[OUR_FAULT if status >= OUR_FAULT else FIRST_ERROR]
    if isinstance(error, KnowledgeBaseError) and error.title:
        words = replace(words, title=error.title)
    reference = _reference()
    _note(status, reference, error)
    if request.path.startswith(API):
        body = {"code": words.code, "message": message, "reference": reference}
        response = make_response(jsonify(error=body))
    else:
        response = make_response(_page(words, message, reference, getattr(error, "text_id", None)))
    response.status_code = status
    return response


def _page(words: Words, message: str, reference: str, text_id: int | None) -> str:
    """The page; when it is the layout itself that fails, the bare words."""
    try:
        return render_template(
            "errors/failure.html", words=words, message=message, reference=reference, text_id=text_id
        )
    except Exception:
        log.exception("failure_page_failed", reference=reference)
        title, said = escape(words.title), escape(message)
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
            f"<body><main><h1>{title}</h1><p>{said}</p><p>Reference {reference}</p></main></body></html>"
        )


def _reference() -> str:
    drawn = secrets.token_hex(4).upper()
    return f"{drawn[:4]}-{drawn[4:]}"


def _note(status: int, reference: str, error: Exception) -> None:
    """One line in the log: what, where (without the words somebody searched for) and under which reference."""
    cause = (error.original_exception if isinstance(error, InternalServerError) else None) or error
    unexpected = not isinstance(cause, KnowledgeBaseError | HTTPException)  # only these need the whole story
    facts = {"status": status, "reference": reference, "method": request.method, "path": request.path}
    if status >= OUR_FAULT:
        log.error("request_failed", **facts, error=repr(cause), exc_info=cause if unexpected else None)
    else:
        log.info("request_refused", **facts, error=type(error).__name__)
