"""Who can be found in the directory, by whom, and what shows what they know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.errors import NotFound
from kb.domain.offer import Offer
from kb.domain.search import Reader
from kb.domain.trial import Trial
from kb.storage import accounts, articles, offers, people, trials
from kb.storage.database import Database
from kb.storage.people import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person in the directory, with how much of theirs this reader may see."""

    account: Account
    articles: int
    trials: int
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a person or a school wrote, tried and offers, as far as a reader may see it."""

    articles: tuple[Article, ...] = ()
    trials: tuple[Trial, ...] = ()
    offers: tuple[Offer, ...] = ()


def directory(db: Database, me: Account | None, reader: Reader) -> tuple[Listed, ...]:
    """The people that somebody may find, by name.

    Who works in the trust finds everybody; others find colleagues of their own school and those behind what they may
    read; nobody who is not signed in finds more than the names behind articles. Who chose not to be found is not there.
    """
    everybody, hidden = accounts.everybody(db), people.not_listed(db)
    wrote, tried, offered = _counted(db, reader, signed_in=me is not None)
    return tuple(
        Listed(account=each, articles=wrote[each.id], trials=tried[each.id], offers=offered[each.id])
        for each in everybody
        if each.id not in hidden
        and (
            _finds_all(me, reader)
            or wrote[each.id] + tried[each.id] + offered[each.id]
            or (me is not None and set(me.schools) & set(each.schools))
        )
    )


def person_at(db: Database, handle: str, me: Account | None, reader: Reader) -> Account:
    """The person at an address, for somebody who may find them; one's own page is always there. Raises NotFound."""
    found = accounts.by_handle(db, handle)
    own = found is not None and me is not None and found.id == me.id
    if found is None or not (own or found.id in {each.account.id for each in directory(db, me, reader)}):
        raise NotFound("There is nobody at this address who can be found. Look at the list of people.")
    return found


def of_person(db: Database, account: Account, reader: Reader, *, signed_in: bool) -> Shared:
    """What a person shares. Trials and offers carry no names for those who are not signed in."""
    slugs = people.written_by(db, [account.id])
    written = articles.find_all(db, slugs, reader).values()
    newest = sorted(
        written, key=lambda each: (each.published is not None, each.published, each.slug), reverse=True
    )
    if not signed_in:
        return Shared(articles=tuple(newest))
    today = datetime.now(UTC).date()
    return Shared(
        articles=tuple(newest),
        trials=trials.of_author(db, account.id, reader),
        offers=tuple(
            each for each in offers.of_author(db, account.id, reader, today) if each.promise.personal
        ),
    )


def of_school(db: Database, school: str, reader: Reader) -> Shared:
    """What a school tried and offers; its articles have a list of their own."""
    today = datetime.now(UTC).date()
    return Shared(
        trials=trials.of_school(db, school, reader), offers=offers.of_school(db, school, reader, today)
    )


def choose(db: Database, account: Account, choice: Choice) -> None:
    """Keep what a person has chosen about being found."""
    people.choose(db, account.id, choice)


def _finds_all(me: Account | None, reader: Reader) -> bool:
    return me is not None and Visibility.TRUST in reader.visibilities


def _counted(
    db: Database, reader: Reader, *, signed_in: bool
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Account → how many articles, trials and offers of theirs this reader may see."""
    slugs = [slug for slug, _ in articles.titles(db, reader)]
    wrote = Counter(person for some in people.behind(db, slugs).values() for person in some)
    if not signed_in:
        return wrote, Counter(), Counter()
    today = datetime.now(UTC).date()
    tried = Counter(each.author for each in trials.seen(db, reader))
    offered = Counter(each.author for each in offers.standing(db, reader, today) if each.promise.personal)
    return wrote, tried, offered
