"""Pathways: what the lead is writing, every version that was published, and of whom they are required."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from kb.domain.errors import BadRequest
from kb.domain.pathway import Outline, Pathway, PathwayState, Requirement, Version
from kb.domain.search import Reader
from kb.storage.database import Database
from kb.storage.pathway_rows import outline_from, outline_text
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "p.id, p.slug, p.state, p.draft, p.revision, p.changed_at, v.outline, p.version"
_FROM = "from pathways p left join pathway_versions v on v.pathway = p.id and v.number = p.version"
_SEEN = "p.visibility in (select value from json_each(:visibilities))"


class SavedMeanwhile(BadRequest):
    """Somebody else has saved the pathway since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this pathway since you opened the page. What you typed is still here: "
            "look at the pathway as it is now in another tab, then save again."
        )


def insert(db: Database, *, slug: str, outline: Outline, now: datetime) -> int:
    """Begin a pathway and give its id."""
    row = {
        "slug": slug,
        "state": PathwayState.DRAFT.value,
        "draft": outline_text(outline),
        "revision": 1,
        "visibility": outline.visibility.value,
        "changed_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "pathways", row)


def save_draft(db: Database, pathway: Pathway, outline: Outline, *, revision: int, now: datetime) -> None:
    """Keep what the lead has written. Raises SavedMeanwhile when it is not on top of what is there."""
    asked = {
        "id": pathway.id,
        "revision": revision,
        "draft": outline_text(outline),
        "now": stamp(now),
        "visibility": outline.visibility.value,
    }
    with db.write() as writing:
        saved = writing.execute(
            "update pathways set draft = :draft, revision = revision + 1, changed_at = :now, "
            "visibility = case version when 0 then :visibility else visibility end "
            "where id = :id and revision = :revision",
            asked,
        )
        if saved.rowcount != 1:
            raise SavedMeanwhile


def publish(db: Database, pathway: Pathway, *, by: int, note: str, now: datetime) -> int:
    """Make a version of the draft and give its number. Raises SavedMeanwhile."""
    number = pathway.version + 1
    with db.write() as writing:
        moved = writing.execute(
            "update pathways set state = 'published', version = :number, visibility = :visibility "
            "where id = :id and revision = :revision and version = :number - 1",
            {
                "id": pathway.id,
                "number": number,
                "revision": pathway.revision,
                "visibility": pathway.draft.visibility.value,
            },
        )
        if moved.rowcount != 1:
            raise SavedMeanwhile
        writing.table("pathway_versions").insert(
            {
                "pathway": pathway.id,
                "number": number,
                "outline": outline_text(pathway.draft),
                "note": note,
                "published_by": by,
                "published_at": stamp(now),
            }
        )
    return number


def set_state(db: Database, pathway_id: int, state: PathwayState) -> None:
    """Retire a pathway that was published, or bring it back."""
    with db.write() as writing:
        writing.execute(
            "update pathways set state = :state where id = :id and version > 0",
            {"id": pathway_id, "state": state.value},
        )


def find(db: Database, pathway_id: int) -> Pathway | None:
    """The pathway of this id, whoever may see it."""
    return next(iter(_select(db, "p.id = :id", {"id": pathway_id})), None)


def find_seen(db: Database, slug: str, reader: Reader) -> Pathway | None:
    """The pathway at an address, when this reader may see it: published, or retired."""
    where = f"p.slug = :slug and p.version > 0 and {_SEEN}"
    return next(iter(_select(db, where, {"slug": slug, **_of(reader)})), None)


def published(db: Database, reader: Reader) -> tuple[Pathway, ...]:
    """What this reader may begin."""
    return _select(db, f"p.state = 'published' and {_SEEN}", _of(reader))


def every(db: Database) -> tuple[Pathway, ...]:
    """All of them, for the lead."""
    return _select(db, "true", {})


def of_ids(db: Database, ids: Iterable[int]) -> dict[int, Pathway]:
    """Id → pathway, whoever may see it."""
    found = _select(db, "p.id in (select value from json_each(:ids))", {"ids": json.dumps(sorted(ids))})
    return {each.id: each for each in found}


def taken(db: Database) -> frozenset[str]:
    """The slugs that are in use."""
    with db.read() as connection:
        return frozenset(row[0] for row in connection.execute("select slug from pathways").fetchall())


def version(db: Database, pathway_id: int, number: int) -> Version | None:
    """One version that was published."""
    return next((each for each in versions(db, pathway_id) if each.number == number), None)


def versions(db: Database, pathway_id: int) -> tuple[Version, ...]:
    """Every version that was published, the newest first."""
    sql = "select number, outline, published_at, note from pathway_versions where pathway = ? order by number desc"
    with db.read() as connection:
        rows = connection.execute(sql, [pathway_id]).fetchall()
    return tuple(
        Version(
            number=row[0],
            outline=outline_from(row[1]),
            published_at=datetime.fromisoformat(row[2]),
            note=row[3],
        )
        for row in rows
    )


def require(
    db: Database,
    pathway_id: int,
    *,
    posts: Collection[str],
    schools: Collection[str],
    due: date,
    by: int,
    now: datetime,
) -> int:
    """Note that the trust asks for a pathway; the number of the requirement."""
    row = {
        "pathway": pathway_id,
        "posts": json.dumps(sorted(posts)),
        "schools": json.dumps(sorted(schools)),
        "due": due.isoformat(),
        "made_by": by,
        "made_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "pathway_requirements", row)


def end_requirement(db: Database, pathway_id: int, requirement_id: int, now: datetime) -> bool:
    """Ask for it no longer; False when it was not asked for."""
    with db.write() as writing:
        ended = writing.execute(
            "update pathway_requirements set ended_at = ? where id = ? and pathway = ? and ended_at is null",
            [stamp(now), requirement_id, pathway_id],
        )
        return bool(ended.rowcount)


def requirements(db: Database, pathway_id: int | None = None) -> tuple[Requirement, ...]:
    """What the trust asks for just now, the nearest day first; of one pathway when one is given."""
    sql = (
        "select id, pathway, posts, schools, due from pathway_requirements "
        "where ended_at is null and (:pathway is null or pathway = :pathway) order by due, id"
    )
    with db.read() as connection:
        rows = connection.execute(sql, {"pathway": pathway_id}).fetchall()
    return tuple(
        Requirement(
            id=row[0],
            pathway=row[1],
            posts=tuple(json.loads(row[2])),
            schools=tuple(json.loads(row[3])),
            due=date.fromisoformat(row[4]),
        )
        for row in rows
    )


def _select(db: Database, where: str, asked: dict[str, Any]) -> tuple[Pathway, ...]:
    sql = f"select {_COLUMNS} {_FROM} where {where} order by p.id"
    with db.read() as connection:
        return tuple(_pathway(row) for row in connection.execute(sql, asked).fetchall())


def _pathway(row: Any) -> Pathway:
    return Pathway(
        id=row[0],
        slug=row[1],
        state=PathwayState(row[2]),
        draft=outline_from(row[3]),
        revision=row[4],
        changed_at=datetime.fromisoformat(row[5]),
        published=outline_from(row[6]) if row[6] else None,
        version=row[7],
    )


def _of(reader: Reader) -> dict[str, str]:
    return {"visibilities": json.dumps(sorted(reader.visibilities))}
