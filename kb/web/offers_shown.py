"""Offers in words, as every page that lists them shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb.domain.offer import Offer, OfferKind, OfferState
from kb.storage import accounts, people
from kb.web.access import current
from kb.web.sharing import READERS, labels, school_name
from kb.web.site import site
from kb.web.wording import count, day

OFFERED = {
    OfferKind.VISIT: "Visit us",
    OfferKind.TALK: "Will talk",
    OfferKind.DEPLOY: "Will come and help",
    OfferKind.COACH: "Will coach",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOffer:
    """An offer in words. ``handle`` leads to the person who offers it; empty where nobody is to be found."""

    id: int
    title: str
    about: str
    kinds: tuple[str, ...]
    school_id: str
    school: str
    person: str
    handle: str
    setting: str
    themes: str
    days: str
    until: str
    readers: str
    state: OfferState


def offers_in_words(some: Iterable[Offer]) -> tuple[ShownOffer, ...]:
    """Offers in words. Names of people are for those who are signed in."""
    every = tuple(some)
    hidden = people.not_listed(site().database)
    return tuple(_in_words(each, hidden) for each in every)


def _in_words(offer: Offer, hidden: frozenset[int]) -> ShownOffer:
    promise = offer.promise
    named = promise.personal and current() is not None
    person = accounts.find(site().database, offer.author) if named else None
    stages, provisions = labels("key-stages", promise.key_stages), labels("provisions", promise.provisions)
    return ShownOffer(
        id=offer.id,
        title=promise.title,
        about=promise.about,
        kinds=tuple(OFFERED[each] for each in promise.kinds),
        school_id=promise.school if promise.school in site().library.group.schools else "",
        school=school_name(promise.school),
        person=person.name if person else "",
        handle=person.handle if person and person.active and person.id not in hidden else "",
        setting=", ".join((*stages, *provisions, *labels("needs", promise.needs)))
        or "Every key stage and provision",
        themes=", ".join(labels("themes", promise.themes)),
        days=f"{count(promise.days_per_term, 'day')} a term" if promise.days_per_term else "",
        until=day(promise.until),
        readers=READERS[promise.visibility],
        state=offer.state,
    )
