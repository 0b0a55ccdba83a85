# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""What was published when, what has been taken down, and where an article that moved is now."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from kb.domain.edition import Down, Edition, EditionKind, Why
from kb.storage.database import Database

_NAMES = tuple(field.name for field in fields(Edition))
_COLUMNS = ", ".join(_NAMES)


def add(
    db: Database,
    slug: str,
    kind: EditionKind,
    content: str,
    *,
    path: str,
    by: int | None = None,
    of: tuple[int, int] | None = None,
    note: str = "",
) -> Edition:
    """Keep an article's file as an edition; its file is still to be written, but for one that was found.

    of  the number of the text it was made from and of that text's revision
    """
    text_id, revision = of or (None, None)
    with db.write() as writing:
        before = writing.execute("select max(number) from editions where slug = ?", [slug]).fetchone()[0] or 0
        row = {
            "slug": slug,
            "number": before + 1,
            "kind": kind.value,
            "text_id": text_id,
            "revision": revision,
            "path": path,
            "sha256": hashlib.sha256(content.encode()).hexdigest(),
            "content": content,
            "made_by": by,
            "made_at": _now(),
            "note": note,
            "placed": int(kind is EditionKind.FOUND),
        }
        writing.table("editions").insert(row)
    return _edition([row[name] for name in _NAMES])


def history(db: Database, slug: str) -> tuple[Edition, ...]:
    """Every edition of an article, the newest first."""
    with db.read() as reading:
        rows = reading.execute(
            f"select {_COLUMNS} from editions where slug = ? order by number desc", [slug]
        ).fetchall()
    return tuple(_edition(row) for row in rows)


def last(db: Database, slug: str) -> Edition | None:
    """The newest edition of an article; None when it has none."""
    sql = f"select {_COLUMNS} from editions where slug = ? order by number desc limit 1"
    with db.read() as reading:
        row = reading.execute(sql, [slug]).fetchone()
    return _edition(row) if row else None


def note_placed(db: Database, edition: Edition) -> None:
    """Note that the file of an edition, and with it of those before, has been written."""
    with db.write() as writing:
        writing.execute(
            "update editions set placed = 1 where slug = ? and number <= ?", [edition.slug, edition.number]
        )


def to_be_placed(db: Database) -> tuple[str, ...]:
    """Addresses whose newest edition is not in content/ yet."""
    with db.read() as reading:
        rows = reading.execute("select distinct slug from editions where placed = 0 order by slug").fetchall()
    return tuple(row[0] for row in rows)


def known(db: Database, slug: str) -> bool:
    """True when an address belongs, or belonged, to an article."""
    with db.read() as reading:
        row = reading.execute(
            "select exists (select 1 from articles where slug = :slug) or exists (select 1 from editions "
            "where slug = :slug) or exists (select 1 from taken_down where slug = :slug) "
            "or exists (select 1 from redirects where slug = :slug)",
            {"slug": slug},
        ).fetchone()
    return bool(row[0])


def take_down(
    db: Database, slug: str, why: Why, *, path: str, by: int | None = None, reason: str = ""
) -> None:
    """Let an article be seen no more, from the next query on."""
    row = {
        "slug": slug,
        "why": why.value,
        "path": path,
        "taken_by": by,
        "taken_at": _now(),
        "reason": reason,
    }
    with db.write() as writing:
        writing.table("taken_down").upsert(row, pk="slug")


def put_up(db: Database, slug: str) -> None:
    """Let an article be seen again."""
    with db.write() as writing:
        writing.execute("delete from taken_down where slug = ?", [slug])


def down(db: Database, slug: str) -> Down | None:
    """Why an article is not to be seen; None when it may be."""
    return next((each for each in all_down(db) if each.slug == slug), None)


def all_down(db: Database) -> tuple[Down, ...]:
    """Everything that is not to be seen, the last one first."""
    sql = "select slug, why, path, taken_by, taken_at, reason from taken_down order by taken_at desc, slug"
    with db.read() as reading:
        rows = reading.execute(sql).fetchall()
    return tuple(
        Down(
            slug=slug,
            why=Why(why),
            path=path,
            taken_by=by,
            taken_at=datetime.fromisoformat(at),
            reason=reason,
        )
        for slug, why, path, by, at, reason in rows
    )


def redirect(db: Database, slug: str, to: str) -> None:
    """Let an old address lead to a new one, straight: what led to the old one leads to the new one, too."""
    with db.write() as writing:
        writing.execute("delete from redirects where slug = ?", [to])
        writing.execute("update redirects set leads_to = ? where leads_to = ?", [to, slug])
        writing.table("redirects").upsert({"slug": slug, "leads_to": to}, pk="slug")


def leads_to(db: Database, slug: str) -> str | None:
    """Where the article is now that had this address; None when none had it. Who may see it is another question."""
    with db.read() as reading:
        row = reading.execute("select leads_to from redirects where slug = ?", [slug]).fetchone()
    return str(row[0]) if row else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _edition(row: Any) -> Edition:
    given = dict(zip(_NAMES, row, strict=True))
    return Edition(
        **given
        | {
            "kind": EditionKind(given["kind"]),
            "made_at": datetime.fromisoformat(given["made_at"]),
            "placed": bool(given["placed"]),
        }
    )
