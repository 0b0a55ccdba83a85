"""Trust approaches: what everybody of the trust does in the same way, asked of people and confirmed by each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.domain.difference import Change, Piece, counts, difference
from kb.domain.errors import BadRequest

SHORTEST_TITLE, LONGEST_TITLE = 5, 120
LONGEST_REASON = 300
LONGEST_NOTE = 300
FARTHEST_DAYS = 400
"""Days ahead by which something may be asked to be read."""


class SubjectKind(StrEnum):
    """What is marked as an approach."""

    ARTICLE = "article"
    COLLECTION = "collection"


class Confirmation(StrEnum):
    """What somebody says they have done with it."""

    READ = "read"
    DISCUSSED = "discussed"


class ApproachRefused(BadRequest):
    """Something about an approach cannot be so; ``field`` is the question that the sentence answers."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


class NewVersionSince(BadRequest):
    """There is a newer version than the one that somebody looked at."""

    def __init__(self) -> None:
        super().__init__(
            "There is a new version since you opened the page. Look at what changed, then confirm it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of what an approach said: an article's text, or what its collection said around the articles.

    article  the address of the article that said it, which decides who may read it; empty for the collection
    """

    article: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an approach said from a day on."""

    number: int
    parts: tuple[Part, ...]
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """An article or a collection that is the common approach.

    slug     its name in addresses, which never changes
    subject  the address of the article or collection
    reason   why it is shown before everything else, in one sentence
    version  number of the version that counts
    """

    id: int
    slug: str
    kind: SubjectKind
    subject: str
    title: str
    reason: str
    version: int
    made_at: datetime
    ended_at: datetime | None

    @property
    def address(self) -> str:
        """The page of the article or collection."""
        return f"/{'articles' if self.kind is SubjectKind.ARTICLE else 'collections'}/{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who is asked to read a version, and by when. Empty posts or schools mean all."""

    version: int
    posts: tuple[str, ...]
    schools: tuple[str, ...]
    due: date
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that is asked of one person, and what they have confirmed of it."""

    approach: Approach
    due: date
    read_at: datetime | None
    discussed_at: datetime | None

    def late(self, today: date) -> bool:
        """True when the day has passed and nothing was confirmed."""
        return self.read_at is None and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What happened to one part between two versions."""

    title: str
    pieces: tuple[Piece, ...]
    new: int
    gone: int


def checked(title: str, reason: str) -> None:
    """Raise ApproachRefused when an approach cannot be called so."""
    if not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        raise ApproachRefused("title", f"Use {SHORTEST_TITLE} to {LONGEST_TITLE} characters for the name.")
    if not reason or len(reason) > LONGEST_REASON:
        raise ApproachRefused(
            "reason", f"Say in at most {LONGEST_REASON} characters why everybody should know it."
        )


def changes(before: Sequence[Part], after: Sequence[Part]) -> tuple[Changed, ...]:
    """What is different between two versions, part by part; parts that stayed the same are left out."""
    old = {each.article: each for each in before}
    new = {each.article: each for each in after}
    found = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        pieces = difference(was.text if was else "", now.text if now else "")
        if any(each.change is not Change.SAME for each in pieces):
            more, fewer = counts(pieces)
            title = now.title if now else was.title if was else ""
            found.append(Changed(title=title, pieces=pieces, new=more, gone=fewer))
    return tuple(found)
