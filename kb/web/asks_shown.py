"""Asks in words, and the address that asks for something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from kb.domain.ask import Ask, AskState, Audience
from kb.domain.search import Facet, Question
from kb.web.sharing import labels, school_name

STATES = {
    AskState.OPEN: "Open",
    AskState.TAKEN_UP: "Somebody is working on it",
    AskState.ANSWERED: "Answered",
    AskState.CLOSED: "Closed",
}
CARRIED = (Facet.KEY_STAGE, Facet.PROVISION, Facet.THEME, Facet.NEED)
"""The filters that an ask takes over from a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAsk:
    """An ask in words."""

    id: int
    question: str
    detail: str
    state: AskState
    state_words: str
    school: str
    setting: str
    needed_by: tuple[str, ...]
    schools: int
    made_at: datetime
    confidential: bool
    closed_because: str


def asks_in_words(some: Iterable[Ask]) -> tuple[ShownAsk, ...]:
    """Asks in words."""
    return tuple(_in_words(each) for each in some)


def ask_address(question: Question | None = None, **more: str) -> str:
    """The address that asks for what a search did not find."""
    pairs: list[tuple[str, str]] = []
    if question:
        pairs = [("q", question.text)] if question.text else []
        pairs += [(facet.value, each) for facet in CARRIED for each in question.chosen.get(facet, ())]
    pairs += [(name, value) for name, value in more.items() if value]
    return f"/asks/new?{urlencode(pairs)}" if pairs else "/asks/new"


def parameters_of(one: Ask) -> Mapping[str, object]:
    """What another form can be filled in with from an ask."""
    wish = one.wish
    return {
        "ask": one.id,
        "title": wish.question,
        "key_stage": wish.key_stages,
        "provision": wish.provisions,
        "need": wish.needs,
        "theme": wish.themes,
    }


def _in_words(one: Ask) -> ShownAsk:
    wish = one.wish
    named = (
        *labels("key-stages", wish.key_stages),
        *labels("provisions", wish.provisions),
        *labels("needs", wish.needs),
        *labels("themes", wish.themes),
    )
    return ShownAsk(
        id=one.id,
        question=wish.question,
        detail=wish.detail,
        state=one.state,
        state_words=STATES[one.state],
        school=school_name(wish.school),
        setting=", ".join(named),
        needed_by=tuple(school_name(each) for each in one.needed_by),
        schools=one.schools,
        made_at=one.made_at,
        confidential=wish.audience is Audience.LEAD,
        closed_because=one.closed_because,
    )
