"""What publishing, taking down and verifying share: the press, and the steps of their transactions.

One transaction says what is so: the edition with the file's whole text, the row that pages read, the journal's line
and the job. What follows from it, the file in content/ and the search index, the job brings about
(``kb.actions.settling``); it may be done again as often as needed. So a kill at any moment leaves everything whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.carried import carried
from kb.domain.edition import Edition, EditionKind
from kb.domain.errors import BadRequest, Mistake
from kb.domain.library import Library
from kb.domain.permission import Standing, State
from kb.domain.search import Reader
from kb.storage import accounts, articles, editions, jobs, live_files, texts
from kb.storage.content import article_text, front_matter_of, read_article_text
from kb.storage.database import Database

JOB = "publication"
HISTORY = "history"
_EVERYBODY = Reader(visibilities=frozenset(Visibility))


class NotComplete(BadRequest):
    """A text cannot become an article as it is."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes[0].message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What publishing works with.

    hide  lets search forget an article at once, in every process; it is told the article's address
    """

    database: Database
    content: Path
    var: Path
    library: Callable[[], Library]
    hide: Callable[[str], object]


def article_at(db: Database, slug: str) -> Article | None:
    """The article at an address, whoever may read it; None when there is none or it has been taken down."""
    return articles.find(db, slug, _EVERYBODY)


def renew(
    press: Press, account: Account, article: Article, kind: EditionKind, content: str, *, note: str
) -> Edition:
    """Publish another text of an article's file, within the caller's transaction. Raises NotComplete."""
    with press.database.write():
        remember(press, article)
        renewed = read(press, content, article.slug, article.path)
        edition = editions.add(
            press.database, article.slug, kind, content, path=article.path, by=account.id, note=note
        )
        put_up(press, renewed, edition)
    return edition


def remember(press: Press, article: Article) -> None:
    """Keep what stands in content/ as an edition when it was put there by hand, so that nothing of it is lost."""
    last = editions.last(press.database, article.slug)
    now = text_of(press.database, press.content, article)
    if last is None or last.content != now:
        editions.add(press.database, article.slug, EditionKind.FOUND, now, path=article.path)


def text_of(db: Database, content: Path, article: Article) -> str:
    """An article's file as it is, or is about to be, in content/."""
    last = editions.last(db, article.slug)
    if last and not last.placed:
        return last.content
    there = live_files.text_at(content, article.path)
    if there is not None:
        return there
    return last.content if last else article_text(front_matter_of(article), article.body)


def standing_of(db: Database, article: Article, state: State = State.PUBLISHED) -> Standing:
    """What the table of permissions must know of an article: who wrote its text, or else who owns its file."""
    text = texts.find_published(db, article.slug)
    owner = accounts.by_handle(db, article.owner) if article.owner else None
    authors = frozenset(text.authors) if text else frozenset()
    return Standing(
        state=state,
        authors=authors | ({owner.id} if owner else frozenset()),
        schools=frozenset({article.school}) if article.school else frozenset(),
    )


def answers_for(db: Database, article: Article) -> tuple[int, ...]:
    """Account ids of those who are asked about an article: its owner, or else the authors of its text."""
    owner = accounts.by_handle(db, article.owner) if article.owner else None
    if owner and owner.active:
        return (owner.id,)
    text = texts.find_published(db, article.slug)
    return text.authors if text else ()


def read(press: Press, content: str, slug: str, path: str) -> Article:
    """The article that a file's text is. Raises NotComplete."""
    article, mistakes = read_article_text(content, slug=slug, vocabulary=press.library())
    if article is None:
        raise NotComplete(mistakes)
    return replace(article, path=path)


def put_up(press: Press, article: Article, edition: Edition) -> None:
    """Let pages show an article, and note that its file and the index are to follow."""
    article = replace(article, sha256=edition.sha256)
    articles.put(press.database, article, carried(article, press.library()))
    enqueue(press.database, article.slug)


def enqueue(db: Database, slug: str) -> None:
    """Note that what is in content/ and in the index is to follow."""
    jobs.enqueue(db, JOB, {"slug": slug}, key=f"{JOB}:{slug}")
