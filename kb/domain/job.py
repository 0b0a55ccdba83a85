"""Work that follows from something and is done beside the pages: send a letter, put an article into the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kb.domain.errors import KnowledgeBaseError

LEASE = 60.0
"""Seconds for which a worker takes a job; it renews them while it works, so only a dead worker's run out."""

TRIES = 5
"""After so many failures a job waits for a person."""

SOON: tuple[float, ...] = (5, 30, 300, 1800)
"""Seconds before the second, third … try of what depends on this machine alone."""

PATIENT: tuple[float, ...] = (30, 300, 3600, 6 * 3600)
"""The same for what depends on another machine: a mail server may be away for a night."""

LONGEST = PATIENT[-1] * 2


class NoUseTrying(KnowledgeBaseError):
    """What a job asks for can never be done; its handler raises this to spare the other tries."""


class JobState(StrEnum):
    """Where a job is on its way."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work.

    payload   what its handler needs, small: ids rather than texts
    key       of a key at most one job waits
    attempts  how often it has been begun
    due       before this nobody begins it; None for at once
    problem   what went wrong last, in words
    reason    why it was dropped
    """

    id: int
    kind: str
    payload: Mapping[str, Any]
    key: str | None
    state: JobState
    attempts: int
    due: datetime | None
    created: datetime
    changed: datetime
    problem: str = ""
    reason: str = ""


def pause(attempts: int, waits: tuple[float, ...], chance: float) -> float:
    """Seconds to wait after the last of so many attempts.

    chance  0.0 to 1.0; it spreads the wait over three quarters to five quarters, so that jobs that failed together
            do not all come back together
    """
    return waits[min(attempts, len(waits)) - 1] * (0.75 + chance / 2)
