"""Who did what when: only ever added to, each line chained to the one before by a hash.

A line names people by the number of their account, never by name or address, so that erasing a person leaves the
chain whole. Reasons in people's own words are kept apart for the same reason.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kb.storage.database import Database

FIRST = "0" * 64
"""What the first line is chained to."""

_COLUMNS = (
    "id, at, actor, verb, subject, school, detail, reason_sha256, previous_sha256, sha256, "
    "coalesce(salt, ''), coalesce(reason, '')"
)
_JOINED = "journal left join journal_reasons on entry = id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line.

    actor    id of the account that did it; None for the machine or somebody not signed in
    subject  what it was done to, such as text:12
    reason   in the actor's words; empty when none was given, or once it was erased
    """

    id: int
    at: datetime
    actor: int | None
    verb: str
    subject: str
    school: str
    detail: Mapping[str, Any]
    reason: str


def record(
    db: Database,
    *,
    actor: int | None,
    verb: str,
    subject: str,
    school: str = "",
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add a line within the caller's transaction; return its number.

    detail  plain facts (numbers, ids, states); never a name, an address or a person's words
    """
    salt = secrets.token_hex(16) if reason else ""
    with db.write() as writing:
        last = writing.execute("select id, sha256 from journal order by id desc limit 1").fetchone()
        number = int(last[0]) + 1 if last else 1
        row = {
            "id": number,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "actor": actor,
            "verb": verb,
            "subject": subject,
            "school": school,
            "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
            "reason_sha256": _of_reason(salt, reason),
            "previous_sha256": last[1] if last else FIRST,
        }
        writing.table("journal").insert(row | {"sha256": _of_line(row)})
        if reason:
            writing.table("journal_reasons").insert({"entry": number, "salt": salt, "reason": reason})
    return number


def entries(
    db: Database,
    *,
    actor: int | None = None,
    verb: str = "",
    subject: str = "",
    school: str = "",
    before: int | None = None,
    limit: int = 100,
) -> tuple[Entry, ...]:
    """The newest lines first, narrowed to an actor, a verb, a subject or a school; ``before`` turns the page."""
    sql = (
        f"select {_COLUMNS} from {_JOINED} where (:actor is null or actor = :actor) "  # noqa: S608 - constants
        "and (:verb = '' or verb = :verb) and (:subject = '' or subject = :subject) "
        "and (:school = '' or school = :school) and (:before is null or id < :before) "
        "order by id desc limit :limit"
    )
    wanted = {
        "actor": actor,
        "verb": verb,
        "subject": subject,
        "school": school,
        "before": before,
        "limit": limit,
    }
    with db.read() as connection:
        return tuple(_entry(row) for row in connection.execute(sql, wanted).fetchall())


def verbs(db: Database) -> tuple[str, ...]:
    """Every verb that has been recorded, in order of the alphabet."""
    with db.read() as connection:
        return tuple(row[0] for row in connection.execute("select distinct verb from journal order by verb"))


def problems(db: Database) -> Iterator[str]:
    """What was changed after it was written: a sentence for the first broken line, nothing when all are sound."""
    expected, previous = 1, FIRST
    with db.read() as connection:
        for row in connection.execute(f"select {_COLUMNS} from {_JOINED} order by id"):  # noqa: S608 - constants
            line = dict(zip(_NAMES, row[:9], strict=True))
            wrong = line["id"] != expected or line["previous_sha256"] != previous or row[9] != _of_line(line)
            if wrong or (row[11] and _of_reason(row[10], row[11]) != line["reason_sha256"]):
                yield (
                    f"The journal was changed at line {line['id']}, which belongs to {line['at']}. "
                    "Compare it with a backup and find out who had the file."
                )
                return
            expected, previous = line["id"] + 1, row[9]


_NAMES = (
    "id",
    "at",
    "actor",
    "verb",
    "subject",
    "school",
    "detail",
    "reason_sha256",
    "previous_sha256",
)


def _of_line(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([row[name] for name in _NAMES]).encode()).hexdigest()


def _of_reason(salt: str, reason: str) -> str:
    return hashlib.sha256(f"{salt}{reason}".encode()).hexdigest() if reason else ""


def _entry(row: Any) -> Entry:
    return Entry(
        id=row[0],
        at=datetime.fromisoformat(row[1]),
        actor=row[2],
        verb=row[3],
        subject=row[4],
        school=row[5],
        detail=json.loads(row[6]),
        reason=row[11],
    )
