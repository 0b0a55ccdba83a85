"""Look through the articles that are up for personal data, each night: the check has learnt, or a file was edited.

Only the lead is told, with counts and links. The words that were found are kept nowhere but in the article.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from kb.actions.checking_text import Checker, checker
from kb.actions.looking_over import fields_of
from kb.actions.printing import article_at
from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.errors import NotFound
from kb.domain.finding import Finding, Level
from kb.domain.job import Job
from kb.domain.library import Library
from kb.domain.permission import Verb, may
from kb.domain.review import Verdict
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.domain.text_fields import content_of
from kb.storage import accounts, article_findings, articles, dismissals, journal, reviews, texts
from kb.storage.content import load_synonyms
from kb.storage.database import Database

RECHECK = Schedule(kind="recheck", at=time(3))
_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_COUNTING = (Level.BLOCK, Level.WARN)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecking:
    """What the nightly look works with."""

    database: Database
    content: Path
    library: Callable[[], Library]

    def recheck(self, _job: Job) -> None:
        """Note what is found in every article. May be done again."""
        check, now = checker(self.library(), load_synonyms(self.content)), datetime.now(UTC)
        slugs = frozenset(slug for slug, _ in articles.titles(self.database, _EVERYBODY))
        for slug in sorted(slugs):
            article = article_at(self.database, slug)
            if article:
                found = found_in(self.database, check, article)
                named = {article_findings.name_of(slug, each.key): each.level for each in found}
                article_findings.note(self.database, slug, named, now=now)
        article_findings.forget_but(self.database, slugs)
        _log.info("%d articles were looked through for personal data", len(slugs))


def found_in(db: Database, check: Checker, article: Article) -> tuple[Finding, ...]:
    """What may tell who a pupil is in an article, without what was decided when it was reviewed."""
    text = texts.find_published(db, article.slug)
    people = (
        [person.name for person in (accounts.find(db, each) for each in text.authors) if person]
        if text
        else []
    )
    found = check.personal_data(
        fields_of(content_of(article)),
        people=[*people, *article.authors],
        dismissed=dismissals.of_text(db, text.id) if text else (),
    )
    passed = text is not None and any(
        each.verdict is Verdict.PASSED_BLOCKED and each.revision == text.revision
        for each in reviews.of_text(db, text.id)
    )
    counting = [Level.WARN] if passed else _COUNTING
    return tuple({each.key: each for each in found if each.level in counting}.values())


def to_look_at(db: Database, account: Account) -> tuple[tuple[Article, int], ...]:
    """Articles with what nobody has looked at, and how much it is, for the lead. Raises NotFound."""
    _insist(account)
    return tuple(_those(db, article_findings.open_ones(db)))


def open_in(db: Database, account: Account, check: Checker, slug: str) -> tuple[Article, tuple[Finding, ...]]:
    """An article and what stands in it now that nobody has looked at. Raises NotFound."""
    _insist(account)
    article = article_at(db, slug)
    if article is None:
        raise NotFound("There is no such article, or it has been taken down.")
    done = article_findings.looked_at(db, slug)
    found = found_in(db, check, article)
    return article, tuple(each for each in found if article_findings.name_of(slug, each.key) not in done)


def settle(db: Database, account: Account, slug: str, names: Collection[str]) -> None:
    """Note that these were looked at and may stay, by the names they are kept by. Raises NotFound."""
    with db.write():
        _insist(account)
        article = article_at(db, slug)
        if article is None:
            raise NotFound("There is no such article, or it has been taken down.")
        done = article_findings.look_at(db, slug, frozenset(names), by=account.id, now=datetime.now(UTC))
        if done:
            journal.record(
                db,
                actor=account.id,
                verb="look-at-findings",
                subject=f"article:{slug}",
                school=article.school or "",
                detail={"findings": done},
            )


def _those(db: Database, counted: dict[str, int]) -> Iterator[tuple[Article, int]]:
    for slug, count in counted.items():
        article = article_at(db, slug)
        if article:
            yield article, count


def _insist(account: Account) -> None:
    if not may(account, Verb.OVERSEE):
        raise NotFound("There is nothing here.")
