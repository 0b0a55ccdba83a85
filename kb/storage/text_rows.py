"""Rows about texts and what they mean: shared by the modules that keep texts, revisions and what is said of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from kb.domain.text import Content
from kb.storage.sqlite import Database as Writing


def content_from(fields: str, body: str) -> Content:
    """The content of a row."""
    stored = json.loads(fields)
    return Content(
        fields={key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()},
        body=body,
    )


def fields_text(content: Content) -> str:
    """The fields of a content as they are stored: the same content always gives the same text."""
    return json.dumps(dict(content.fields), ensure_ascii=False, sort_keys=True)


def stamp(moment: datetime) -> str:
    """A moment as it is stored: its text sorts as the moments do."""
    return moment.isoformat(timespec="microseconds")


def moment(text: str | None) -> datetime | None:
    """A stored moment; None stays None."""
    return datetime.fromisoformat(text) if text else None


def inserted(writing: Writing, table: str, row: Mapping[str, object]) -> int:
    """Insert a row and give the id it got."""
    columns = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    sql = f"insert into {table} ({columns}) values ({marks}) returning id"  # noqa: S608 - names of our own
    (new,) = writing.execute(sql, dict(row)).fetchone()
    return int(new)
