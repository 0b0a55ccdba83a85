# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Trust approaches, and what is asked of whom. Whoever may not read what an approach is about does not see it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from kb.domain.approach import Approach, Ask, Asked, Confirmation, Part, SubjectKind, Version
from kb.domain.search import Reader
from kb.storage.database import Database
from kb.storage.reading_rights import SEEN, asked_by
from kb.storage.text_rows import inserted, moment, stamp

_NOW_AT = (
    "coalesce((select leads_to from redirects where redirects.slug = a.subject and a.kind = 'article'), "
    "a.subject)"
)
_COLUMNS = f"a.id, a.slug, a.kind, {_NOW_AT}, a.title, a.reason, a.version, a.made_at, a.ended_at"
_READABLE = (
    f"((a.kind = 'article' and exists (select 1 from articles where articles.slug = {_NOW_AT} and {SEEN})) "
    "or (a.kind = 'collection' and exists (select 1 from collections c where c.slug = a.subject "
    "and c.state = 'published' and c.visibility in (select value from json_each(:visibilities)))))"
)
_ASKED_OF_ME = (
    "exists (select 1 from memberships m where m.account = :me "
    "and (k.schools = '[]' or m.school in (select value from json_each(k.schools))) "
    "and (k.posts = '[]' or exists (select 1 from posts p where p.account = m.account "
    "and p.school = m.school and p.post in (select value from json_each(k.posts)))))"
)


def insert(
    db: Database,
    slug: str,
    *,
    kind: SubjectKind,
    subject: str,
    title: str,
    reason: str,
    by: int,
    now: datetime,
) -> int:
    """Keep a new approach, whose first version follows, and give its id."""
    row = {
        "slug": slug,
        "kind": kind.value,
        "subject": subject,
        "title": title,
        "reason": reason,
        "version": 1,
        "made_by": by,
        "made_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "approaches", row)


def is_taken(db: Database, slug: str) -> bool:
    """True when an approach has this address, or had it."""
    with db.read() as reading:
        return reading.execute("select 1 from approaches where slug = ?", [slug]).fetchone() is not None


def find(db: Database, slug: str, reader: Reader, *, curates: bool = False) -> Approach | None:
    """The approach at an address; None when there is none that this reader may see. Curators see ended ones, too."""
    sql = (
        f"select {_COLUMNS} from approaches a where a.slug = :slug "
        f"and (:curates or (a.ended_at is null and {_READABLE}))"
    )
    with db.read() as reading:
        row = reading.execute(sql, {"slug": slug, "curates": curates, **asked_by(reader)}).fetchone()
    return _approach(row) if row else None


def listed(db: Database, reader: Reader, *, curates: bool = False) -> tuple[Approach, ...]:
    """The approaches that hold now, by name. Curators see those whose article is gone, too."""
    sql = (
        f"select {_COLUMNS} from approaches a where a.ended_at is null and (:curates or {_READABLE}) "
        "order by a.title, a.id"
    )
    with db.read() as reading:
        rows = reading.execute(sql, {"curates": curates, **asked_by(reader)}).fetchall()
    return tuple(_approach(row) for row in rows)


def change(db: Database, approach_id: int, *, title: str, reason: str) -> None:
    """Call it otherwise."""
    with db.write() as writing:
        writing.execute(
            "update approaches set title = ?, reason = ? where id = ?", [title, reason, approach_id]
        )


def end(db: Database, approach_id: int, now: datetime) -> None:
    """Let it hold no more."""
    with db.write() as writing:
        writing.execute("update approaches set ended_at = ? where id = ?", [stamp(now), approach_id])


def add_version(
    db: Database, approach_id: int, number: int, parts: Collection[Part], *, note: str, by: int, now: datetime
) -> None:
    """Keep what an approach says from now on."""
    told = [{"article": each.article, "title": each.title, "text": each.text} for each in parts]
    row = {
        "approach": approach_id,
        "number": number,
        "parts": json.dumps(told, ensure_ascii=False),
        "note": note,
        "made_by": by,
        "made_at": stamp(now),
    }
    with db.write() as writing:
        writing.table("approach_versions").insert(row)
        writing.execute("update approaches set version = ? where id = ?", [number, approach_id])


def versions(db: Database, approach_id: int) -> tuple[Version, ...]:
    """Every version, the newest first."""
    sql = "select number, parts, note, made_at from approach_versions where approach = ? order by number desc"
    with db.read() as reading:
        rows = reading.execute(sql, [approach_id]).fetchall()
    return tuple(
        Version(
            number=number,
            parts=tuple(Part(**each) for each in json.loads(parts)),
            note=note,
            made_at=datetime.fromisoformat(made),
        )
        for number, parts, note, made in rows
    )


def put_ask(
    db: Database,
    approach_id: int,
    version: int,
    *,
    posts: Collection[str],
    schools: Collection[str],
    due: date,
    by: int,
    now: datetime,
) -> None:
    """Ask these people to read a version by a day, in place of what was asked before."""
    row = {
        "approach": approach_id,
        "version": version,
        "posts": json.dumps(sorted(posts)),
        "schools": json.dumps(sorted(schools)),
        "due": due.isoformat(),
        "asked_by": by,
        "asked_at": stamp(now),
    }
    with db.write() as writing:
        writing.table("approach_asks").upsert(row, pk=("approach", "version"))


def ask_of(db: Database, approach_id: int, version: int) -> Ask | None:
    """Who is asked to read a version; None when nobody is."""
    sql = (
        "select version, posts, schools, due, asked_at from approach_asks where approach = ? and version = ?"
    )
    with db.read() as reading:
        row = reading.execute(sql, [approach_id, version]).fetchone()
    if row is None:
        return None
    return Ask(
        version=row[0],
        posts=tuple(json.loads(row[1])),
        schools=tuple(json.loads(row[2])),
        due=date.fromisoformat(row[3]),
        asked_at=datetime.fromisoformat(row[4]),
    )


def asked_of(db: Database, account_id: int, reader: Reader) -> tuple[Asked, ...]:
    """What is asked of a person now, the first date first, with what they have confirmed of the present version."""
    kinds = ", ".join(
        "(select confirmed_at from approach_confirmations x where x.approach = a.id and x.version = a.version "
        f"and x.account = :me and x.kind = '{kind.value}')"
        for kind in Confirmation
    )
    sql = (
        f"select {_COLUMNS}, k.due, {kinds} from approaches a "
        "join approach_asks k on k.approach = a.id and k.version = a.version "
        f"where a.ended_at is null and {_READABLE} and {_ASKED_OF_ME} order by k.due, a.title"
    )
    with db.read() as reading:
        rows = reading.execute(sql, {"me": account_id, **asked_by(reader)}).fetchall()
    return tuple(
        Asked(
            approach=_approach(row[:9]),
            due=date.fromisoformat(row[9]),
            read_at=moment(row[10]),
            discussed_at=moment(row[11]),
        )
        for row in rows
    )


def confirm(
    db: Database, approach_id: int, version: int, account_id: int, kind: Confirmation, now: datetime
) -> bool:
    """Note that somebody has read or discussed a version; False when it was noted before."""
    with db.write() as writing:
        done = writing.execute(
            "insert into approach_confirmations values (?, ?, ?, ?, ?) on conflict do nothing",
            [approach_id, version, account_id, kind.value, stamp(now)],
        )
        return done.rowcount == 1


def confirmed(db: Database, approach_id: int) -> dict[int, dict[int, dict[Confirmation, datetime]]]:
    """Version → account → what they have confirmed, and when."""
    sql = "select version, account, kind, confirmed_at from approach_confirmations where approach = ?"
    found: dict[int, dict[int, dict[Confirmation, datetime]]] = {}
    with db.read() as reading:
        for version, account, kind, at in reading.execute(sql, [approach_id]).fetchall():
            found.setdefault(version, {}).setdefault(account, {})[Confirmation(kind)] = (
                datetime.fromisoformat(at)
            )
    return found


def _approach(row: Any) -> Approach:
    id_, slug, kind, subject, title, reason, version, made, ended = row
    return Approach(
        id=id_,
        slug=slug,
        kind=SubjectKind(kind),
        subject=subject,
        title=title,
        reason=reason,
        version=version,
        made_at=datetime.fromisoformat(made),
        ended_at=moment(ended),
    )
