"""Passwords as hashes, second factors sealed, and who is known to which provider."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kb.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How a person signs in.

    password    its Argon2 hash; None without a password of ours
    totp        the sealed secret of the second factor; it counts once ``confirmed``
    last_step   the last step of 30 seconds whose code was taken
    """

    password: str | None = None
    totp: bytes | None = None
    confirmed: bool = False
    last_step: int = 0


def of_account(db: Database, account_id: int) -> Credentials:
    """A person's credentials; empty ones for who has none."""
    sql = "select password, totp, totp_confirmed is not null, totp_step from credentials where account = ?"
    with db.read() as connection:
        row = connection.execute(sql, [account_id]).fetchone()
    if row is None:
        return Credentials()
    return Credentials(password=row[0], totp=row[1], confirmed=bool(row[2]), last_step=row[3])


def set_password(db: Database, account_id: int, digest: str, now: datetime) -> None:
    """Keep the hash of a new password."""
    _set(db, account_id, "password = :password, password_set = :at", password=digest, at=now.isoformat())


def set_second_factor(db: Database, account_id: int, sealed: bytes | None) -> None:
    """Keep a new second factor that is not confirmed yet; None takes it away, with its recovery codes."""
    _set(db, account_id, "totp = :totp, totp_confirmed = null, totp_step = 0", totp=sealed)
    with db.write() as writing:
        writing.execute("delete from recovery_codes where account = ?", [account_id])


def confirm_second_factor(db: Database, account_id: int, codes: Iterable[str], now: datetime) -> None:
    """From now on the second factor counts; these recovery codes stand in for it, each once."""
    with db.write():
        _set(db, account_id, "totp_confirmed = :at", at=now.isoformat())
        set_recovery_codes(db, account_id, codes)


def set_recovery_codes(db: Database, account_id: int, codes: Iterable[str]) -> None:
    """Let these recovery codes count, each once, and no others."""
    with db.write() as writing:
        writing.execute("delete from recovery_codes where account = ?", [account_id])
        for code in codes:
            writing.execute("insert into recovery_codes values (?, ?)", [account_id, _fingerprint(code)])


def take_step(db: Database, account_id: int, step: int) -> bool:
    """Use up the code of a step; False when it, or a later one, was used already."""
    sql = "update credentials set totp_step = ? where account = ? and totp_step < ?"
    with db.write() as writing:
        return bool(writing.execute(sql, [step, account_id, step]).rowcount)


def take_recovery_code(db: Database, account_id: int, code: str) -> bool:
    """Use up a recovery code; False when there is no such code."""
    sql = "delete from recovery_codes where account = ? and code_sha256 = ?"
    with db.write() as writing:
        return bool(writing.execute(sql, [account_id, _fingerprint(code)]).rowcount)


def recovery_codes_left(db: Database, account_id: int) -> int:
    """How many recovery codes a person has left."""
    with db.read() as connection:
        sql = "select count(*) from recovery_codes where account = ?"
        return int(connection.execute(sql, [account_id]).fetchone()[0])


def known_as(db: Database, issuer: str, subject: str) -> int | None:
    """The account of somebody whom a provider knows; by its own name for them, never by their e-mail address."""
    with db.read() as connection:
        sql = "select account from identities where issuer = ? and subject = ?"
        row = connection.execute(sql, [issuer, subject]).fetchone()
    return int(row[0]) if row else None


def link(db: Database, account_id: int, *, issuer: str, subject: str, now: datetime) -> None:
    """Remember how a provider names a person."""
    with db.write() as writing:
        writing.execute(
            "insert into identities values (?, ?, ?, ?)", [issuer, subject, account_id, now.isoformat()]
        )


def unlink(db: Database, account_id: int, issuer: str) -> int:
    """Forget a provider's name for a person; return how many were forgotten."""
    with db.write() as writing:
        sql = "delete from identities where account = ? and issuer = ?"
        return int(writing.execute(sql, [account_id, issuer]).rowcount)


def issuers_of(db: Database, account_id: int) -> tuple[str, ...]:
    """The providers through which a person signs in."""
    with db.read() as connection:
        sql = "select distinct issuer from identities where account = ? order by issuer"
        return tuple(row[0] for row in connection.execute(sql, [account_id]))


def _set(db: Database, account_id: int, changes: str, **values: object) -> None:
    with db.write() as writing:
        writing.execute("insert or ignore into credentials (account) values (?)", [account_id])
        sql = f"update credentials set {changes} where account = :account"  # noqa: S608 - constants of this module
        writing.execute(sql, {"account": account_id, **values})


def _fingerprint(code: str) -> bytes:
    return hashlib.sha256(code.replace("-", "").lower().encode()).digest()
