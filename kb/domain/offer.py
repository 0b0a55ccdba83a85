"""An offer: what a school or a person would do for others: be visited, talk, go and help, coach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.domain.article import Visibility
from kb.domain.errors import BadRequest

MOST_DAYS = 100


class OfferKind(StrEnum):
    """What is offered."""

    VISIT = "visit"
    TALK = "talk"
    DEPLOY = "deploy"
    COACH = "coach"


class OfferState(StrEnum):
    """Whether it stands. What is paused can be taken up again; what has ended cannot."""

    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class OfferWrong(BadRequest):
    """Something about an offer cannot be so; ``field`` says what."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is offered, for whom and for how long.

    personal       True when the person offers it, False when the school does
    days_per_term  how many days a term can be given; None when it was not said
    until          the last day on which it stands; None until it is ended
    """

    school: str
    personal: bool
    title: str
    about: str
    kinds: tuple[OfferKind, ...]
    key_stages: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    days_per_term: int | None = None
    until: date | None = None
    visibility: Visibility = Visibility.TRUST

    def refuse_what_cannot_be(self, today: date) -> None:
        """Raises OfferWrong with what to do about it."""
        if self.until and self.until < today:
            raise OfferWrong("until", "Enter a day that is still to come, or leave it empty.")
        if not self.kinds:
            raise OfferWrong("kinds", "Choose at least one thing that you offer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer as it is now. ``author`` is the account id of who made it."""

    id: int
    author: int
    state: OfferState
    promise: Promise
    made_at: datetime
    changed_at: datetime

    def stands(self, today: date) -> bool:
        """True when somebody can take it up."""
        until = self.promise.until
        return self.state is OfferState.OPEN and (until is None or until >= today)
