"""How often something may be tried: numbers that stop guessing and let a whole school sign in at half past eight."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.errors import KnowledgeBaseError

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many tries of a kind for one subject within so many seconds."""

    kind: str
    most: int
    within: int


PASSWORD_OF_ACCOUNT = Limit(kind="password", most=10, within=5 * MINUTE)
PASSWORD_FROM_ADDRESS = Limit(kind="password-from", most=60, within=5 * MINUTE)
PASSWORD_OF_ALL = Limit(kind="password-all", most=1000, within=5 * MINUTE)
CODE_SOON = Limit(kind="code", most=5, within=5 * MINUTE)
CODE_IN_AN_HOUR = Limit(kind="code", most=20, within=HOUR)
RESET_OF_ACCOUNT = Limit(kind="reset", most=5, within=DAY)
RESET_FROM_ADDRESS = Limit(kind="reset-from", most=60, within=HOUR)
PROVIDER_FROM_ADDRESS = Limit(kind="provider-from", most=120, within=5 * MINUTE)
KEPT_FROM_ADDRESS = Limit(kind="kept-from", most=120, within=HOUR)
"""A school shares one address, so those are wide. Sources: PyPI's warehouse, DfE services (design/quality.md 1.1)."""


class TooManyTries(KnowledgeBaseError):
    """Somebody, or somebody's neighbour, has tried too often."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = max(1, round(seconds / MINUTE))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"That was tried too often. Wait {wait}, then try again.")
