"""Warnings of a text that somebody has looked at: remembered for the piece they are about, wherever it stands in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kb.storage.database import Database


def of_text(db: Database, text_id: int) -> frozenset[str]:
    """The keys of what was looked at in a text."""
    with db.read() as reading:
        rows = reading.execute("select key from dismissals where text_id = ?", [text_id]).fetchall()
    return frozenset(key for (key,) in rows)


def add(db: Database, text_id: int, keys: Collection[str], *, by: int, now: datetime) -> None:
    """Note that somebody has looked at these; a second time changes nothing."""
    with db.write() as writing:
        for key in keys:
            writing.execute(
                "insert or ignore into dismissals values (?, ?, ?, ?)", [text_id, key, by, now.isoformat()]
            )


def take_back(db: Database, text_id: int, keys: Collection[str]) -> None:
    """Warn of these again."""
    with db.write() as writing:
        for key in keys:
            writing.execute("delete from dismissals where text_id = ? and key = ?", [text_id, key])
