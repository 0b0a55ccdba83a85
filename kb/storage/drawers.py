"""Forms that came after a session had ended, kept until the person has signed in again.

What is kept is sealed with the browser's own token, of which the database holds only a hash: nobody but that browser
can read it, and nobody but the person whose session it was gets it back.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import NamedTuple

from kb.storage import sealing
from kb.storage.database import Database

PURPOSE = "drawer"


class Kept(NamedTuple):
    """A form: where it was sent, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(db: Database, kept: Kept, *, account: int | None, expires: datetime) -> str:
    """Keep a form; return the token that opens it."""
    token = secrets.token_urlsafe(32)
    sealed = sealing.seal(json.dumps(kept).encode(), keys=[token], purpose=PURPOSE)
    with db.write() as writing:
        row = {
            "token_sha256": _fingerprint(token),
            "account": account,
            "sealed": sealed,
            "expires": expires.isoformat(),
        }
        writing.table("drawers").insert(row)
    return token


def look(db: Database, token: str, *, account: int, now: datetime) -> Kept | None:
    """What a browser's token opens for this person; None when there is nothing, or it is somebody else's."""
    sql = "select sealed from drawers where token_sha256 = ? and account = ? and expires > ?"
    with db.read() as connection:
        row = connection.execute(sql, [_fingerprint(token), account, now.isoformat()]).fetchone()
    if row is None:
        return None
    path, fields = json.loads(sealing.unseal(row[0], keys=[token], purpose=PURPOSE))
    return Kept(path, tuple((name, value) for name, value in fields))


def empty(db: Database, token: str) -> None:
    """Forget what a token opens."""
    with db.write() as writing:
        writing.execute("delete from drawers where token_sha256 = ?", [_fingerprint(token)])


def sweep(db: Database, now: datetime) -> int:
    """Delete what has expired; return how many."""
    with db.write() as writing:
        return int(writing.execute("delete from drawers where expires <= ?", [now.isoformat()]).rowcount)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
