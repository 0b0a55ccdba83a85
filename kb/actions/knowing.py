"""“Who knows about …?”: people and schools by what they wrote, tried and offer, each with its reasons.

``who_knows(search, words, reader)`` is what pages and matching ask. A reason's closeness is how near the article, trial
or offer is to the words in meaning, 0 to 1. A knower's score adds its reasons, the nearest first, each one counting
half as much as the one before, so that ten far things do not outweigh one that is near.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kb.actions import searching
from kb.actions.meanings import closeness
from kb.actions.searching import Search
from kb.domain.account import Account
from kb.domain.article import Article
from kb.domain.errors import KnowledgeBaseError
from kb.domain.offer import Offer
from kb.domain.search import Find, Question, Reader
from kb.domain.trial import Trial
from kb.storage import accounts, offers, people, trials

NEAR = 0.42
"""Closeness from which something counts. Looked at with eleven questions to the demo: what is nearer is about it, and
what lies below shares a word or a mood with it."""

WORDS_ONLY = 0.5
"""How near an article counts that was found by its words alone."""

MOST_ARTICLES = 30
OF_ITS_ARTICLE = 0.9
"""A trial is at least this much as near as the article that was tried."""

WEIGHTS = {"article": 1.0, "offer": 0.9, "trial": 0.8}
"""Who wrote about it has thought most about it; an offer is a will to help; a trial is one attempt."""


class Because(StrEnum):
    """What makes somebody know."""

    ARTICLE = "article"
    TRIAL = "trial"
    OFFER = "offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that somebody wrote, tried or offers. ``link`` is a path of the site."""

    because: Because
    title: str
    link: str
    closeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Knower:
    """A person or a school that knows about something.

    account, handle  of a person with an account; None and empty for a school, and for an author without one
    school           id of the school, of a person the one that the nearest reason comes from
    reasons          the nearest first
    """

    name: str
    school: str
    score: float
    reasons: tuple[Reason, ...]
    account: int | None = None
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who knows, best first."""

    people: tuple[Knower, ...]
    schools: tuple[Knower, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom a reason belongs to: an account, or a name under an article."""

    account: int | None
    name: str


_Told = tuple[Reason, str, tuple[_Person, ...]]
"""A reason with its school and its people."""


def who_knows(search: Search, words: str, reader: Reader, *, limit: int = 10, named: bool = True) -> Known:
    """People and schools that know about something, as far as this reader may see what shows it.

    named  False for somebody who is not signed in: nobody is named but the authors of articles

    Who does not want to be found, and who has left, is not among the people; what they did counts for the school.
    Nothing is found for words that hold nothing to search for.
    """
    if not words.strip():
        return Known(people=(), schools=())
    reasons = _reasons(search, " ".join(words.split())[:300], reader)
    here = {each.id: each for each in accounts.everybody(search.database)}
    hidden = people.not_listed(search.database)
    known_schools = search.library().group.schools
    of_schools: dict[str, list[Reason]] = defaultdict(list)
    of_people: dict[_Person, list[tuple[Reason, str]]] = defaultdict(list)
    for reason, school, persons in reasons:
        if school in known_schools:
            of_schools[school].append(reason)
        for person in persons if named or reason.because is Because.ARTICLE else ():
            if person.account is None or (person.account in here and person.account not in hidden):
                of_people[person].append((reason, school))
    found = [
        Knower(name=known_schools[school].name, school=school, score=_score(some), reasons=_best(some))
        for school, some in of_schools.items()
    ]
    return Known(
        people=_ranked([_knower(person, some, here) for person, some in of_people.items()], limit),
        schools=_ranked(found, limit),
    )


def _reasons(search: Search, words: str, reader: Reader) -> list[_Told]:
    finds = _articles(search, words, reader)
    near = {find.article.slug: _closeness_of(find) for find in finds}
    behind = people.behind(search.database, near)
    found = [
        (
            Reason(
                because=Because.ARTICLE,
                title=find.article.title,
                link=f"/articles/{find.article.slug}",
                closeness=near[find.article.slug],
            ),
            find.article.school or "",
            tuple(_behind(find.article, behind)),
        )
        for find in finds
    ]
    return [*found, *_of_trials(search, words, reader, near), *_of_offers(search, words, reader)]


def _articles(search: Search, words: str, reader: Reader) -> tuple[Find, ...]:
    try:
        finds = searching.ask(search, Question(text=words, per_page=MOST_ARTICLES), reader).finds
    except KnowledgeBaseError:  # while search is being prepared, trials and offers still tell
        return ()
    return tuple(each for each in finds if _closeness_of(each) >= NEAR)


def _closeness_of(find: Find) -> float:
    return max(0.0, find.meaning) if find.meaning is not None else WORDS_ONLY


def _behind(article: Article, behind: Mapping[str, tuple[int, ...]]) -> Iterator[_Person]:
    """The accounts behind an article; where there are none, the names under it."""
    ids = behind.get(article.slug, ())
    yield from (_Person(each, "") for each in ids)
    if not ids:
        yield from (_Person(None, name) for name in article.authors)


def _of_trials(search: Search, words: str, reader: Reader, near: Mapping[str, float]) -> Iterator[_Told]:
    every = trials.seen(search.database, reader)
    for trial, own in zip(every, closeness(search, words, [_told(each) for each in every]), strict=True):
        nearness = max(own, OF_ITS_ARTICLE * near.get(trial.slug, 0.0))
        if nearness >= NEAR:
            reason = Reason(
                because=Because.TRIAL, title=trial.title, link=f"/trials/{trial.id}", closeness=nearness
            )
            yield reason, trial.school, (_Person(trial.author, ""),)


def _told(trial: Trial) -> str:
    return f"{trial.title}. {trial.report.changed} {trial.report.how_we_know}"


def _of_offers(search: Search, words: str, reader: Reader) -> Iterator[_Told]:
    every = offers.standing(search.database, reader, datetime.now(UTC).date())
    themes = search.library().taxonomy["themes"]
    texts = [
        f"{each.promise.title}. {each.promise.about} {', '.join(map(themes.label_of, each.promise.themes))}"
        for each in every
    ]
    for offer, nearness in zip(every, closeness(search, words, texts), strict=True):
        if nearness >= NEAR:
            yield _reason_of(offer, nearness), offer.promise.school, _offering(offer)


def _reason_of(offer: Offer, nearness: float) -> Reason:
    return Reason(
        because=Because.OFFER, title=offer.promise.title, link=f"/offers/{offer.id}", closeness=nearness
    )


def _offering(offer: Offer) -> tuple[_Person, ...]:
    return (_Person(offer.author, ""),) if offer.promise.personal else ()


def _knower(person: _Person, some: list[tuple[Reason, str]], here: Mapping[int, Account]) -> Knower:
    account = here.get(person.account or 0)
    reasons = [reason for reason, _ in some]
    nearest = max(some, key=lambda each: each[0].closeness)
    works_at = account.schools if account else ()
    return Knower(
        name=account.name if account else person.name,
        school=nearest[1] if nearest[1] in works_at or not works_at else works_at[0],
        score=_score(reasons),
        reasons=_best(reasons),
        account=account.id if account else None,
        handle=account.handle if account else "",
    )


def _score(reasons: Iterable[Reason]) -> float:
    worth = sorted((each.closeness * WEIGHTS[each.because.value] for each in reasons), reverse=True)
    return round(sum(each * 0.5**place for place, each in enumerate(worth)), 4)


def _best(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda each: (-each.closeness, each.link)))


def _ranked(found: Iterable[Knower], limit: int) -> tuple[Knower, ...]:
    return tuple(sorted(found, key=lambda each: (-each.score, each.name)))[:limit]
