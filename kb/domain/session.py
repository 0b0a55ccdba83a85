"""Sessions: a browser in which somebody is signed in, and how long that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kb.domain.account import Role


class Way(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    PROVIDER = "provider"
    DEMO = "demo"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which a person is signed in.

    browser         what the browser says of itself
    opened, used    aware, UTC; used is exact to about a minute
    ended           the person has signed out, or was signed out
    """

    id: int
    account_id: int
    way: Way
    browser: str
    opened: datetime
    used: datetime
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session counts: without a page opened, and in all."""

    idle: timedelta
    whole: timedelta


LONG = Limits(idle=timedelta(hours=8), whole=timedelta(days=7))
SHORT = Limits(idle=timedelta(minutes=30), whole=timedelta(hours=12))
"""Administrators change what others may do. Source: GOV.UK Notify (30 minutes), PyPI (12 hours)."""


def limits(role: Role) -> Limits:
    """How long sessions of this role count."""
    return SHORT if role is Role.ADMINISTRATOR else LONG


def alive(session: Session, role: Role, now: datetime) -> bool:
    """True while a session counts. One that seems to begin in the future does not: a clock was turned back."""
    allowed, skew = limits(role), timedelta(minutes=2)
    return (
        not session.ended
        and now - session.used < allowed.idle
        and now - session.opened < allowed.whole
        and session.opened - now < skew
    )
