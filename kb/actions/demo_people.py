"""The people of the demo: one of each role, with names that stand under its articles. All are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from kb.domain.account import Role
from kb.storage import accounts, journal
from kb.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to sign in as. Their address leads nowhere (RFC 2606)."""

    name: str
    role: Role
    school: str

    @property
    def email(self) -> str:
        """An address that cannot be anybody's."""
        return f"{self.name.lower().replace('. ', '.')}@{self.school}.example"


PEOPLE = (
    Person(name="L. Fairweather", role=Role.READER, school="castle-bridge-primary"),
    Person(name="R. Okonjo", role=Role.CONTRIBUTOR, school="castle-bridge-primary"),
    Person(name="S. Mistry", role=Role.CONTRIBUTOR, school="brindle-hill-primary"),
    Person(name="R. Yeboah", role=Role.REVIEWER, school="saltmarsh-central"),
    Person(name="J. Castellanos", role=Role.REVIEWER, school="seawall-academy"),
    Person(name="A. Quintero", role=Role.LEAD, school="saltmarsh-central"),
    Person(name="Z. Pemberton", role=Role.ADMINISTRATOR, school="saltmarsh-central"),
)
"""A contributor of the trust and one of a partner school; two reviewers, since nobody reviews a text of their own."""


def make(db: Database) -> bool:
    """Add the people unless they are there; return whether they were added."""
    with db.write():
        if accounts.is_demo(db):
            return False
        now = datetime.now(UTC)
        for each in PEOPLE:
            added = accounts.add(
                db,
                name=each.name,
                email=each.email,
                role=each.role,
                schools=[each.school],
                now=now,
                demo=True,
            )
            journal.record(
                db,
                actor=None,
                verb="join",
                subject=f"account:{added.id}",
                school=each.school,
                detail={"role": each.role.value, "demo": True},
            )
    return True
