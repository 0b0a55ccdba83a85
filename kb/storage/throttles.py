"""Tries, counted in the database so that all processes count together. Only hashes of people and addresses are kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable

from kb.domain.throttle import DAY, Limit, TooManyTries
from kb.storage.database import Database

_KEPT = DAY


def take(db: Database, limits: Iterable[tuple[Limit, str]]) -> None:
    """Count one try of each subject, or none when one of them has had enough. Raises TooManyTries.

    A clock that was turned back does not lock anybody out: tries from the future do not count.
    """
    wanted = [(limit, _fingerprint(limit.kind, subject)) for limit, subject in limits]
    with db.write() as writing:
        now = (
            time.time()
        )  # here, where nobody else writes: earlier, tries of others would seem to come from the future
        for limit, subject in wanted:
            first, count = writing.execute(
                "select min(at), count(*) from tries "
                "where kind = ? and subject_sha256 = ? and at > ? and at <= ?",
                [limit.kind, subject, now - limit.within, now],
            ).fetchone()
            if count >= limit.most:
                raise TooManyTries(int(first + limit.within - now) + 1)
        for kind, subject in {(limit.kind, subject) for limit, subject in wanted}:
            writing.execute("insert into tries values (?, ?, ?)", [kind, subject, now])
        writing.execute("delete from tries where at < ?", [now - _KEPT])


def sweep(db: Database) -> int:
    """Delete tries that count for nothing any more; return how many."""
    with db.write() as writing:
        return int(writing.execute("delete from tries where at < ?", [time.time() - _KEPT]).rowcount)


def _fingerprint(kind: str, subject: str) -> bytes:
    return hashlib.sha256(f"{kind}:{subject}".encode()).digest()
