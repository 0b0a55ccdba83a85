"""Letters on their way: written in the transaction of what they tell about, emptied of their content when sent.

A letter is ``sending`` only while the mail server has its text and has not answered yet. Whoever finds one in that
state cannot know whether it went out, so it is never sent again without a person's word.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from kb.storage.database import Database

_COLUMNS = "id, kind, account, address, content, state, created, changed"
_KEPT = 90 * 86_400
"""Seconds for which it can be seen that a letter was sent."""


class LetterState(StrEnum):
    """Where a letter is on its way."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person.

    account  whom it is for; the address is looked up when it is sent. None when it goes to a bare address
    content  what its template says; empty once it is sent, since a link in it may open an account
    """

    id: int
    kind: str
    account: int | None
    address: str | None
    content: Mapping[str, Any]
    state: LetterState
    created: datetime
    changed: datetime


def add(
    db: Database,
    kind: str,
    *,
    account: int | None,
    address: str | None,
    content: Mapping[str, Any],
    key: str | None,
) -> int | None:
    """Note a letter and give its number; None when there was one of that key already."""
    row = {
        "kind": kind,
        "account": account,
        "address": address,
        "content": json.dumps(content, ensure_ascii=False),
        "key": key,
        "now": time.time(),
    }
    with db.write() as writing:
        added = writing.execute(
            "insert into letters(kind, account, address, content, key, created, changed) "
            "values (:kind, :account, :address, :content, :key, :now, :now) "
            "on conflict (key) do nothing returning id",
            row,
        ).fetchone()
    return int(added[0]) if added else None


def find(db: Database, letter_id: int) -> Letter | None:
    """A letter by its number."""
    with db.read() as reading:
        row = reading.execute(f"select {_COLUMNS} from letters where id = :id", {"id": letter_id}).fetchone()  # noqa: S608 - constants
    return _letter(row) if row else None


def listed(db: Database, limit: int = 100) -> tuple[Letter, ...]:
    """The letters that changed last, newest first."""
    sql = f"select {_COLUMNS} from letters order by changed desc, id desc limit :limit"  # noqa: S608 - constants
    with db.read() as reading:
        return tuple(_letter(row) for row in reading.execute(sql, {"limit": limit}).fetchall())


def move(db: Database, letter_id: int, state: LetterState) -> None:
    """Note where a letter is now; what is sent or dropped loses its content."""
    over = state in (LetterState.SENT, LetterState.DROPPED)
    with db.write() as writing:
        writing.execute(
            "update letters set state = :state, changed = :now, "
            "content = case when :over then '{}' else content end where id = :id",
            {"id": letter_id, "state": state.value, "over": over, "now": time.time()},
        )


def forget_old(db: Database) -> None:
    """Forget that letters were sent long ago."""
    with db.write() as writing:
        writing.execute(
            "delete from letters where state in ('sent', 'dropped') and changed < :then",
            {"then": time.time() - _KEPT},
        )


def _letter(row: Any) -> Letter:
    number, kind, account, address, content, state, created, changed = row
    return Letter(
        id=number,
        kind=kind,
        account=account,
        address=address,
        content=json.loads(content),
        state=LetterState(state),
        created=datetime.fromtimestamp(created, tz=UTC),
        changed=datetime.fromtimestamp(changed, tz=UTC),
    )
