# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Collections. Every question to it carries the reader; what they may not read is left out by the query itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.domain.article import Visibility
from kb.domain.collection import About, Collection, CollectionChanged, CollectionState, Entry
from kb.domain.search import Facet, Reader
from kb.storage.database import Database
from kb.storage.reading_rights import SEEN, asked_by
from kb.storage.text_rows import inserted, moment, stamp

_COLUMNS = (
    "c.id, c.slug, c.title, c.summary, c.introduction, c.picture, c.visibility, c.terms, c.state, c.version, "
    "c.changed_at, c.published_at"
)
_NOW_AT = (
    "(select e.collection, e.position, e.note, coalesce(r.leads_to, e.slug) as slug "
    "from collection_entries e left join redirects r on r.slug = e.slug)"
)
_SHOWN = (
    "(:curates or (c.state = 'published' and c.visibility in (select value from json_each(:visibilities))))"
)
_MANY = (
    f"(select count(distinct n.slug) from {_NOW_AT} n join articles on articles.slug = n.slug "
    f"where n.collection = c.id and {SEEN})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A collection in a list, and how many articles in it the reader may read."""

    collection: Collection
    articles: int


def insert(db: Database, slug: str, about: About, *, by: int | None, now: datetime) -> int:
    """Keep a new collection as a draft and give its id."""
    row = {
        "slug": slug,
        **_row(about),
        "state": CollectionState.DRAFT.value,
        "version": 1,
        "made_by": by,
        "changed_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "collections", row)


def is_taken(db: Database, slug: str) -> bool:
    """True when a collection has this address, or had it."""
    with db.read() as reading:
        return reading.execute("select 1 from collections where slug = ?", [slug]).fetchone() is not None


def find(db: Database, slug: str, reader: Reader, *, curates: bool = False) -> Collection | None:
    """The collection at an address; None when there is none that this reader may see."""
    sql = f"select {_COLUMNS} from collections c where c.slug = :slug and {_SHOWN}"
    with db.read() as reading:
        row = reading.execute(sql, {"slug": slug, "curates": curates, **asked_by(reader)}).fetchone()
    return _collection(row) if row else None


def listed(
    db: Database,
    reader: Reader,
    *,
    curates: bool = False,
    chosen: Mapping[Facet, tuple[str, ...]] | None = None,
    article: str = "",
) -> tuple[Listed, ...]:
    """Collections by title, with how many of their articles this reader may read; those without any are left out.

    curates  every one, in whatever state and however empty
    chosen   facet → terms; it must be for one of them
    article  the address of an article that must be in it
    """
    sql = (
        f"select {_COLUMNS}, {_MANY} as many from collections c where {_SHOWN} and (:curates or {_MANY} > 0) "
        f"and (:article = '' or exists (select 1 from {_NOW_AT} n where n.collection = c.id and n.slug = :article)) "
        "and not exists (select 1 from json_each(:chosen) w where not exists "
        "(select 1 from json_each(c.terms, '$.' || w.key) t join json_each(w.value) v on v.value = t.value)) "
        "order by c.title, c.id"
    )
    wanted = {facet.value: terms for facet, terms in (chosen or {}).items() if terms}
    asked = {"curates": curates, "article": article, "chosen": json.dumps(wanted), **asked_by(reader)}
    with db.read() as reading:
        rows = reading.execute(sql, asked).fetchall()
    return tuple(Listed(collection=_collection(row[:-1]), articles=int(row[-1])) for row in rows)


def entries(db: Database, collection_id: int, reader: Reader) -> tuple[Entry, ...]:
    """What this reader may read of a collection, in its order."""
    sql = (
        f"select n.slug, n.note from {_NOW_AT} n join articles on articles.slug = n.slug "
        f"where n.collection = :id and {SEEN} group by n.slug order by min(n.position)"
    )
    with db.read() as reading:
        rows = reading.execute(sql, {"id": collection_id, **asked_by(reader)}).fetchall()
    return tuple(Entry(slug=slug, note=note) for slug, note in rows)


def shows_picture(db: Database, collection_id: int, name: str, reader: Reader) -> bool:
    """True when an article of a collection, one that this reader may read, shows a picture."""
    sql = (
        f"select 1 from {_NOW_AT} n join articles on articles.slug = n.slug "
        f"where n.collection = :id and {SEEN} and instr(articles.body, 'pictures/' || :name) > 0 limit 1"
    )
    with db.read() as reading:
        found = reading.execute(sql, {"id": collection_id, "name": name, **asked_by(reader)}).fetchone()
    return found is not None


def every_entry(db: Database, collection_id: int) -> tuple[Entry, ...]:
    """Everything that was put into a collection, by the address it was put in with: for its curator."""
    sql = "select slug, note from collection_entries where collection = ? order by position, slug"
    with db.read() as reading:
        rows = reading.execute(sql, [collection_id]).fetchall()
    return tuple(Entry(slug=slug, note=note) for slug, note in rows)


def not_shown(db: Database, collection_id: int) -> Mapping[str, str]:
    """Entry → why nobody sees it any more: ‘withdrawn’, ‘archived’, or ‘gone’ for one without a file."""
    sql = (
        "select e.slug, coalesce(t.why, 'gone') from collection_entries e left join redirects r on r.slug = e.slug "
        "left join taken_down t on t.slug = coalesce(r.leads_to, e.slug) "
        "left join articles a on a.slug = coalesce(r.leads_to, e.slug) "
        "where e.collection = ? and (a.slug is null or t.slug is not null)"
    )
    with db.read() as reading:
        return dict(reading.execute(sql, [collection_id]).fetchall())


def change(db: Database, collection_id: int, about: About) -> None:
    """Say something else of a collection."""
    row = _row(about)
    with db.write() as writing:
        writing.execute(
            f"update collections set {', '.join(f'{name} = :{name}' for name in row)} where id = :id",
            {**row, "id": collection_id},
        )


def count_up(db: Database, collection_id: int, version: int, now: datetime) -> None:
    """Note that a collection is being changed. Raises CollectionChanged when it is not the version looked at."""
    with db.write() as writing:
        done = writing.execute(
            "update collections set version = version + 1, changed_at = ? where id = ? and version = ?",
            [stamp(now), collection_id, version],
        )
        if done.rowcount != 1:
            raise CollectionChanged


def move(db: Database, collection_id: int, to: CollectionState, now: datetime) -> None:
    """Put a collection into another state."""
    with db.write() as writing:
        writing.execute(
            "update collections set state = :to, published_at = case when :to = 'published' "
            "then coalesce(published_at, :now) else published_at end where id = :id",
            {"to": to.value, "now": stamp(now), "id": collection_id},
        )


def put_in(db: Database, collection_id: int, slug: str, *, note: str, by: int | None, now: datetime) -> bool:
    """Add an article at the end; False when it is there already."""
    with db.write() as writing:
        done = writing.execute(
            "insert into collection_entries (collection, slug, position, note, added_by, added_at) "
            "values (:id, :slug, (select coalesce(max(position) + 1, 0) from collection_entries "
            "where collection = :id), :note, :by, :now) on conflict do nothing",
            {"id": collection_id, "slug": slug, "note": note, "by": by, "now": stamp(now)},
        )
        return done.rowcount == 1


def take_out(db: Database, collection_id: int, slug: str) -> None:
    """Take an article out."""
    with db.write() as writing:
        writing.execute(
            "delete from collection_entries where collection = ? and slug = ?", [collection_id, slug]
        )


def annotate(db: Database, collection_id: int, slug: str, note: str) -> None:
    """Say something else of an article in a collection."""
    with db.write() as writing:
        writing.execute(
            "update collection_entries set note = ? where collection = ? and slug = ?",
            [note, collection_id, slug],
        )


def arrange(db: Database, collection_id: int, slugs: list[str]) -> None:
    """Put what is in a collection into this order."""
    with db.write() as writing:
        for position, slug in enumerate(slugs):
            writing.execute(
                "update collection_entries set position = ? where collection = ? and slug = ?",
                [position, collection_id, slug],
            )


def _row(about: About) -> dict[str, Any]:
    return {
        "title": about.title,
        "summary": about.summary,
        "introduction": about.introduction,
        "picture": about.picture,
        "visibility": about.visibility.value,
        "terms": json.dumps({facet.value: list(ids) for facet, ids in about.terms.items() if ids}),
    }


def _collection(row: Any) -> Collection:
    (
        id_,
        slug,
        title,
        summary,
        introduction,
        picture,
        visibility,
        terms,
        state,
        version,
        changed,
        published,
    ) = row
    return Collection(
        id=id_,
        slug=slug,
        about=About(
            title=title,
            summary=summary,
            introduction=introduction,
            picture=picture,
            visibility=Visibility(visibility),
            terms={Facet(name): tuple(ids) for name, ids in json.loads(terms).items()},
        ),
        state=CollectionState(state),
        version=version,
        changed_at=datetime.fromisoformat(changed),
        published_at=moment(published),
    )
