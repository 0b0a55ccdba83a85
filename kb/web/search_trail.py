"""From a page of results to the article that is opened: counted without people, cookies or script.

The links on a page of results end in ``?from=TOKEN-RANK``. The token is random, belongs to that one page and is worth
nothing after half an hour; an address that somebody keeps or sends on works all the same, and counts nothing.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from flask import request

from kb.actions.search_logging import looked
from kb.domain.search import Answer
from kb.domain.search_log import Click, View
from kb.web.cards import Card
from kb.web.site import site

NAME = "from"
FURTHER = 0
"""The rank of an article that is shown as further away."""

_TRAIL = re.compile(r"(?P<token>[\w-]{12})-(?P<rank>\d{1,4})", re.ASCII)
_MACHINES = re.compile(
    r"bot\b|bots\b|crawl|spider|slurp|archiver|monitor|uptime|health|probe|preview|curl|wget|python-|libwww|java/|go-http"
    r"|okhttp|lighthouse",
    re.IGNORECASE,
)


def begun(answer: Answer) -> str:
    """Note a search, and give what its links carry; empty when it is not counted."""
    if _is_machine():
        return ""
    token = secrets.token_urlsafe(9)
    event = looked(answer, token=token, at=datetime.now(UTC))
    if event is None:
        return ""
    site().notes.note(event)
    return token


def marked(cards: Iterable[Card], token: str, *, first: int = 1) -> tuple[Card, ...]:
    """The cards with links that say where they stood. ``first`` 0: none of them has a rank."""
    if not token:
        return tuple(cards)
    ranks = itertools.count(first) if first else itertools.repeat(FURTHER)
    return tuple(
        replace(card, trail=f"?{NAME}={token}-{rank}") for card, rank in zip(cards, ranks, strict=False)
    )


def opened(slug: str) -> None:
    """Note that an article was opened, and from which place of a page of results."""
    if _is_machine():
        return
    now, notes = datetime.now(UTC), site().notes
    notes.note(View(slug=slug, at=now))
    trail = _TRAIL.fullmatch(request.args.get(NAME, "")[:20])
    if trail:
        notes.note(Click(token=trail["token"], slug=slug, rank=int(trail["rank"]), at=now))


def _is_machine() -> bool:
    """True for what reads without a reader: crawlers, watchers, and browsers that fetch ahead."""
    headers = request.headers
    ahead = "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", ""))
    return request.method != "GET" or ahead or bool(_MACHINES.search(headers.get("User-Agent", "")))
