"""What a person or a school means to reach, which priority of the trust it serves, and what shows progress.

This feeds an appraisal and is none: there are no grades, and a person's objective is theirs until they share it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.domain.account import Account, Role


class ObjectiveState(StrEnum):
    """How it went."""

    OPEN = "open"
    REACHED = "reached"
    PARTLY = "partly"
    NOT_REACHED = "not-reached"
    DROPPED = "dropped"


class EvidenceKind(StrEnum):
    """What shows progress."""

    ARTICLE = "article"
    TRIAL = "trial"
    PATHWAY = "pathway"
    CPD = "cpd"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """Something the whole trust wants to get better at. One that is over can still be read, and no longer chosen."""

    title: str
    about: str = ""
    over: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One objective, of a person or of a school.

    account     whose it is, None for a school's
    school      id of the school it is of, empty for a person's
    measure     how one will know
    with_lead   whether its owner lets the lead see it
    with_head   whether its owner lets the heads of their schools see it
    revision    counted up by each save
    """

    title: str
    measure: str = ""
    account: int | None = None
    school: str = ""
    priority: int | None = None
    due: date | None = None
    state: ObjectiveState = ObjectiveState.OPEN
    with_lead: bool = False
    with_head: bool = False
    revision: int = 1
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that shows progress, and what it shows in a sentence.

    target  an article's or pathway's slug, or the number of a line of the owner's record
    """

    kind: EvidenceKind
    said: str
    target: str = ""
    at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was said when somebody looked back at it."""

    by: int
    said: str
    at: datetime


def may_change(account: Account, objective: Objective, head_of: Collection[str]) -> bool:
    """True for its owner; for a school's, for the heads of that school and the lead."""
    if not account.active:
        return False
    if objective.account is not None:
        return objective.account == account.id
    return objective.school in head_of or account.role is Role.LEAD


def may_see(
    account: Account, objective: Objective, head_of: Collection[str], owner_works_at: Collection[str]
) -> bool:
    """True for those who may change it, and for those with whom its owner shares it.

    head_of         schools that the account speaks for
    owner_works_at  schools of the objective's owner
    """
    if may_change(account, objective, head_of):
        return True
    if objective.account is None or not account.active:
        return False
    lead = objective.with_lead and account.role is Role.LEAD
    return lead or (objective.with_head and bool(set(head_of) & set(owner_works_at)))
