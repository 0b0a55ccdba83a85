"""The days of commissions as a calendar that a calendar program fetches by an address with a secret in it."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from kb.actions.commission_rights import asking_of
from kb.domain.account import Account
from kb.domain.commission import OPEN, Commission, due
from kb.domain.errors import NotFound
from kb.domain.permission_commission import Deed, may
from kb.domain.school import Group
from kb.storage import accounts, calendar_keys, commission_visits, commissions, journal
from kb.storage.calendar_keys import Which
from kb.storage.database import Database

_SECRET_BYTES = 32


def begin(db: Database, account: Account) -> str:
    """The secret of a person's calendar, 43 letters; it is told this once, and the one before opens nothing more."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    with db.write():
        calendar_keys.put(db, account.id, token, Which.COMMISSIONS)
        journal.record(
            db, actor=account.id, verb="begin-commissions-calendar", subject=f"account:{account.id}"
        )
    return token


def end(db: Database, account: Account) -> None:
    """Let a person's calendar be opened no more."""
    with db.write():
        calendar_keys.remove(db, account.id, Which.COMMISSIONS)
        journal.record(db, actor=account.id, verb="end-commissions-calendar", subject=f"account:{account.id}")


def has_calendar(db: Database, account_id: int) -> bool:
    """True when a person has a calendar."""
    return calendar_keys.has_one(db, account_id, Which.COMMISSIONS)


def calendar(db: Database, group: Group, token: str, *, home: str) -> bytes:
    """The visits and next steps of the commissions that a person sees whole, as iCalendar (RFC 5545).

    What is confidential stands in it without its title. Raises NotFound for a secret of no one's.

    home  the address of the site, for links
    """
    number = calendar_keys.account_of(db, token, Which.COMMISSIONS)
    account = accounts.find(db, number) if number is not None else None
    if account is None or not account.active:
        raise NotFound(
            "This calendar’s address does not work any more. Make a new one on the page of commissions."
        )
    asking = asking_of(db, group, account)
    feed = Calendar()
    feed.add("prodid", "-//Good practice//Commissions//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Commissions")
    feed.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for commission in commissions.seen_by(db, asking):
        if may(asking, Deed.SEE_WHOLE, commission):
            for event in _events(db, commission, home):
                feed.add_component(event)
    made: bytes = feed.to_ical()
    return made


def _events(db: Database, commission: Commission, home: str) -> list[Event]:
    title = "a confidential commission" if commission.need.confidential else commission.need.title
    found = [
        _event(commission, f"visit-{visit.id}", visit.day, f"Visit: {title}", home)
        for visit in commission_visits.of_commission(db, commission.id)
    ]
    day = due(commission)
    if day and commission.stage in OPEN:
        found.append(_event(commission, commission.stage.value, day, f"Next step: {title}", home))
    return found


def _event(commission: Commission, part: str, day: date, summary: str, home: str) -> Event:
    event = Event()
    event.add("uid", f"commission-{commission.id}-{part}@{urlsplit(home).hostname}")
    event.add("dtstamp", datetime.now(UTC))
    event.add("summary", summary)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("url", f"{home}/commissions/{commission.id}")
    event.add("transp", "TRANSPARENT")
    return event
