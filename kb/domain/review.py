"""How a text moves on: which step leads where, what a reviewer looks at, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.errors import BadRequest
from kb.domain.permission import State, Verb

STEPS: Mapping[Verb, tuple[frozenset[State], State]] = {
    Verb.SUBMIT: (frozenset({State.DRAFT, State.CHANGES_ASKED}), State.SUBMITTED),
    Verb.TAKE: (frozenset({State.SUBMITTED}), State.IN_REVIEW),
    Verb.RETURN: (frozenset({State.IN_REVIEW, State.ACCEPTED}), State.CHANGES_ASKED),
    Verb.ACCEPT: (frozenset({State.IN_REVIEW}), State.ACCEPTED),
    Verb.PUBLISH: (frozenset({State.ACCEPTED}), State.PUBLISHED),
    Verb.WITHDRAW: (frozenset({State.PUBLISHED}), State.WITHDRAWN),
    Verb.ARCHIVE: (frozenset({State.PUBLISHED}), State.ARCHIVED),
    Verb.RESTORE: (frozenset({State.ARCHIVED, State.WITHDRAWN}), State.PUBLISHED),
}
"""Verb → (the states it starts from, the state it leads to)."""

UNDER_WAY = frozenset({State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.ACCEPTED})
"""States of a text that is not an article yet."""


class Check(StrEnum):
    """What a reviewer looks at before a text is accepted."""

    EVIDENCE = "evidence"
    COST = "cost"
    SETTING = "setting"
    PERSONAL_DATA = "personal-data"
    PLAIN_ENGLISH = "plain-english"
    PERMISSION = "permission"


class Verdict(StrEnum):
    """What a reviewer did with a text."""

    TAKEN = "taken"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed-over"
    PASSED_BLOCKED = "passed-blocked"


class AdviceMissing(BadRequest):
    """A reviewer returned a text without saying what to change."""

    field = "advice"

    def __init__(self) -> None:
        super().__init__("Say what the author should change, or choose ‘Accept’.")


class ReasonMissing(BadRequest):
    """The lead let a blocked text pass without a reason."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Write down why this may be published although the check blocks it.")


class NothingSaid(BadRequest):
    """A comment without words."""

    field = "said"

    def __init__(self) -> None:
        super().__init__("Write your comment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing a reviewer did with one revision. Never edited: a second thought is a second decision.

    advice      for the author, or the reason for passing; may be empty only when taking, accepting, handing over
    decided_at  aware, UTC
    """

    text_id: int
    revision: int
    reviewer: int
    verdict: Verdict
    advice: str
    decided_at: datetime

    def __post_init__(self) -> None:
        if self.verdict is Verdict.RETURNED and not self.advice.strip():
            raise AdviceMissing
        if self.verdict is Verdict.PASSED_BLOCKED and not self.advice.strip():
            raise ReasonMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something said about a text, or in answer to something said.

    parent    id of the comment that it answers, None for one that opens a thread
    section   the heading that a thread is about, empty for the whole text
    revision  the text's revision when it was said
    resolved_at, resolved_by  for the comment that opens a thread: when and by whom it was settled
    """

    id: int
    text_id: int
    parent: int | None
    section: str
    revision: int
    author: int
    said: str
    said_at: datetime
    resolved_at: datetime | None = None
    resolved_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment and what was answered, oldest first."""

    opening: Comment
    answers: tuple[Comment, ...]

    @property
    def resolved(self) -> bool:
        """True when nobody waits for anything in it."""
        return self.opening.resolved_at is not None
