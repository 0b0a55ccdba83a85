"""Tokens of programmes. Of each only the SHA-256 is kept, so that a copy of the file opens nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from kb.domain.api_token import ApiToken, Scope
from kb.storage.database import Database

_SELECT = "select id, account, name, scopes, made, expires, used, ended from api_tokens where "


def add(db: Database, token: str, of: ApiToken) -> None:
    """Keep a new token; its number is given here."""
    row = {
        "account": of.account_id,
        "name": of.name,
        "scopes": " ".join(sorted(of.scopes)),
        "token_sha256": _hash(token),
        "made": of.made.isoformat(timespec="seconds"),
        "expires": of.expires.isoformat(timespec="seconds"),
    }
    with db.write() as writing:
        writing.table("api_tokens").insert(row)


def find(db: Database, token: str) -> ApiToken | None:
    """Whose token this is, whether or not it still opens anything."""
    with db.read() as reading:
        row = reading.execute(_SELECT + "token_sha256 = ?", [_hash(token)]).fetchone()
    return _token(row) if row else None


def of_account(db: Database, account_id: int) -> tuple[ApiToken, ...]:
    """A person's tokens that have not been ended, newest first."""
    with db.read() as reading:
        rows = reading.execute(
            _SELECT + "account = ? and ended is null order by id desc", [account_id]
        ).fetchall()
    return tuple(_token(row) for row in rows)


def end(db: Database, account_id: int, token_id: int, now: datetime) -> bool:
    """End one of a person's tokens; return whether there was such a one."""
    with db.write() as writing:
        done = writing.execute(
            "update api_tokens set ended = ? where id = ? and account = ? and ended is null",
            [now.isoformat(timespec="seconds"), token_id, account_id],
        )
        return bool(done.rowcount)


def note_use(db: Database, token_id: int, now: datetime) -> None:
    """Remember when a token was last used."""
    with db.write() as writing:
        writing.execute(
            "update api_tokens set used = ? where id = ?", [now.isoformat(timespec="minutes"), token_id]
        )


def _token(row: Any) -> ApiToken:
    number, account, name, scopes, made, expires, used, ended = row
    return ApiToken(
        id=number,
        account_id=account,
        name=name,
        scopes=frozenset(Scope(each) for each in scopes.split()),
        made=datetime.fromisoformat(made),
        expires=datetime.fromisoformat(expires),
        used=datetime.fromisoformat(used) if used else None,
        ended=datetime.fromisoformat(ended) if ended else None,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
