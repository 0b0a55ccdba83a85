# ruff: noqa: S608 - the tables' names are the constants below; every value is a parameter
"""Addresses of calendars: one of each kind for whoever wants one, known by the hash of its secret alone."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum

from kb.storage.database import Database


class Which(StrEnum):
    """The calendars that there are, by the names of their tables."""

    REVIEWS = "calendar_keys"
    COMMISSIONS = "commission_calendars"


def put(db: Database, account_id: int, token: str, which: Which = Which.REVIEWS) -> None:
    """Let a secret open a person's calendar, in place of the one before."""
    row = {
        "account": account_id,
        "token_sha256": _hash(token),
        "made": datetime.now(UTC).isoformat(timespec="minutes"),
    }
    with db.write() as writing:
        writing.table(which.value).upsert(row, pk="account")


def remove(db: Database, account_id: int, which: Which = Which.REVIEWS) -> None:
    """Let a person's calendar be opened no more."""
    with db.write() as writing:
        writing.execute(f"delete from {which.value} where account = ?", [account_id])


def account_of(db: Database, token: str, which: Which = Which.REVIEWS) -> int | None:
    """Whose calendar a secret opens; None for no one's."""
    with db.read() as reading:
        row = reading.execute(
            f"select account from {which.value} where token_sha256 = ?", [_hash(token)]
        ).fetchone()
    return int(row[0]) if row else None


def has_one(db: Database, account_id: int, which: Which = Which.REVIEWS) -> bool:
    """True when a person has a calendar."""
    with db.read() as reading:
        return bool(
            reading.execute(
                f"select exists (select 1 from {which.value} where account = ?)", [account_id]
            ).fetchone()[0]
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
