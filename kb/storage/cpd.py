# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""A person's record of learning. Every question names the person, and finds nothing of anybody else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kb.domain.cpd import CpdKind, Entry
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "id, kind, title, provider, done_on, minutes, school, post, reflection, article, pathway, step"


def add(db: Database, account_id: int, entry: Entry, now: datetime) -> int:
    """Write a line into somebody's record and give its number."""
    row = {"account": account_id, "made_at": stamp(now), **_row(entry)}
    with db.write() as writing:
        return inserted(writing, "cpd_entries", row)


def change(db: Database, account_id: int, entry: Entry) -> bool:
    """Put an entry in place of the one of its number; False when the person has none of it."""
    row = _row(entry)
    assignments = ", ".join(f"{name} = :{name}" for name in row)
    with db.write() as writing:
        done = writing.execute(
            f"update cpd_entries set {assignments} where id = :id and account = :me",
            {**row, "id": entry.id, "me": account_id},
        )
        return bool(done.rowcount)


def remove(db: Database, account_id: int, entry_id: int) -> bool:
    """Take a line out; False when the person has none of this number."""
    with db.write() as writing:
        done = writing.execute(
            "delete from cpd_entries where id = ? and account = ? and step is null", [entry_id, account_id]
        )
        return bool(done.rowcount)


def set_step(db: Database, account_id: int, entry: Entry, now: datetime) -> None:
    """Have a line for a step that was ticked, once however often it is ticked."""
    with db.write() as writing:
        there = writing.execute(
            "select id from cpd_entries where account = ? and pathway = ? and step = ?",
            [account_id, entry.pathway, entry.step],
        ).fetchone()
        if there is None:
            add(db, account_id, entry, now)
        else:
            writing.execute(
                "update cpd_entries set reflection = ? where id = ?", [entry.reflection, there[0]]
            )


def reflect_on_step(db: Database, account_id: int, pathway_id: int, step: int, words: str) -> None:
    """Have what somebody thinks of a step in its line, if it has one."""
    with db.write() as writing:
        writing.execute(
            "update cpd_entries set reflection = ? where account = ? and pathway = ? and step = ?",
            [words, account_id, pathway_id, step],
        )


def drop_step(db: Database, account_id: int, pathway_id: int, step: int) -> None:
    """Take out the line of a step whose tick was taken back."""
    with db.write() as writing:
        writing.execute(
            "delete from cpd_entries where account = ? and pathway = ? and step = ?",
            [account_id, pathway_id, step],
        )


def find(db: Database, account_id: int, entry_id: int) -> Entry | None:
    """One line of somebody's own record."""
    return next(iter(_select(db, "id = :id", {"me": account_id, "id": entry_id})), None)


def of_person(
    db: Database, account_id: int, *, since: date | None = None, until: date | None = None
) -> tuple[Entry, ...]:
    """Somebody's record, the latest first; between two days when they are given, both included."""
    asked = {
        "me": account_id,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    where = "(:since is null or done_on >= :since) and (:until is null or done_on <= :until)"
    return _select(db, where, asked)


def of_article(db: Database, account_id: int, slug: str) -> tuple[Entry, ...]:
    """What somebody has written down about an article."""
    return _select(db, "article = :slug", {"me": account_id, "slug": slug})


def _select(db: Database, where: str, asked: dict[str, Any]) -> tuple[Entry, ...]:
    sql = f"select {_COLUMNS} from cpd_entries where account = :me and {where} order by done_on desc, id desc"
    with db.read() as connection:
        return tuple(_entry(row) for row in connection.execute(sql, asked).fetchall())


def _row(entry: Entry) -> dict[str, object]:
    return {
        "kind": entry.kind.value,
        "title": entry.title,
        "provider": entry.provider,
        "done_on": entry.done_on.isoformat(),
        "minutes": entry.minutes,
        "school": entry.school,
        "post": entry.post,
        "reflection": entry.reflection,
        "article": entry.article,
        "pathway": entry.pathway,
        "step": entry.step,
    }


def _entry(row: Any) -> Entry:
    return Entry(
        id=row[0],
        kind=CpdKind(row[1]),
        title=row[2],
        provider=row[3],
        done_on=date.fromisoformat(row[4]),
        minutes=row[5],
        school=row[6],
        post=row[7],
        reflection=row[8],
        article=row[9],
        pathway=row[10],
        step=row[11],
    )
