"""What readers say about an article, and what becomes of it: those who look after it are told, and deal with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kb.actions.checking_text import Checker
from kb.actions.free_text import refuse_personal_data
from kb.actions.notifying import notify
from kb.actions.printing import article_at, standing_of
from kb.domain.account import Account, Role
from kb.domain.article import Article, Visibility
from kb.domain.errors import BadRequest, NotFound
from kb.domain.feedback import Feedback, Verdict
from kb.domain.job import Job
from kb.domain.permission_sharing import Belonging, Deed, may_share
from kb.domain.schedule import Schedule
from kb.domain.search import Reader
from kb.domain.throttle import Limit
from kb.storage import accounts, articles, feedback, journal, throttles
from kb.storage.database import Database

WEEKLY = Schedule(kind="feedback", at=time(7, 15), weekday=0)
LONGEST_REASON = 600

FROM_ADDRESS = Limit(kind="feedback-from", most=20, within=3600)
ON_ARTICLE = Limit(kind="feedback-on", most=3, within=86_400)
"""Somebody who is not signed in: a whole school shares one address, so an hour is wide and one article is not."""

_WEEK = timedelta(days=7)
_EVERYBODY = Reader(visibilities=frozenset(Visibility))


class WhyNeeded(BadRequest):
    """What is wrong with an article helps only with a reason."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Say in a sentence why, so that somebody can do something about it.")


class TooLong(BadRequest):
    """More was written than is read."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Use at most {LONGEST_REASON} characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says: their verdict, why, and the warnings that they have looked at."""

    verdict: Verdict
    reason: str = ""
    looked_at: Collection[str] = ()


def say(
    db: Database,
    account: Account | None,
    slug: str,
    said: Said,
    *,
    check: Checker,
    reader: Reader,
    place: str,
) -> None:
    """Keep what a reader says about an article, in place of what they said before.

    place  the network address of somebody who is not signed in; only a hash of it is kept, for a day

    Raises NotFound, WhyNeeded, TooLong, PersonalData, TooManyTries.
    """
    article = articles.find(db, slug, reader)
    if article is None:
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    reason = said.reason.strip()
    if not reason and said.verdict is not Verdict.HELPFUL:
        raise WhyNeeded
    if len(reason) > LONGEST_REASON:
        raise TooLong
    people = (*article.authors, *((account.name,) if account else ()))
    refuse_personal_data(check, {"reason": reason}, looked_at=said.looked_at, people=people)
    if account is None:
        throttles.take(db, [(FROM_ADDRESS, place), (ON_ARTICLE, f"{place} {article.slug}")])
    with db.write():
        number = feedback.keep(
            db,
            article.slug,
            said.verdict,
            reason,
            account=account.id if account else None,
            now=datetime.now(UTC),
        )
        if said.verdict is Verdict.OUT_OF_DATE:
            _tell_at_once(db, article, number, account)


def take_back(db: Database, account: Account, slug: str) -> None:
    """Forget what a person said about an article."""
    feedback.take_back(db, slug, account.id)


def may_read(db: Database, account: Account | None, article: Article) -> bool:
    """True when a person looks after an article, or is the lead: they read what is said about it."""
    return may_share(account, Deed.READ_FEEDBACK, _belonging(db, article))


def to_read(db: Database, account: Account) -> tuple[Feedback, ...]:
    """What is said about the articles that a person looks after; the lead reads all. What waits comes first."""
    every = feedback.of_articles(db)
    known = articles.find_all(db, {each.slug for each in every}, _EVERYBODY)
    mine = {slug for slug, article in known.items() if may_read(db, account, article)}
    return tuple(each for each in every if each.slug in mine)


def deal_with(db: Database, account: Account, feedback_id: int) -> None:
    """Note that something was done about it. Raises NotFound."""
    with db.write():
        one = feedback.find(db, feedback_id)
        article = article_at(db, one.slug) if one else None
        if one is None or article is None or not may_read(db, account, article):
            raise NotFound("There is no such feedback, or the article is not yours to look after.")
        feedback.handle(db, feedback_id, by=account.id, now=datetime.now(UTC))
        journal.record(
            db,
            actor=account.id,
            verb="deal-with-feedback",
            subject=f"feedback:{feedback_id}",
            school=article.school or "",
        )


@dataclass(frozen=True, slots=True)
class WeeklyFeedback:
    """Writes to everybody who looks after articles what readers said about them in the week."""

    database: Database

    def write(self, job: Job) -> None:
        """One letter to each of them, once however often the job is done."""
        self.about_the_week_before(date.fromisoformat(job.payload["turn"]))

    def about_the_week_before(self, turn: date) -> None:
        """The same, by the day that the week ends before."""
        since = datetime.combine(turn, time(), UTC) - _WEEK
        until = since + _WEEK
        fresh = [each for each in feedback.of_articles(self.database, since=since) if each.changed_at < until]
        for person, lines in self._by_person(fresh).items():
            notify(
                self.database,
                to=person,
                kind="feedback-week",
                values={"articles": lines, "link": "/feedback/"},
                key=f"feedback-week:{person}:{turn.isoformat()}",
            )

    def _by_person(self, fresh: Iterable[Feedback]) -> dict[int, list[Mapping[str, str]]]:
        by_article: dict[str, list[Feedback]] = defaultdict(list)
        for each in fresh:
            by_article[each.slug].append(each)
        told: dict[int, list[Mapping[str, str]]] = defaultdict(list)
        for slug, said in by_article.items():
            article = article_at(self.database, slug)
            if article is None:
                continue
            line = {"title": article.title, "link": f"/articles/{slug}", "note": _counted(said)}
            for person in _who_answers(self.database, article):
                told[person].append(line)
        return told


def _counted(said: Iterable[Feedback]) -> str:
    """Such as ‘3 helpful, 1 out of date’."""
    verdicts = [each.verdict for each in said]
    return ", ".join(
        f"{verdicts.count(each)} {each.value.replace('-', ' ')}" for each in Verdict if each in verdicts
    )


def _belonging(db: Database, article: Article) -> Belonging:
    return Belonging(
        makers=standing_of(db, article).authors,
        schools=frozenset({article.school}) if article.school else frozenset(),
    )


def _who_answers(db: Database, article: Article) -> Iterable[int]:
    """Those who look after an article and are here; the leads when nobody is."""
    here = [
        person
        for person in sorted(standing_of(db, article).authors)
        if (found := accounts.find(db, person)) and found.active
    ]
    return here or [lead.id for lead in accounts.everybody(db, role=Role.LEAD)]


def _tell_at_once(db: Database, article: Article, number: int, account: Account | None) -> None:
    for person in _who_answers(db, article):
        if account is None or person != account.id:
            values = {"title": article.title, "link": f"/feedback/#feedback-{number}"}
            key = f"out-of-date:{number}:{person}:{datetime.now(UTC):%Y-%m-%d}"
            notify(db, to=person, kind="out-of-date", values=values, key=key)
