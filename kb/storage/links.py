"""Links that open something once: an invitation, a new password. Of each only the SHA-256 of its token is kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kb.domain.account import Invited, Role
from kb.storage.database import Database

TOKEN_BYTES = 32
_COLUMNS = "id, purpose, account, email, name, role, schools, made_by, made, expires, used"


class Purpose(StrEnum):
    """What a link opens."""

    INVITE = "invite"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link that was given out.

    account      for a new password: whose
    email        for an invitation: whom it was sent to; None when it was printed on a terminal
    role, schools  for an invitation: what the person will be, and where
    """

    id: int
    purpose: Purpose
    account: int | None
    email: str | None
    name: str
    role: Role | None
    schools: tuple[str, ...]
    made_by: int | None
    made: datetime
    expires: datetime
    used: bool

    def open_at(self, now: datetime) -> bool:
        """True while the link opens something."""
        return not self.used and now < self.expires


def make(
    db: Database,
    purpose: Purpose,
    *,
    now: datetime,
    expires: datetime,
    account: int | None = None,
    invited: Invited | None = None,
    made_by: int | None = None,
) -> tuple[int, str]:
    """A new link: its number and its token. Links of the same purpose to the same person stop working."""
    email = invited.email.lower() if invited and invited.email else None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with db.write() as writing:
        writing.execute(
            "update links set used = ? where used is null and purpose = ? and (account = ? or email = ?)",
            [now.isoformat(), purpose.value, account, email],
        )
        row = {
            "token_sha256": _fingerprint(token),
            "purpose": purpose.value,
            "account": account,
            "email": email,
            "name": invited.name if invited else "",
            "role": invited.role.value if invited else None,
            "schools": json.dumps(invited.schools if invited else ()),
            "made_by": made_by,
            "made": now.isoformat(),
            "expires": expires.isoformat(),
        }
        number = int(str(writing.table("links").insert(row).last_pk))
    return number, token


def find(db: Database, token: str, purpose: Purpose) -> Link | None:
    """The link of a token, whether or not it still opens anything."""
    return next(
        iter(_those(db, "token_sha256 = ? and purpose = ?", [_fingerprint(token), purpose.value])), None
    )


def by_number(db: Database, number: int) -> Link | None:
    """The link with a number."""
    return next(iter(_those(db, "id = ?", [number])), None)


def waiting(db: Database, now: datetime) -> tuple[Link, ...]:
    """Invitations that nobody has used yet, newest first."""
    condition = "purpose = 'invite' and used is null and expires > ?"
    return tuple(_those(db, condition, [now.isoformat()]))


def use(db: Database, number: int, now: datetime) -> bool:
    """Use a link up; False when somebody was quicker or it has expired."""
    sql = "update links set used = ? where id = ? and used is null and expires > ?"
    with db.write() as writing:
        return bool(writing.execute(sql, [now.isoformat(), number, now.isoformat()]).rowcount)


def sweep(db: Database, before: datetime) -> int:
    """Delete links that expired before a moment; return how many."""
    with db.write() as writing:
        return int(writing.execute("delete from links where expires < ?", [before.isoformat()]).rowcount)


def _those(db: Database, condition: str, values: list[object]) -> list[Link]:
    sql = f"select {_COLUMNS} from links where {condition} order by id desc"  # noqa: S608 - constants
    with db.read() as connection:
        return [_link(row) for row in connection.execute(sql, values).fetchall()]


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _link(row: Any) -> Link:
    return Link(
        id=row[0],
        purpose=Purpose(row[1]),
        account=row[2],
        email=row[3],
        name=row[4],
        role=Role(row[5]) if row[5] else None,
        schools=tuple(json.loads(row[6])),
        made_by=row[7],
        made=datetime.fromisoformat(row[8]),
        expires=datetime.fromisoformat(row[9]),
        used=row[10] is not None,
    )
