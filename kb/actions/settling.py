"""Bring about in content/ and in the search index what the database says about an article.

It looks at how things are and not at what happened, so it can be done again after any failure, and one time does for
several changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from kb.actions.printing import HISTORY
from kb.domain.article import Article
from kb.domain.edition import Why
from kb.domain.errors import Unavailable
from kb.domain.job import Job
from kb.domain.library import Library
from kb.storage import editions, jobs, live_files
from kb.storage.content import read_article_text
from kb.storage.crash import crash_point
from kb.storage.database import Database

_log = logging.getLogger(__name__)


class Live(Protocol):
    """The part of a search index that follows single articles."""

    def publish(self, article: Article) -> object:
        """Make an article findable as it is now."""

    def withdraw(self, slug: str) -> object:
        """Take an article out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What settling works with.

    history  whether each change is recorded in the content folder's own history afterwards
    """

    database: Database
    content: Path
    library: Callable[[], Library]
    live: Live
    history: bool = False

    def settle(self, job: Job) -> None:
        """Do the job of one article."""
        slug = str(job.payload["slug"])
        settle_file(self.database, self.content, slug)
        if editions.down(self.database, slug):
            self.live.withdraw(slug)
        else:
            self.live.publish(self._article(slug))
        if self.history:  # a job of its own: however it ends, the article is up
            jobs.enqueue(self.database, HISTORY, {"slug": slug}, key=f"{HISTORY}:{slug}")
        crash_point("settled")

    def _article(self, slug: str) -> Article:
        edition = editions.last(self.database, slug)
        if edition is None:
            raise Unavailable(f"The article {slug} has no edition any more. Run ‘kb index’.")
        text = live_files.text_at(self.content, edition.path)
        article, mistakes = read_article_text(
            edition.content if text is None else text, slug=slug, vocabulary=self.library()
        )
        if article is None:
            raise Unavailable(f"The article {slug} cannot be indexed: {mistakes[0].message}")
        return replace(article, path=edition.path)


def settle_file(db: Database, content: Path, slug: str) -> None:
    """Let the file of an article be where it belongs."""
    down, edition = editions.down(db, slug), editions.last(db, slug)
    if down and down.why is Why.RENAMED:
        live_files.remove(content, down.path)
    elif down:
        if edition and not edition.placed:  # taken down before it was ever written
            live_files.place(content, down.path, edition.content)
            editions.note_placed(db, edition)
        live_files.take_away(content, down.path)
    elif edition and not edition.placed:
        live_files.place(content, edition.path, edition.content)
        editions.note_placed(db, edition)
        crash_point("file-noted")


def settle_files(db: Database, content: Path) -> None:
    """Let every file be where it belongs: what ``kb index`` does before it reads them."""
    for slug in editions.to_be_placed(db):
        settle_file(db, content, slug)
    for down in editions.all_down(db):
        settle_file(db, content, down.slug)
