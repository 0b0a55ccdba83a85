"""Bring the database and the search index up to date with content/."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.document import Document
from indexer.model import find_model
from indexer.pipeline import Indexer, Report
from kb.domain.article import Article, Visibility
from kb.domain.carried import carried, described
from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.library import Library
from kb.domain.search import Reader
from kb.storage import articles
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What a run did. ``mistakes`` are those of files that were left out."""

    report: Report
    articles: int
    mistakes: tuple[Mistake, ...]


def bring_up_to_date(
    content: Path,
    db: Database,
    index: Path,
    *,
    model: str,
    address: str = "embedded",
    rebuild: bool = False,
    progress: Progress | None = None,
) -> Indexed:
    """Read content/, then make the index and the database hold exactly what is published there.

    A file with a mistake is left out and reported; if an article of that name was published before, the old text
    stays findable until the mistake is mended. The database goes first: whatever search lists must have a page.

    Raises ContentInvalid when the vocabulary or the schools have mistakes or no article at all can be published,
    IndexerError when the index cannot be built; the old index serves on then.
    """
    library = load_library(content)
    refuse_if_empty(content)
    reading = read_articles(content, library)
    published = {article.slug: article for article in reading.articles}
    kept = _still_published(db, reading.mistakes, published)
    everything = [*reading.articles, *kept]
    if not everything:
        raise ContentInvalid(reading.mistakes)
    indexer = Indexer(index, model=find_model(model), address=address)
    try:
        documents = [document(article, library) for article in everything]
        articles.replace_all(db, [(article, carried(article, library)) for article in everything])
        report = indexer.bring_up_to_date(documents, rebuild=rebuild, progress=progress)
    finally:
        indexer.engine.close()
    _log.info("indexed %d articles in %.1f s", len(everything), report.seconds)
    return Indexed(report=report, articles=len(everything), mistakes=reading.mistakes)


def document(article: Article, library: Library) -> Document:
    """What the index knows of an article."""
    return Document(
        id=article.slug,
        title=article.title,
        body=article.body,
        summary=article.summary,
        keywords=described(article, library),
        facets={facet.value: ids for facet, ids in carried(article, library).items()},
        visibility=article.visibility.value,
        published=article.published.isoformat() if article.published else "",
        reviewed=article.reviewed.isoformat() if article.reviewed else "",
    )


def _still_published(
    db: Database, mistakes: tuple[Mistake, ...], published: dict[str, Article]
) -> list[Article]:
    """The stored text of articles whose file is there but has a mistake now."""
    slugs = {mistake.path.stem for mistake in mistakes} - published.keys()
    return list(articles.find_all(db, slugs, Reader(visibilities=frozenset(Visibility))).values())


def refuse_if_empty(content: Path) -> None:
    """Raise ContentInvalid when there is nothing to index."""
    if not any((content / "articles").rglob("*.md")):
        message = "There is no article yet. Put one into content/articles, or import some with ‘kb import’."
        raise ContentInvalid([Mistake(path=content / "articles", line=0, message=message)])
