"""Announcements, and who has put which of them away."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from kb.domain.announcement import Announcement
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "n.id, n.title, n.words, n.schools, n.posts, n.starts, n.ends"
_FOR_ME = (
    "(n.schools = '[]' and n.posts = '[]' or exists (select 1 from memberships m where m.account = :me "
    "and (n.schools = '[]' or m.school in (select value from json_each(n.schools))) "
    "and (n.posts = '[]' or exists (select 1 from posts p where p.account = m.account "
    "and p.school = m.school and p.post in (select value from json_each(n.posts))))))"
)


def add(db: Database, announcement: Announcement, *, by: int, now: datetime) -> int:
    """Keep an announcement and give its number."""
    row = _row(announcement) | {"made_by": by, "made_at": stamp(now)}
    with db.write() as writing:
        return inserted(writing, "announcements", row)


def change(db: Database, announcement: Announcement) -> None:
    """Say something else in an announcement; who put it away is told again."""
    row = _row(announcement)
    with db.write() as writing:
        writing.table("announcements").update(announcement.id, row)
        writing.execute("delete from announcements_put_away where announcement = ?", [announcement.id])


def remove(db: Database, number: int) -> None:
    """Delete an announcement."""
    with db.write() as writing:
        writing.execute("delete from announcements where id = ?", [number])


def find(db: Database, number: int) -> Announcement | None:
    """The announcement with this number, whoever it is for."""
    return next((each for each in every(db) if each.id == number), None)


def every(db: Database) -> tuple[Announcement, ...]:
    """Every announcement, the one that ends last first: for who makes them."""
    sql = f"select {_COLUMNS} from announcements n order by n.ends desc, n.id desc"  # noqa: S608 - constants
    with db.read() as reading:
        return tuple(_announcement(row) for row in reading.execute(sql).fetchall())


def for_person(
    db: Database, account_id: int, today: date, *, put_away: bool = False
) -> tuple[Announcement, ...]:
    """What is announced to a person today, the newest first; with ``put_away`` also what they have put away."""
    sql = (
        f"select {_COLUMNS} from announcements n where :today between n.starts and n.ends and {_FOR_ME} "  # noqa: S608 - constants
        "and (:put_away or not exists (select 1 from announcements_put_away a "
        "where a.announcement = n.id and a.account = :me)) order by n.starts desc, n.id desc"
    )
    asked = {"me": account_id, "today": today.isoformat(), "put_away": put_away}
    with db.read() as reading:
        return tuple(_announcement(row) for row in reading.execute(sql, asked).fetchall())


def put_away(db: Database, number: int, account_id: int) -> None:
    """Show an announcement to a person no more on the start page."""
    with db.write() as writing:
        writing.execute(
            "insert into announcements_put_away select id, ? from announcements where id = ? on conflict do nothing",
            [account_id, number],
        )


def _row(announcement: Announcement) -> dict[str, Any]:
    return {
        "title": announcement.title,
        "words": announcement.words,
        "schools": json.dumps(sorted(announcement.schools)),
        "posts": json.dumps(sorted(announcement.posts)),
        "starts": announcement.starts.isoformat(),
        "ends": announcement.ends.isoformat(),
    }


def _announcement(row: Any) -> Announcement:
    number, title, words, schools, posts, starts, ends = row
    return Announcement(
        id=number,
        title=title,
        words=words,
        schools=tuple(json.loads(schools)),
        posts=tuple(json.loads(posts)),
        starts=date.fromisoformat(starts),
        ends=date.fromisoformat(ends),
    )
