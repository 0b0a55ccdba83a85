"""Bring the database and the search index up to date with content/."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen

from indexer import generation, merging, withdrawn
from indexer.copying import copy_index
from indexer.document import Document
from indexer.engine import refuse_unknown
from indexer.errors import EngineUnavailable
from indexer.graphs import make_pair_reader
from indexer.model import find_model
from indexer.pipeline import Indexer, Report
from kb.domain.article import Article, Visibility
from kb.domain.carried import carried, described
from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.library import Library, Reading
from kb.domain.search import Reader
from kb.storage import articles, editions
from kb.storage.content import load_library, read_articles
from kb.storage.database import Database

_log = logging.getLogger(__name__)

PATIENCE = 600.0
"""Seconds that one changed article waits for a whole ‘kb index’: an hour's work is tried again later instead."""

SHORT_PATIENCE = 10.0
"""Seconds that ‘kb index’ waits: longer than one changed article takes."""

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
    reranker: str = "none",
    rebuild: bool = False,
    progress: Progress | None = None,
) -> Indexed:
    """Read content/, then make the index and the database hold exactly what is published there.

    A file with a mistake is left out and reported; if an article of that name was published before, the old text
    stays findable until the mistake is mended. The database goes first: whatever search lists must have a page.

    Raises ContentInvalid when the vocabulary or the schools have mistakes or no article at all can be published,
    IndexerError when the index cannot be built; the old index serves on then.
    """
    refuse_unknown(address)
    if reranker != "none":
        make_pair_reader(index, reranker)
    with generation.alone(
        index, patience=SHORT_PATIENCE
    ):  # or an article that is withdrawn meanwhile would come back
        before = withdrawn.entries(index)
        indexed = _brought_up_to_date(content, db, index, model, rebuild=rebuild, progress=progress)
        _mirror(index, address, rebuild=rebuild)
        _settle(index, before)
    if merging.due(index):
        merging.merge(index)  # nobody else waits for it, and whoever runs this expects to
    return indexed


def _brought_up_to_date(
    content: Path,
    db: Database,
    index: Path,
    model: str,
    *,
    rebuild: bool,
    progress: Progress | None,
) -> Indexed:
    library = load_library(content)
    refuse_if_empty(content)
    reading = _without_those_down(read_articles(content, library), db)
    published = {article.slug: article for article in reading.articles}
    kept = _still_published(db, reading.mistakes, published)
    everything = [*reading.articles, *kept]
    if not everything:
        raise ContentInvalid(reading.mistakes)
    indexer = Indexer(index, model=find_model(model))
    try:
        documents = [document(article, library) for article in everything]
        articles.replace_all(db, [(article, carried(article, library)) for article in everything])
        report = indexer.bring_up_to_date(documents, rebuild=rebuild, progress=progress)
    finally:
        indexer.engine.close()
    _log.info("indexed %d articles in %.1f s", len(everything), report.seconds)
    return Indexed(report=report, articles=len(everything), mistakes=reading.mistakes)


class LiveIndex:
    """Puts single articles into the index and takes them out, while the site runs.

    Made for a worker that lives long: the model is loaded once, by ``warm`` or with the first article. Both verbs may
    be called again after any failure, a killed process included: they bring about a state, they do not add to one.
    Several workers, and ‘kb index’, may run at the same time; one waits for the other.
    """

    def __init__(
        self,
        db: Database,
        index: Path,
        *,
        library: Callable[[], Library],
        model: str,
        address: str = "embedded",
        patience: float = PATIENCE,
    ) -> None:
        self._db, self._index, self._library = db, index, library
        self._model, self._address, self._patience = model, address, patience
        self._indexer: Indexer | None = None
        self._opening = threading.Lock()
        self._merging: Popen[bytes] | None = None

    def warm(self) -> None:
        """Load what the first article would have to wait for. Any thread may call this. Raises ModelUnusable."""
        self._opened().warm()

    def publish(self, article: Article) -> Report:
        """Make an article readable and findable as it is now, whether it was there before or not.

        Raises IndexBusy, IndexNotWritten, ModelUnusable, DatabaseUnusable; what was found before is found then.
        """
        library = self._library()
        with generation.alone(self._index, patience=self._patience):
            articles.put(self._db, article, carried(article, library))
            report = self._opened().change([document(article, library)])
            _mirror(self._index, self._address)
            _settle(self._index, [article.slug])
        self._merge_aside()
        _log.info("published %s in %.2f s", article.slug, report.seconds)
        return report

    def withdraw(self, slug: str) -> Report:
        """Take an article out. No worker shows it from its next query on, long before the index is written.

        Take its file out of content/ before: a ‘kb index’ that reads the file later publishes it again.
        Raises what ``publish`` raises; the article is hidden all the same then.
        """
        self.hide(slug)
        with generation.alone(self._index, patience=self._patience):
            articles.remove(self._db, slug)
            report = self._opened().change([], gone=[slug])
            _mirror(self._index, self._address)
            _settle(self._index, [slug])
        self._merge_aside()
        _log.info("withdrew %s in %.2f s", slug, report.seconds)
        return report

    def hide(self, slug: str) -> None:
        """Let no search show an article from the next query on: what a page calls before it sends the job."""
        withdrawn.withdraw(self._index, [slug])

    def close(self) -> None:
        """Let go of the model and of the index."""
        if self._indexer:
            self._indexer.engine.close()
        self._indexer = None

    def _merge_aside(self) -> None:
        """Let another process merge what has gathered: the next publishing need not wait for that."""
        if (self._merging is None or self._merging.poll() is not None) and merging.due(self._index):
            self._merging = merging.start(self._index)

    def _opened(self) -> Indexer:
        with self._opening:
            if self._indexer is None:
                self._indexer = Indexer(self._index, model=find_model(self._model))
            return self._indexer


def _mirror(index: Path, address: str, *, rebuild: bool = False) -> None:
    """Bring the search server to what this machine's index holds, when there is one. Raises EngineUnavailable."""
    try:
        copy_index(index, address, rebuild=rebuild)
    except EngineUnavailable as error:
        raise EngineUnavailable(
            f"{error} This machine’s own index is up to date and answers; run ‘kb index’ again when the server is "
            "there."
        ) from error


def _settle(index: Path, slugs: Iterable[str]) -> None:
    """What was hidden is in the newest index as it should be."""
    kept = generation.generations(index)
    if kept:
        withdrawn.settle(index, slugs, generation.current(index).name, oldest=kept[-1].name)


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


def _without_those_down(reading: Reading, db: Database) -> Reading:
    """What was withdrawn or archived stays away, wherever its file lies."""
    down = {each.slug for each in editions.all_down(db)}
    return replace(reading, articles=tuple(each for each in reading.articles if each.slug not in down))


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
