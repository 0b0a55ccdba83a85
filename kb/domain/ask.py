"""An ask: what a colleague looked for and did not find. Others may need it too; an article answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AskState(StrEnum):
    """Where an ask is on its way."""

    OPEN = "open"
    TAKEN_UP = "taken-up"
    ANSWERED = "answered"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who sees an ask: people of the trust, or the improvement lead alone."""

    TRUST = "trust"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for.

    question  in one line; detail: more about it, may be empty
    school    id of the asker's school
    article   address of the article that did not go far enough, empty for none
    """

    question: str
    detail: str
    school: str
    audience: Audience
    key_stages: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An article that somebody gave as an answer. ``author`` is their account id, None for the site itself."""

    slug: str
    note: str
    author: int | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An ask as it stands now.

    asker       account id
    commission  number of the commission that took it up; text: number of the text that somebody writes for it
    closed_because  the reason, empty unless it is closed
    needed_by   ids of the schools that need it too, without the asker's
    """

    id: int
    asker: int
    state: AskState
    wish: Wish
    made_at: datetime
    state_since: datetime
    commission: int | None = None
    text: int | None = None
    closed_because: str = ""
    needed_by: tuple[str, ...] = ()

    @property
    def schools(self) -> int:
        """How many schools need it."""
        return 1 + len(self.needed_by)
