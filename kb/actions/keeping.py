"""Reading lists of one's own: keep an article, note something, put it in order. Nobody else ever sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.following import (
    FIRST_LIST,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_ITEMS,
    MOST_LISTS,
    KeepingRefused,
    ReadingList,
)
from kb.domain.search import Reader
from kb.storage import articles, reading_lists
from kb.storage.database import Database


def save(db: Database, account: Account, slug: str, reader: Reader, number: int | None = None) -> bool:
    """Put an article on a list of one's own, by default the first; False when it is there already.

    Raises NotFound, KeepingRefused.
    """
    now = datetime.now(UTC)
    with db.write():
        if articles.find(db, slug, reader) is None:
            raise NotFound("There is no such article. It may have been taken down meanwhile.")
        lists = reading_lists.of(db, account.id)
        if number is None and not lists:
            return reading_lists.put(db, reading_lists.add_list(db, account.id, FIRST_LIST, now), slug, now)
        chosen = _theirs(db, account, number) if number is not None else lists[0]
        if len(chosen.items) >= MOST_ITEMS:
            raise KeepingRefused("article", f"A list holds at most {MOST_ITEMS} articles. Begin another one.")
        return reading_lists.put(db, chosen.id, slug, now)


def begin(db: Database, account: Account, title: str) -> int:
    """Begin another list and give its number. Raises KeepingRefused."""
    good = _title(title)
    with db.write():
        if len(reading_lists.of(db, account.id)) >= MOST_LISTS:
            raise KeepingRefused("title", f"You can have at most {MOST_LISTS} lists. Delete one first.")
        return reading_lists.add_list(db, account.id, good, datetime.now(UTC))


def rename(db: Database, account: Account, number: int, title: str) -> None:
    """Call a list otherwise. Raises NotFound, KeepingRefused."""
    good = _title(title)
    with db.write():
        reading_lists.rename(db, account.id, _theirs(db, account, number).id, good)


def delete(db: Database, account: Account, number: int) -> None:
    """Delete a list with what is on it. Raises NotFound."""
    with db.write():
        reading_lists.remove_list(db, account.id, _theirs(db, account, number).id)


def change(db: Database, account: Account, number: int, slug: str, *, note: str, step: int = 0) -> None:
    """Note something about an article on a list, and move it by some places. Raises NotFound, KeepingRefused."""
    if len(note) > LONGEST_NOTE:
        raise KeepingRefused("note", f"Use at most {LONGEST_NOTE} characters for a note.")
    with db.write():
        slugs = [each.slug for each in _theirs(db, account, number).items]
        if slug not in slugs:
            raise NotFound("This article is not on the list any more.")
        reading_lists.annotate(db, number, slug, note.strip())
        at = max(0, slugs.index(slug) + step)
        rest = [each for each in slugs if each != slug]
        reading_lists.arrange(db, number, [*rest[:at], slug, *rest[at:]])


def take_off(db: Database, account: Account, number: int, slug: str) -> None:
    """Take an article off a list. Raises NotFound."""
    with db.write():
        reading_lists.take_off(db, _theirs(db, account, number).id, slug)


def _theirs(db: Database, account: Account, number: int) -> ReadingList:
    found = reading_lists.find(db, account.id, number)
    if found is None:
        raise NotFound("There is no such reading list.")
    return found


def _title(title: str) -> str:
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > LONGEST_TITLE:
        raise KeepingRefused("title", f"Use 1 to {LONGEST_TITLE} characters for the name of a list.")
    return tidy
