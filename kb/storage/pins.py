"""What the improvement lead shows before the results of a search, for which words, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kb.domain.pin import Pin, PinKind
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "id, kind, target, reason, words"


def add(
    db: Database, kind: PinKind, target: str, *, reason: str, words: Sequence[str], by: int, now: datetime
) -> int:
    """Keep a pin and give its number."""
    row = {
        "kind": kind.value,
        "target": target,
        "reason": reason,
        "words": json.dumps(list(words), ensure_ascii=False),
        "made_by": by,
        "made_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "pins", row)


def change(db: Database, number: int, *, reason: str, words: Sequence[str]) -> bool:
    """Say other words or another reason; False when the pin is gone."""
    with db.write() as writing:
        done = writing.execute(
            "update pins set reason = ?, words = ? where id = ?",
            [reason, json.dumps(list(words), ensure_ascii=False), number],
        )
        return done.rowcount == 1


def remove(db: Database, number: int) -> None:
    """Let a pin be no more; one that is gone already is no error."""
    with db.write() as writing:
        writing.execute("delete from pins where id = ?", [number])


def every(db: Database) -> tuple[Pin, ...]:
    """Every pin, in the order in which they were made."""
    sql = f"select {_COLUMNS} from pins order by id"  # noqa: S608 - constants
    with db.read() as reading:
        return tuple(_pin(row) for row in reading.execute(sql).fetchall())


def _pin(row: Any) -> Pin:
    number, kind, target, reason, words = row
    return Pin(id=number, kind=PinKind(kind), target=target, reason=reason, words=tuple(json.loads(words)))
