"""The address that a new version of an article is to have once it is published."""

from __future__ import annotations

from datetime import datetime

from kb.storage.database import Database


def of_text(db: Database, text_id: int) -> str | None:
    """The address that is wished for; None when the article keeps the one it has."""
    with db.read() as reading:
        row = reading.execute("select slug from wished_addresses where text_id = ?", [text_id]).fetchone()
    return str(row[0]) if row else None


def wish(db: Database, text_id: int, slug: str, *, by: int, now: datetime) -> None:
    """Keep a wish, in place of one before."""
    row = {"text_id": text_id, "slug": slug, "wished_by": by, "wished_at": now.isoformat()}
    with db.write() as writing:
        writing.table("wished_addresses").upsert(row, pk="text_id")


def forget(db: Database, text_id: int) -> None:
    """Let the article keep its address."""
    with db.write() as writing:
        writing.execute("delete from wished_addresses where text_id = ?", [text_id])
