"""Where and as what somebody works while they learn, as their record keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.domain.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A school’s id and what the person does there, an id of the vocabulary’s roles; either may be empty."""

    school: str = ""
    post: str = ""

    @classmethod
    def of(cls, account: Account) -> Workplace:
        """The first of a person’s schools, when nothing more is known."""
        return cls(school=next(iter(account.schools), ""))
