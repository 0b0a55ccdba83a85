"""Pictures whose consent runs out: those who answer for the articles are told before the pictures are hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from kb.actions.notifying import notify
from kb.actions.printing import answers_for, article_at
from kb.domain.article import Article, Visibility
from kb.domain.job import Job
from kb.domain.picture import shown_in
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.storage import articles, published_pictures
from kb.storage.database import Database

CONSENT = Schedule(kind="consent", at=time(7, 15))
BEFORE = timedelta(days=42)
"""So long before, people are told: forms come back from families slowly."""

AGAIN_AFTER = 14
LIST = "/verify/"
_EVERYBODY = Reader(visibilities=frozenset(Visibility))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    """A picture of an article, what it shows, and the last day of its consent."""

    article: Article
    alt: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenting:
    """What the letters about consent are made from."""

    database: Database
    content: Path

    def remind(self, job: Job) -> None:
        """Tell each person about all their pictures whose consent is about to run out, once a fortnight."""
        turn = date.fromisoformat(job.payload["turn"])
        theirs: dict[int, list[RunningOut]] = defaultdict(list)
        for each in running_out(self.database, self.content, turn):
            for account_id in answers_for(self.database, each.article):
                theirs[account_id].append(each)
        for account_id, found in theirs.items():
            told = [
                {
                    "title": each.article.title,
                    "until": f"{each.until.day} {each.until:%B %Y}",
                    "link": f"/articles/{each.article.slug}",
                }
                for each in found
            ]
            notify(
                self.database,
                to=account_id,
                kind="consent",
                values={"pictures": told, "link": LIST},
                key=f"consent:{account_id}:{turn.toordinal() // AGAIN_AFTER}",
            )


def running_out(db: Database, content: Path, today: date) -> tuple[RunningOut, ...]:
    """Pictures of articles whose consent ends within six weeks or ended in the last two, the first to end first."""
    return tuple(sorted(_found(db, content, today), key=lambda each: (each.until, each.article.slug)))


def _found(db: Database, content: Path, today: date) -> Iterator[RunningOut]:
    ending = {}
    for name in published_pictures.names_in(content):
        about = published_pictures.published_about(content, name)
        until = about.consent_until if about and about.recognisable else None
        if about and until and today - timedelta(days=14) <= until <= today + BEFORE:
            ending[name] = (about.alt, until)
    if not ending:
        return
    for slug, _ in articles.titles(db, _EVERYBODY):
        article = article_at(db, slug)
        for name in shown_in(article.body) if article else ():
            if article and name in ending:
                alt, until = ending[name]
                yield RunningOut(article=article, alt=alt, until=until)
