"""What the check found by night in articles that are up, without the words, and who has looked at it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from kb.domain.finding import Level
from kb.storage.database import Database


def name_of(slug: str, key: str) -> str:
    """The name under which a finding is kept: it tells nobody what was found."""
    return hashlib.sha256(f"{slug}\n{key}".encode()).hexdigest()


def note(db: Database, slug: str, found: Mapping[str, Level], *, now: datetime) -> None:
    """Keep what stands in an article now, by name; what was looked at stays so, and what is gone is forgotten."""
    with db.write() as writing:
        kept = {
            row[0]
            for row in writing.execute(
                "select finding from article_findings where slug = ?", [slug]
            ).fetchall()
        }
        for gone in kept - found.keys():
            writing.execute("delete from article_findings where slug = ? and finding = ?", [slug, gone])
        for name in found.keys() - kept:
            row = {"slug": slug, "finding": name, "level": found[name].value, "found_at": now.isoformat()}
            writing.table("article_findings").insert(row)


def forget_but(db: Database, slugs: frozenset[str]) -> None:
    """Forget what was found in articles that are no longer up."""
    with db.write() as writing:
        rows = writing.execute("select distinct slug from article_findings").fetchall()
        for gone in {row[0] for row in rows} - slugs:
            writing.execute("delete from article_findings where slug = ?", [gone])


def open_ones(db: Database) -> dict[str, int]:
    """Address of an article → how many things in it nobody has looked at; those with the most serious first."""
    sql = (
        "select slug, count(*) from article_findings where looked_at is null group by slug "
        "order by max(level = 'block') desc, min(found_at), slug"
    )
    with db.read() as reading:
        return dict(reading.execute(sql).fetchall())


def looked_at(db: Database, slug: str) -> frozenset[str]:
    """The names of what somebody has looked at in an article."""
    sql = "select finding from article_findings where slug = ? and looked_at is not null"
    with db.read() as reading:
        return frozenset(row[0] for row in reading.execute(sql, [slug]).fetchall())


def look_at(db: Database, slug: str, names: frozenset[str], *, by: int, now: datetime) -> int:
    """Note that somebody has looked at these; how many were open."""
    with db.write() as writing:
        return sum(
            int(
                writing.execute(
                    "update article_findings set looked_at = ?, looked_by = ? "
                    "where slug = ? and finding = ? and looked_at is null",
                    [now.isoformat(), by, slug, name],
                ).rowcount
            )
            for name in sorted(names)
        )
