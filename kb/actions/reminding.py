"""Letters that come round: to those who answer for articles that are late, and to the lead about the week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from kb.actions import notifying, printing
from kb.domain.account import Account, Role
from kb.domain.article import Article, Visibility
from kb.domain.job import Job
from kb.domain.permission import State, Verb
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.storage import accounts, article_findings, articles, texts
from kb.storage.database import Database

REMIND = Schedule(kind="remind", at=time(7))
DIGEST = Schedule(kind="digest", at=time(7), weekday=0)

AGAIN_AFTER = 14
"""Days between two letters to one person about what is late."""

LIST = "/verify/"
"""Where a person sees everything that is late."""

_SOON = timedelta(days=30)
_WEEK = timedelta(days=7)
_EVERYBODY = Reader(visibilities=frozenset(Visibility))


@dataclass(frozen=True, slots=True)
class Reminding:
    """Writes the letters that come round, into the outbox; each of them once however often its job is done."""

    database: Database

    def remind(self, job: Job) -> None:
        """Ask those who answer for late articles whether they are still right."""
        turn = date.fromisoformat(job.payload["turn"])
        late: dict[int, list[Article]] = defaultdict(list)
        for article in articles.to_review(self.database, _EVERYBODY, turn - timedelta(days=1)):
            for account_id in printing.answers_for(self.database, article):
                late[account_id].append(article)
        for account_id, theirs in late.items():
            notifying.notify(
                self.database,
                to=account_id,
                kind="overdue",
                values={"articles": [_line(each) for each in theirs], "link": LIST},
                key=f"overdue:{account_id}:{turn.toordinal() // AGAIN_AFTER}",
            )

    def digest(self, job: Job) -> None:
        """Tell each lead about the week, when there is something to tell."""
        turn = date.fromisoformat(job.payload["turn"])
        about = self._of_the_week(turn)
        for lead in accounts.everybody(self.database, role=Role.LEAD):
            values = about | {"waiting": self._waiting(lead)}
            if any(values.values()):
                notifying.notify(
                    self.database,
                    to=lead.id,
                    kind="digest",
                    values=values | {"week": _day(turn - _WEEK), "link": LIST},
                    key=f"digest:{lead.id}:{turn.isoformat()}",
                )

    def _of_the_week(self, turn: date) -> dict[str, Any]:
        late = articles.to_review(self.database, _EVERYBODY, turn - timedelta(days=1))
        near = articles.to_review(self.database, _EVERYBODY, turn + _SOON)[len(late) :]
        new = [
            each
            for each in articles.newest(self.database, _EVERYBODY, 50)
            if each.published and turn - _WEEK <= each.published < turn
        ]
        return {
            "overdue": [_line(each) for each in late],
            "soon": [_line(each) for each in near],
            "found": self._found(),
            "published": [_line(each, f"published on {_day(each.published)}") for each in new],
        }

    def _found(self) -> list[Mapping[str, str]]:
        """Articles in which the check found something that nobody has looked at: how much, and never what."""
        found: list[Mapping[str, str]] = []
        for slug, count in article_findings.open_ones(self.database).items():
            article = printing.article_at(self.database, slug)
            if article:
                note = "1 thing" if count == 1 else f"{count} things"
                found.append({"title": article.title, "link": f"/review/found/{slug}", "note": note})
        return found

    def _waiting(self, lead: Account) -> list[Mapping[str, str]]:
        found = texts.listed(self.database, lead, Verb.SEE, {State.SUBMITTED, State.IN_REVIEW})
        return [
            {
                "title": text.title,
                "link": f"/review/{text.id}",
                "note": f"since {_day(text.state_since.date())}",
            }
            for text in found
        ]


def _line(article: Article, note: str = "") -> Mapping[str, str]:
    until = _day(article.review_by)
    return {
        "title": article.title,
        "link": f"/articles/{article.slug}",
        "since": until,
        "note": note or f"to be looked at by {until}",
    }


def _day(day: date | None) -> str:
    """A day in words, such as 3 December 2026."""
    return f"{day.day} {day:%B %Y}" if day else ""
