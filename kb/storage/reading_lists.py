"""Reading lists. Every question carries the person whose they are: nobody reaches another's."""

from __future__ import annotations

from datetime import datetime

from kb.domain.following import Item, ReadingList
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_MINE = "exists (select 1 from reading_lists l where l.id = list and l.account = ?)"


def of(db: Database, account_id: int) -> tuple[ReadingList, ...]:
    """A person's lists, the oldest first, each in its order."""
    items: dict[int, list[Item]] = {}
    with db.read() as reading:
        lists = reading.execute(
            "select id, title from reading_lists where account = ? order by id", [account_id]
        ).fetchall()
        rows = reading.execute(
            "select list, slug, note, added_at from reading_items "
            "where list in (select id from reading_lists where account = ?) order by list, position, slug",
            [account_id],
        ).fetchall()
    for number, slug, note, added in rows:
        items.setdefault(number, []).append(
            Item(slug=slug, note=note, added_at=datetime.fromisoformat(added))
        )
    return tuple(
        ReadingList(id=number, title=title, items=tuple(items.get(number, ()))) for number, title in lists
    )


def find(db: Database, account_id: int, number: int) -> ReadingList | None:
    """One of a person's lists; None when it is not theirs."""
    return next((each for each in of(db, account_id) if each.id == number), None)


def add_list(db: Database, account_id: int, title: str, now: datetime) -> int:
    """Begin a list and give its number."""
    with db.write() as writing:
        return inserted(
            writing, "reading_lists", {"account": account_id, "title": title, "made_at": stamp(now)}
        )


def rename(db: Database, account_id: int, number: int, title: str) -> None:
    """Call a list otherwise."""
    with db.write() as writing:
        writing.execute(
            "update reading_lists set title = ? where id = ? and account = ?", [title, number, account_id]
        )


def remove_list(db: Database, account_id: int, number: int) -> None:
    """Delete a list with what is on it."""
    with db.write() as writing:
        writing.execute(f"delete from reading_items where list = ? and {_MINE}", [number, account_id])  # noqa: S608 - constants
        writing.execute("delete from reading_lists where id = ? and account = ?", [number, account_id])


def put(db: Database, number: int, slug: str, now: datetime) -> bool:
    """Put an article at the end of a list; False when it is there already."""
    with db.write() as writing:
        done = writing.execute(
            "insert into reading_items (list, slug, position, note, added_at) values (:list, :slug, "
            "(select coalesce(max(position) + 1, 0) from reading_items where list = :list), '', :now) "
            "on conflict do nothing",
            {"list": number, "slug": slug, "now": stamp(now)},
        )
        return done.rowcount == 1


def take_off(db: Database, number: int, slug: str) -> None:
    """Take an article off a list."""
    with db.write() as writing:
        writing.execute("delete from reading_items where list = ? and slug = ?", [number, slug])


def annotate(db: Database, number: int, slug: str, note: str) -> None:
    """Note something about an article on a list."""
    with db.write() as writing:
        writing.execute("update reading_items set note = ? where list = ? and slug = ?", [note, number, slug])


def arrange(db: Database, number: int, slugs: list[str]) -> None:
    """Put what is on a list into this order."""
    with db.write() as writing:
        for position, slug in enumerate(slugs):
            writing.execute(
                "update reading_items set position = ? where list = ? and slug = ?", [position, number, slug]
            )
