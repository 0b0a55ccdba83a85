"""Articles as HTML, kept until their text or the way of rendering changes.

A row can be thrown away at any time: it is made again from the Markdown.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from kb.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One text as it was rendered.

    html      cleaned, ready to show
    contents  (level, id, text) of each heading, in order
    words     how many a reader would read
    """

    html: str
    contents: tuple[tuple[int, str, str], ...]
    words: int


def find(db: Database, sha256: str, version: str) -> Stored | None:
    """Return the text with this fingerprint as it was rendered by this version, if it ever was."""
    wanted = {"sha256": sha256, "version": version}
    with db.read() as connection:
        row = connection.execute(
            "select html, contents, words from renderings "
            "where content_sha256 = :sha256 and version = :version",
            wanted,
        ).fetchone()
    if row is None:
        return None
    html, contents, words = row
    headings = tuple((level, identity, text) for level, identity, text in json.loads(contents))
    return Stored(html=html, contents=headings, words=words)


def keep(db: Database, sha256: str, version: str, stored: Stored) -> None:
    """Keep a rendered text and forget it under any other version, which nobody asks for again."""
    row = {
        "sha256": sha256,
        "version": version,
        "html": stored.html,
        "contents": json.dumps(stored.contents),
        "words": stored.words,
    }
    with db.write() as writing:
        writing.execute("delete from renderings where content_sha256 = :sha256", row)
        writing.execute(
            "insert into renderings (content_sha256, version, html, contents, words) "
            "values (:sha256, :version, :html, :contents, :words)",
            row,
        )
