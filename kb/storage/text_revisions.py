"""Every version of a text. Rows are added and never changed; only autosaves that came thick and fast are thinned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kb.domain.text import Content, Kind, Revision
from kb.storage.database import Database
from kb.storage.text_rows import content_from, fields_text, stamp

_COLUMNS = "text_id, number, based_on, kind, saved_by, saved_at, fields, body, settled_by, pen"
AUTOSAVES_APART = timedelta(minutes=1)


def add(
    db: Database,
    text_id: int,
    *,
    based_on: int,
    kind: Kind,
    saved_by: int,
    content: Content,
    now: datetime,
    pen: str = "",
) -> int:
    """Keep a version and give its number; unless it is aside, it is the one that counts from now on."""
    row = {
        "text_id": text_id,
        "based_on": based_on,
        "kind": kind.value,
        "saved_by": saved_by,
        "saved_at": stamp(now),
        "fields": fields_text(content),
        "body": content.body,
        "title": content.title,
        "pen": pen,
    }
    with db.write() as writing:
        (number,) = writing.execute(
            "insert into text_revisions (text_id, number, based_on, kind, saved_by, saved_at, fields, body, pen) "
            "select :text_id, max(number) + 1, :based_on, :kind, :saved_by, :saved_at, :fields, :body, :pen "
            "from text_revisions where text_id = :text_id returning number",
            row,
        ).fetchone()
        if kind is not Kind.ASIDE:
            writing.execute(
                "update texts set revision = :number, title = :title, changed_at = :saved_at where id = :text_id",
                row | {"number": number},
            )
    return int(number)


def find(db: Database, text_id: int, number: int) -> Revision | None:
    """One version of a text, None when there is none or it was thinned."""
    return _first(db, "number = :number", {"id": text_id, "number": number})


def base(db: Database, text_id: int, number: int) -> Revision | None:
    """The version that somebody began with; when it was thinned, the one before it, which went into both."""
    where = "number <= :number and kind <> 'aside' order by number desc limit 1"
    return _first(db, where, {"id": text_id, "number": number})


def history(db: Database, text_id: int) -> tuple[Revision, ...]:
    """Every version that counted once or was decided about, newest first."""
    where = "(kind <> 'aside' or settled_by is not null) order by number desc"
    return _select(db, where, {"id": text_id})


def aside(db: Database, text_id: int, saved_by: int | None = None) -> tuple[Revision, ...]:
    """Versions that wait for a decision, of one person when asked for, oldest first."""
    where = "kind = 'aside' and settled_by is null and (:by is null or saved_by = :by) order by number"
    return _select(db, where, {"id": text_id, "by": saved_by})


def settle(db: Database, text_id: int, number: int, *, by: int) -> None:
    """Note which version decided about one that was aside."""
    with db.write() as writing:
        writing.execute(
            "update text_revisions set settled_by = :by "
            "where text_id = :id and number = :number and kind = 'aside' and settled_by is null",
            {"id": text_id, "number": number, "by": by},
        )


def thin(db: Database, text_id: int) -> None:
    """Drop the second newest version when it is one of three autosaves of one page within a minute.

    The newest of each page always stays, and so does one a minute.
    """
    latest = _select(db, "kind <> 'aside' order by number desc limit 3", {"id": text_id})
    if len(latest) < 3:  # noqa: PLR2004 - the last, the one to drop and the one before it
        return
    last, middle, before = latest
    alike = {(each.kind, each.saved_by, each.pen) for each in latest} == {
        (Kind.AUTOSAVE, last.saved_by, last.pen)
    }
    if alike and middle.saved_at - before.saved_at < AUTOSAVES_APART:
        _drop(db, text_id, middle.number)


def of_pen(db: Database, text_id: int, pen: str) -> Revision | None:
    """The version that one page has put aside last and that waits for a decision."""
    where = "kind = 'aside' and settled_by is null and pen = :pen order by number desc limit 1"
    return _first(db, where, {"id": text_id, "pen": pen})


def drop_older_of_pen(db: Database, text_id: int, pen: str, *, but: int) -> None:
    """Drop what one page has put aside before: its words went on into the last one."""
    with db.write() as writing:
        writing.execute(
            "delete from text_revisions where text_id = :id and kind = 'aside' and settled_by is null "
            "and pen = :pen and pen <> '' and number < :but",
            {"id": text_id, "pen": pen, "but": but},
        )


def settle_pen(db: Database, text_id: int, pen: str, *, by: int) -> None:
    """Note that a version took in what one page had put aside."""
    last = of_pen(db, text_id, pen)
    if last and pen:
        settle(db, text_id, last.number, by=by)


def newest(db: Database, text_id: int) -> int:
    """The highest number that was given, those put aside included; 0 when there is none."""
    with db.read() as connection:
        sql = "select coalesce(max(number), 0) from text_revisions where text_id = :id"
        return int(connection.execute(sql, {"id": text_id}).fetchone()[0])


def _drop(db: Database, text_id: int, number: int) -> None:
    with db.write() as writing:
        writing.execute(
            "delete from text_revisions where text_id = :id and number = :number",
            {"id": text_id, "number": number},
        )


def _first(db: Database, where: str, asked: dict[str, Any]) -> Revision | None:
    return next(iter(_select(db, where, asked)), None)


def _select(db: Database, where: str, asked: dict[str, Any]) -> tuple[Revision, ...]:
    sql = f"select {_COLUMNS} from text_revisions where text_id = :id and {where}"  # noqa: S608 - constants
    with db.read() as connection:
        return tuple(_revision(row) for row in connection.execute(sql, asked).fetchall())


def _revision(row: Any) -> Revision:
    text_id, number, based_on, kind, saved_by, saved_at, fields, body, settled_by, pen = row
    return Revision(
        text_id=text_id,
        number=number,
        based_on=based_on,
        kind=Kind(kind),
        saved_by=saved_by,
        saved_at=datetime.fromisoformat(saved_at),
        content=content_from(fields, body),
        settled_by=settled_by,
        pen=pen,
    )
