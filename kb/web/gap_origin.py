"""The need that a form was opened from: carried through it, so that the need's page can tell what became of it."""

from __future__ import annotations

from flask import request

from kb.actions import gap_gathering
from kb.domain.permission import Verb, may
from kb.web.access import current, signed_in
from kb.web.site import site

_DIGITS = 9


def gap_asked() -> int | None:
    """The number of the need in the address or the form, for somebody who may see needs."""
    typed = request.values.get("gap", "")
    good = typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS
    return int(typed) if good and may(current(), Verb.SEE_INSIGHTS) else None


def followed_by(kind: str, number: int) -> None:
    """Note that an ask or a text was begun from the need that the form names."""
    gap = gap_asked()
    if gap is not None:
        gap_gathering.follow(site().database, signed_in(), gap, kind, number)
