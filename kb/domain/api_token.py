"""What a programme shows instead of a password: its owner named it, may end it, and it reads no more than they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a token is for. Neither changes anything."""

    READ = "read"
    TABLES = "tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as its owner sees it; the token itself is known to the owner alone.

    scopes   read: articles and search as JSON; tables: the CSV files that the owner may save
    made, used, expires, ended  aware, UTC; used and ended are None for never
    """

    id: int
    account_id: int
    name: str
    scopes: frozenset[Scope]
    made: datetime
    expires: datetime
    used: datetime | None = None
    ended: datetime | None = None

    def alive(self, now: datetime) -> bool:
        """True while it opens anything."""
        return self.ended is None and now < self.expires
