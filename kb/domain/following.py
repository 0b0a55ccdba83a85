"""What people keep and follow for themselves: reading lists, and news of themes, schools, authors and collections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import BadRequest

LONGEST_TITLE, LONGEST_NOTE = 80, 500
MOST_LISTS, MOST_ITEMS = 20, 200
FIRST_LIST = "To read"


class FollowKind(StrEnum):
    """What can be followed."""

    THEME = "theme"
    SCHOOL = "school"
    AUTHOR = "author"
    COLLECTION = "collection"


class KeepingRefused(BadRequest):
    """Something cannot be kept so; ``field`` is the question that the sentence answers."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One thing that somebody follows. ``subject``: an id, an address, or an author's name as it stands on articles."""

    kind: FollowKind
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article on a reading list, with what its reader noted."""

    slug: str
    note: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList:
    """Articles that somebody keeps for themselves. Nobody else ever sees it."""

    id: int
    title: str
    items: tuple[Item, ...]
