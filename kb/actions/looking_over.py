"""Everything the site can say about a text before somebody else reads it: personal data first, then advice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.actions.checking_likeness import likeness
from kb.actions.checking_text import Checker, checker
from kb.actions.checking_writing import Around, acronyms_from, writing
from kb.actions.searching import Search
from kb.domain.article import Visibility
from kb.domain.finding import Finding, in_order
from kb.domain.library import Library
from kb.domain.search import Reader
from kb.domain.synonym import SynonymRow
from kb.domain.text import Content, Text
from kb.storage import accounts, articles, pictures, published_pictures
from kb.storage.database import Database

CHECKED = ("title", "summary", "how_we_know")
"""Fields that people write in their own words, beside the text itself."""

_EVERYBODY = Reader(visibilities=frozenset(Visibility))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is needed to look over texts; make it with ``desk``, once for each state of the library."""

    library: Library
    check: Checker
    acronyms: dict[str, list[str]]


def desk(library: Library, synonyms: Collection[SynonymRow]) -> Desk:
    """What looking over needs of a library. It takes a moment to make; keep it until the library changes."""
    return Desk(library=library, check=checker(library, synonyms), acronyms=acronyms_from(synonyms))


def look_over(
    desk: Desk,
    db: Database,
    content_folder: Path,
    text: Text,
    *,
    search: Search | None = None,
    reader: Reader | None = None,
    content: Content | None = None,
) -> tuple[Finding, ...]:
    """Everything found in a text, the most serious first; warnings that were looked at before are still among it.

    search, reader  to look for articles that say nearly the same, among those that this reader may see
    content         what stands in the editor now, when it is not saved yet
    """
    now = content or text.content
    personal = desk.check.personal_data(fields_of(now), people=_people(db, text, now))
    advice = writing(now, text.type, _around(desk, db, content_folder, text))
    like = likeness(search, reader, now, but=text.replaces or text.slug) if search and reader else ()
    return in_order([*personal, *advice, *like])


def fields_of(content: Content) -> dict[str, str]:
    """What is looked through for personal data: field → its text."""
    return {**{key: content.one(key) for key in CHECKED}, "body": content.body}


def _people(db: Database, text: Text, content: Content) -> Iterable[str]:
    """The names of those who write it, as accounts and as they are named on it."""
    names = [account.name for account in (accounts.find(db, each) for each in text.authors) if account]
    return [*names, *content.several("authors")]


def _around(desk: Desk, db: Database, content_folder: Path, text: Text) -> Around:
    today = datetime.now(UTC).date()
    shown = {
        picture.name: picture.about is not None and not picture.about.hidden(today)
        for picture in pictures.of_text(db, text.id)
    }
    for name in published_pictures.names_in(content_folder):
        shown.setdefault(name, published_pictures.may_be_shown(content_folder, name, today))
    slugs = frozenset(slug for slug, _ in articles.titles(db, _EVERYBODY))
    return Around(library=desk.library, acronyms=desk.acronyms, slugs=slugs, pictures=shown)
