"""Everything that is published, for somebody else's program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from kb.actions.printing import text_of
from kb.domain.article import Article, Visibility
from kb.domain.pathway_text import pathway_text
from kb.domain.search import Reader
from kb.storage import articles, exports, journal, pathways
from kb.storage.database import Database

_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_PAGE = 500


def export(db: Database, content: Path, target: Path) -> int:
    """Write articles, pathways, the vocabulary and the journal into an empty folder; how many articles.

    What has been taken down is not in it. Raises BadRequest, Unavailable.
    """
    found = articles.find_all(db, (slug for slug, _ in articles.titles(db, _EVERYBODY)), _EVERYBODY)
    return exports.write(
        target,
        content=content,
        articles=_with_texts(db, content, found),
        journal=_journal(db),
        texts={"pathways": {each.slug: pathway_text(each) for each in pathways.every(db) if each.version}},
    )


def _with_texts(db: Database, content: Path, found: Mapping[str, Article]) -> Iterator[tuple[Article, str]]:
    for slug in sorted(found):
        yield found[slug], text_of(db, content, found[slug])


def _journal(db: Database) -> Iterator[Mapping[str, object]]:
    before: int | None = None
    while page := journal.entries(db, before=before, limit=_PAGE):
        yield from map(asdict, page)
        before = page[-1].id
