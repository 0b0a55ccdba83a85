"""Where browsers tell us what the policy of kb.web.protection made them refuse."""

from __future__ import annotations

import json
import time
from collections import deque
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from kb.domain.errors import BadRequest, TooLarge
from kb.web.access import doorstep
from kb.web.protection import from_anywhere

pages = Blueprint("reports", __name__, url_prefix="/reports")
log = structlog.get_logger(__name__)

LARGEST = 16_384
"""Bytes of one report. Browsers send far less."""

PER_MINUTE = 5
"""Reports noted per minute and worker: one broken page in a school must not fill the disk."""

_noted: deque[float] = deque(maxlen=PER_MINUTE)


@pages.post("/policy")
@doorstep
@from_anywhere
def policy() -> ResponseReturnValue:
    """Note what was refused, without the words that somebody searched for."""
    if (request.content_length or 0) > LARGEST:
        raise TooLarge("Send a report of at most 16 kB.")
    for report in _reports(request.get_data()):
        if _may_note(time.monotonic()):
            log.warning("refused_by_policy", **_told(report))
    return "", 204


def _reports(body: bytes) -> list[dict[str, object]]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("Send the report as JSON.") from error
    listed = sent if isinstance(sent, list) else [sent]
    return [report for report in listed if isinstance(report, dict)]


def _may_note(now: float) -> bool:
    if len(_noted) == PER_MINUTE and now - _noted[0] < 60:  # noqa: PLR2004 (seconds in a minute)
        return False
    _noted.append(now)
    return True


def _told(report: dict[str, object]) -> dict[str, str]:
    body = report.get("body")
    facts = body if isinstance(body, dict) else {}
    return {
        "directive": str(facts.get("effectiveDirective", ""))[:60],
        "blocked": _without_query(facts.get("blockedURL")),
        "page": _without_query(facts.get("documentURL")),
    }


def _without_query(address: object) -> str:
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        return ""
    return f"{parts.netloc}{parts.path}"[:200]
