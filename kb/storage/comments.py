"""What is said about texts, in threads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kb.domain.review import Comment, Thread
from kb.storage.database import Database
from kb.storage.text_rows import inserted, moment, stamp

_COLUMNS = "id, text_id, parent, section, revision, author, said, said_at, resolved_at, resolved_by"


def add(
    db: Database,
    text_id: int,
    *,
    author: int,
    said: str,
    revision: int,
    now: datetime,
    section: str = "",
    parent: int | None = None,
) -> int:
    """Keep a comment, or an answer to the comment ``parent``, and give its id."""
    row = {
        "text_id": text_id,
        "parent": parent,
        "section": section,
        "revision": revision,
        "author": author,
        "said": said,
        "said_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "comments", row)


def find(db: Database, text_id: int, comment_id: int) -> Comment | None:
    """One comment on this text, None when there is none."""
    with db.read() as connection:
        row = connection.execute(
            f"select {_COLUMNS} from comments where id = :id and text_id = :text",  # noqa: S608 - a constant
            {"id": comment_id, "text": text_id},
        ).fetchone()
    return _comment(row) if row else None


def threads(db: Database, text_id: int) -> tuple[Thread, ...]:
    """Every thread about a text, oldest first."""
    with db.read() as connection:
        rows = connection.execute(
            f"select {_COLUMNS} from comments where text_id = :id order by id",  # noqa: S608 - a constant
            {"id": text_id},
        ).fetchall()
    every = [_comment(row) for row in rows]
    return tuple(
        Thread(opening=opening, answers=tuple(each for each in every if each.parent == opening.id))
        for opening in every
        if opening.parent is None
    )


def resolve(db: Database, comment_id: int, *, by: int | None, now: datetime) -> None:
    """Settle the thread that a comment opened; open it again when ``by`` is None."""
    row = {"id": comment_id, "by": by, "now": stamp(now) if by else None}
    with db.write() as writing:
        writing.execute("update comments set resolved_at = :now, resolved_by = :by where id = :id", row)


def _comment(row: Any) -> Comment:
    id_, text_id, parent, section, revision, author, said, said_at, resolved_at, resolved_by = row
    return Comment(
        id=id_,
        text_id=text_id,
        parent=parent,
        section=section,
        revision=revision,
        author=author,
        said=said,
        said_at=datetime.fromisoformat(said_at),
        resolved_at=moment(resolved_at),
        resolved_by=resolved_by,
    )
