"""Addresses of calendars: one for each person who wants one, known by the hash of its secret alone."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from kb.storage.database import Database


def put(db: Database, account_id: int, token: str) -> None:
    """Let a secret open a person's calendar, in place of the one before."""
    row = {
        "account": account_id,
        "token_sha256": _hash(token),
        "made": datetime.now(UTC).isoformat(timespec="minutes"),
    }
    with db.write() as writing:
        writing.table("calendar_keys").upsert(row, pk="account")


def remove(db: Database, account_id: int) -> None:
    """Let a person's calendar be opened no more."""
    with db.write() as writing:
        writing.execute("delete from calendar_keys where account = ?", [account_id])


def account_of(db: Database, token: str) -> int | None:
    """Whose calendar a secret opens; None for no one's."""
    with db.read() as reading:
        row = reading.execute(
            "select account from calendar_keys where token_sha256 = ?", [_hash(token)]
        ).fetchone()
    return int(row[0]) if row else None


def has_one(db: Database, account_id: int) -> bool:
    """True when a person has a calendar."""
    with db.read() as reading:
        return bool(
            reading.execute(
                "select exists (select 1 from calendar_keys where account = ?)", [account_id]
            ).fetchone()[0]
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
