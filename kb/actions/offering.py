"""Offers: make one, change it, let it rest, take it up again, end it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from indexer.analysis import terms
from kb.actions.checking_text import Checker
from kb.actions.free_text import refuse_personal_data
from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.library import Library
from kb.domain.offer import Offer, OfferKind, OfferState, OfferWrong, Promise
from kb.domain.permission import Verb, may
from kb.domain.permission_sharing import Belonging, Deed, may_share
from kb.domain.search import Reader
from kb.storage import journal, offers
from kb.storage.database import Database

NO_OFFER = "There is no such offer, or it has ended. Look at the list of offers."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a list of offers is narrowed to; everything empty is everything."""

    words: str = ""
    kind: OfferKind | None = None
    key_stage: str = ""
    provision: str = ""
    need: str = ""
    theme: str = ""


def offer(
    db: Database,
    account: Account,
    promise: Promise,
    *,
    check: Checker,
    reader: Reader,
    looked_at: Collection[str] = (),
) -> int:
    """Make an offer and give its number. Raises OfferWrong, PersonalData."""
    if not may(account, Verb.TAKE_PART):
        raise NotFound(NO_OFFER)
    _refuse(account, promise, check, reader, looked_at)
    with db.write():
        number = offers.insert(db, promise, author=account.id, now=datetime.now(UTC))
        _note(db, account, "offer", number, promise.school)
    return number


def change(
    db: Database,
    account: Account,
    offer_id: int,
    promise: Promise,
    *,
    check: Checker,
    reader: Reader,
    looked_at: Collection[str] = (),
) -> None:
    """Offer something else, or until another day. Raises NotFound, OfferWrong, PersonalData."""
    before = to_change(db, account, offer_id)
    _refuse(account, promise, check, reader, looked_at, kept=before.promise.school)
    with db.write():
        to_change(db, account, offer_id)
        offers.change(db, offer_id, promise, now=datetime.now(UTC))
        _note(db, account, "change-offer", offer_id, promise.school)


def move(db: Database, account: Account, offer_id: int, to: OfferState) -> None:
    """Let an offer rest, take it up again, or end it for good. Raises NotFound."""
    deed = Deed.END_OFFER if to is OfferState.ENDED else Deed.CHANGE_OFFER
    with db.write():
        one = offers.find(db, offer_id)
        if one is None or not may_share(account, deed, belonging(one)):
            raise NotFound(NO_OFFER)
        if not offers.move(db, offer_id, to, now=datetime.now(UTC)):
            raise NotFound(NO_OFFER)
        _note(db, account, f"offer-{to.value}", offer_id, one.promise.school)


def belonging(one: Offer) -> Belonging:
    """Whose an offer is."""
    return Belonging(makers=frozenset({one.author}), schools=frozenset({one.promise.school}))


def to_change(db: Database, account: Account | None, offer_id: int) -> Offer:
    """An offer for somebody who may change it. Raises NotFound."""
    one = offers.find(db, offer_id)
    if (
        one is None
        or one.state is OfferState.ENDED
        or not may_share(account, Deed.CHANGE_OFFER, belonging(one))
    ):
        raise NotFound(NO_OFFER)
    return one


def to_read(db: Database, account: Account | None, offer_id: int, reader: Reader, today: date) -> Offer:
    """An offer for somebody who may see it; one that does not stand only for those whose it is. Raises NotFound."""
    one = offers.find_seen(db, offer_id, reader) or offers.find(db, offer_id)
    if one is None:
        raise NotFound(NO_OFFER)
    theirs = may_share(account, Deed.END_OFFER, belonging(one))
    if not theirs and (not one.stands(today) or one.promise.visibility not in reader.visibilities):
        raise NotFound(NO_OFFER)
    return one


def found(db: Database, sought: Sought, reader: Reader, library: Library, today: date) -> tuple[Offer, ...]:
    """The standing offers that fit, the newest first. One that names no key stage, say, is for all of them."""
    asked = set(terms(sought.words))
    return tuple(
        each
        for each in offers.standing(db, reader, today)
        if _fits(each.promise, sought, library) and asked <= set(terms(words_of(each, library)))
    )


def words_of(one: Offer, library: Library) -> str:
    """Everything that an offer says, in words: what it is found by."""
    promise = one.promise
    school = library.group.schools.get(promise.school)
    named = (
        library.taxonomy[scheme].label_of(each)
        for scheme, ids in (
            ("key-stages", promise.key_stages),
            ("provisions", promise.provisions),
            ("needs", promise.needs),
            ("themes", promise.themes),
        )
        for each in ids
    )
    return ". ".join((promise.title, promise.about, *named, school.name if school else ""))


def _fits(promise: Promise, sought: Sought, library: Library) -> bool:
    pairs = (
        (sought.key_stage, "key-stages", promise.key_stages),
        (sought.provision, "provisions", promise.provisions),
        (sought.need, "needs", promise.needs),
        (sought.theme, "themes", promise.themes),
    )
    return (sought.kind is None or sought.kind in promise.kinds) and all(
        not wanted or not ids or wanted in library.taxonomy[scheme].with_parents(ids)
        for wanted, scheme, ids in pairs
    )


def _refuse(
    account: Account,
    promise: Promise,
    check: Checker,
    reader: Reader,
    looked_at: Collection[str],
    *,
    kept: str = "",
) -> None:
    """Raises OfferWrong, PersonalData."""
    if promise.school not in {*account.schools, kept}:
        raise OfferWrong("school", "Choose a school where you work.")
    if promise.visibility not in reader.visibilities:
        raise OfferWrong("visibility", "Choose readers that you are one of.")
    promise.refuse_what_cannot_be(datetime.now(UTC).date())
    words = {"title": promise.title, "about": promise.about}
    refuse_personal_data(check, words, looked_at=looked_at, people=(account.name,))


def _note(db: Database, account: Account, verb: str, number: int, school: str) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"offer:{number}", school=school)
