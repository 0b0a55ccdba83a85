"""Editions: an article's file as it was published, from the first time to the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EditionKind(StrEnum):
    """How an edition came about. One that was found had been put into content/ by hand or by an import."""

    FOUND = "found"
    PUBLISHED = "published"
    VERIFIED = "verified"
    RESTORED = "restored"


class Why(StrEnum):
    """Why an article is not to be seen."""

    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One published version of an article. Never changed afterwards.

    number    counted from 1 for each address
    text_id, revision  the text it was made from, None for what was found
    path      of its file, relative to content/
    content   of the file
    made_by   an account's id; None when nobody who was signed in made it
    placed    whether the file has been written
    """

    slug: str
    number: int
    kind: EditionKind
    path: str
    sha256: str
    content: str
    made_at: datetime
    made_by: int | None = None
    text_id: int | None = None
    revision: int | None = None
    note: str = ""
    placed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """An article that is not to be seen. ``path`` is where its file lay."""

    slug: str
    why: Why
    path: str
    taken_by: int | None
    taken_at: datetime
    reason: str
