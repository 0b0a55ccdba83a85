"""Who is signed in where. Of a browser's token only the SHA-256 is kept, so that a copy of the file opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from kb.domain.session import Session, Way
from kb.storage.database import Database

TOKEN_BYTES = 32
LONGEST_BROWSER = 200
_COLUMNS = "id, account, way, browser, opened, used, ended is not null"


def begin(db: Database, account_id: int, *, way: Way, browser: str, now: datetime) -> str:
    """Sign a browser in; return the token that only the browser keeps, 256 random bits."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with db.write() as writing:
        row = {
            "token_sha256": _fingerprint(token),
            "account": account_id,
            "way": way.value,
            "browser": browser[:LONGEST_BROWSER],
            "opened": now.isoformat(timespec="seconds"),
            "used": now.isoformat(timespec="seconds"),
        }
        writing.table("sessions").insert(row)
    return token


def find(db: Database, token: str) -> Session | None:
    """The session of a token, whether or not it still counts: ask ``kb.domain.session.alive``."""
    sql = f"select {_COLUMNS} from sessions where token_sha256 = ?"  # noqa: S608 - a constant
    with db.read() as connection:
        row = connection.execute(sql, [_fingerprint(token)]).fetchone()
    return _session(row) if row else None


def of_account(db: Database, account_id: int) -> tuple[Session, ...]:
    """A person's sessions that have not been ended, last used first."""
    sql = f"select {_COLUMNS} from sessions where account = ? and ended is null order by used desc, id desc"  # noqa: S608
    with db.read() as connection:
        return tuple(_session(row) for row in connection.execute(sql, [account_id]).fetchall())


def note_use(db: Database, session_id: int, now: datetime) -> None:
    """Remember when a session was last used."""
    with db.write() as writing:
        writing.execute(
            "update sessions set used = ? where id = ?", [now.isoformat(timespec="seconds"), session_id]
        )


def end(db: Database, account_id: int, ids: Iterable[int] | None = None) -> int:
    """Sign a person out, of these sessions or everywhere; return how many ended.

    What has ended is remembered for some days, so that a text that is sent too late finds its writer again.
    """
    sql = "update sessions set ended = ? where account = ? and ended is null and (? is null or id = ?)"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with db.write() as writing:
        return sum(
            int(writing.execute(sql, [now, account_id, each, each]).rowcount)
            for each in ([None] if ids is None else ids)
        )


def sweep(db: Database, before: datetime) -> int:
    """Delete every session last used before a moment; return how many."""
    with db.write() as writing:
        return int(
            writing.execute(
                "delete from sessions where used < ?", [before.isoformat(timespec="seconds")]
            ).rowcount
        )


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _session(row: Any) -> Session:
    number, account, way, browser, opened, used, ended = row
    return Session(
        id=number,
        account_id=account,
        way=Way(way),
        browser=browser,
        opened=datetime.fromisoformat(opened),
        used=datetime.fromisoformat(used),
        ended=bool(ended),
    )
