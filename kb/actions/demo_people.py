"""The people of the demo: one of each role, with names that stand under its articles. All are invented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from kb.domain.account import Role
from kb.domain.post import Post
from kb.storage import accounts, journal, posts
from kb.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to sign in as. Their address leads nowhere (RFC 2606)."""

    name: str
    role: Role
    school: str
    posts: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """An address that cannot be anybody's."""
        return f"{self.name.lower().replace('. ', '.')}@{self.school}.example"


PEOPLE = (
    Person(name="L. Fairweather", role=Role.READER, school="castle-bridge-primary", posts=("teacher",)),
    Person(name="R. Okonjo", role=Role.CONTRIBUTOR, school="castle-bridge-primary", posts=("senco",)),
    Person(name="S. Mistry", role=Role.CONTRIBUTOR, school="brindle-hill-primary", posts=("pastoral-lead",)),
    Person(name="R. Yeboah", role=Role.REVIEWER, school="saltmarsh-central", posts=("trust-senco-lead",)),
    Person(name="J. Castellanos", role=Role.REVIEWER, school="seawall-academy", posts=("assistant-head",)),
    Person(name="A. Quintero", role=Role.LEAD, school="saltmarsh-central", posts=("trust-improvement-lead",)),
    Person(name="Z. Pemberton", role=Role.ADMINISTRATOR, school="saltmarsh-central"),
)
"""A contributor of the trust and one of a partner school; two reviewers, since nobody reviews a text of their own."""

COLLEAGUES = (
    Person(
        name="D. Marchetti", role=Role.CONTRIBUTOR, school="castle-bridge-primary", posts=("headteacher",)
    ),
    Person(name="P. Nakamura", role=Role.CONTRIBUTOR, school="tidewater-infants", posts=("headteacher",)),
    Person(name="H. Oduya", role=Role.CONTRIBUTOR, school="seawall-academy", posts=("headteacher",)),
    Person(
        name="C. Whitlock", role=Role.CONTRIBUTOR, school="harbour-heights-school", posts=("headteacher",)
    ),
    Person(name="N. Farouk", role=Role.CONTRIBUTOR, school="long-meadow-primary", posts=("headteacher",)),
    Person(
        name="E. Stanbridge", role=Role.CONTRIBUTOR, school="lantern-school", posts=("headteacher", "dsl")
    ),
    Person(name="T. Bialek", role=Role.CONTRIBUTOR, school="waymark-academy", posts=("headteacher",)),
    Person(
        name="G. Achterberg", role=Role.CONTRIBUTOR, school="brindle-hill-primary", posts=("headteacher",)
    ),
    Person(name="K. Devereux", role=Role.READER, school="harbour-heights-school", posts=("teacher", "ect")),
    Person(name="B. Ilesanmi", role=Role.READER, school="seawall-academy", posts=("teacher", "ect")),
    Person(name="Y. Carrow", role=Role.READER, school="long-meadow-primary", posts=("ta",)),
    Person(name="M. Thistlewood", role=Role.CONTRIBUTOR, school="harbour-heights-school", posts=("senco",)),
    Person(name="V. Rusu", role=Role.READER, school="curlew-academy", posts=("head-of-year",)),
    Person(name="F. Lindqvist", role=Role.CONTRIBUTOR, school="lantern-school", posts=("behaviour-lead",)),
)
"""Heads who agree on support, and staff who read, try things out and learn."""


STAFF_ROOMS = {
    ("castle-bridge-primary", "ta"): (
        "O. Abernethy",
        "I. Brzezicka",
        "U. Chaudhry",
        "W. Dunmore",
        "A. Eastaugh",
        "J. Fothergill",
        "E. Grzelak",
    ),
    ("seawall-academy", "teacher"): (
        "C. Hathersage",
        "D. Imran",
        "S. Jellicoe",
        "R. Kowalczyk",
        "M. Llewellyn",
        "N. Mwangi",
        "P. Nightingale",
    ),
}
"""(school, post) → more people who do this there: enough for numbers, which are shown from five people on."""


def make(db: Database) -> bool:
    """Add the people unless they are there; return whether they were added."""
    with db.write():
        if accounts.is_demo(db):
            return False
        _join(db, (*PEOPLE, *COLLEAGUES), datetime.now(UTC))
    return True


def fill_staff_rooms(db: Database, content: Path, *, now: datetime, rng: Random) -> None:
    """Add the people of STAFF_ROOMS, after everything that is done by the others. The same for every seed."""
    del content, rng
    with db.write():
        for (school, post), names in STAFF_ROOMS.items():
            _join(
                db, [Person(name=name, role=Role.READER, school=school, posts=(post,)) for name in names], now
            )


def _join(db: Database, people: Iterable[Person], now: datetime) -> None:
    for each in people:
        added = accounts.add(
            db,
            name=each.name,
            email=each.email,
            role=each.role,
            schools=[each.school],
            now=now,
            demo=True,
        )
        posts.put(db, added.id, [Post(each.school, post) for post in each.posts])
        journal.record(
            db,
            actor=None,
            verb="join",
            subject=f"account:{added.id}",
            school=each.school,
            detail={"role": each.role.value, "demo": True},
        )
