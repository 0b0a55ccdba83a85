"""People, schools and commissions for tests of commissioning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from kb.actions import commission_delivering as delivering
from kb.actions import commissioning
from kb.actions.commission_rights import Bureau, Turn, asking_of
from kb.domain.account import Account, Role
from kb.domain.commission import Commission, Funding, Kind, Need, Plan, Result, Stage, Visit
from kb.domain.library import Library
from kb.domain.permission_commission import Deed
from kb.domain.post import HEAD, Post
from kb.storage import accounts, commissions, posts
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.pupils import check
from tests.samples import CONTENT

RECEIVER, SUPPORTER, OTHER = "samphire-junior", "castle-bridge-primary", "long-meadow-primary"
CAST = {
    "lead": (Role.LEAD, "saltmarsh-central", False),
    "second lead": (Role.LEAD, "seawall-academy", False),
    "receiving head": (Role.CONTRIBUTOR, RECEIVER, True),
    "supporting head": (Role.CONTRIBUTOR, SUPPORTER, True),
    "contact": (Role.READER, RECEIVER, False),
    "supporter": (Role.CONTRIBUTOR, SUPPORTER, False),
    "colleague": (Role.CONTRIBUTOR, SUPPORTER, False),
    "teacher": (Role.READER, OTHER, False),
    "partner": (Role.CONTRIBUTOR, "brindle-hill-primary", True),
    "administrator": (Role.ADMINISTRATOR, "saltmarsh-central", False),
}
"""Name → role, school, whether they are its head."""


@lru_cache(maxsize=1)
def library() -> Library:
    return load_library(CONTENT)


class Trust:
    """A database with the people above, and turns for them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.bureau = Bureau(database=db, library=library(), check=check())
        self.ids: dict[str, int] = {}
        for name, (role, school, head) in CAST.items():
            email = f"{name.replace(' ', '.')}@example.org"
            made = accounts.add(
                db, name=name.title(), email=email, role=role, schools=[school], now=datetime.now(UTC)
            )
            self.ids[name] = made.id
            if head:
                posts.put(db, made.id, [Post(school, HEAD)])

    def account(self, who: str) -> Account:
        found = accounts.find(self.db, self.ids[who])
        assert found is not None
        return found

    def turn(self, who: str, number: int = 0, note: str = "", **more: Any) -> Turn:
        asking = asking_of(self.db, self.bureau.library.group, self.account(who))
        return Turn(bureau=self.bureau, asking=asking, number=number, note=note, **more)

    def at(self, number: int) -> Commission:
        found = commissions.find(self.db, number)
        assert found is not None
        return found

    def begun(self, **changes: Any) -> int:
        return commissioning.begin(self.turn("lead"), make_need(contact=self.ids["contact"], **changes))

    def until(self, stage: Stage, **changes: Any) -> int:
        """A commission that went the whole way to a stage, each step by whom it belongs to."""
        number = self.begun(**changes)
        for reached, step in _way(self, number):
            if self.at(number).stage is stage:
                break
            step()
            assert self.at(number).stage is reached
        return number

    def letters(self) -> list[tuple[str, int]]:
        with self.db.read() as reading:
            rows = reading.execute("select kind, account from letters order by id").fetchall()
        return [(kind, account) for kind, account in rows]


def _way(trust: Trust, number: int) -> list[tuple[Stage, Any]]:
    today = datetime.now(UTC).date()

    def both() -> None:
        delivering.agree(trust.turn("receiving head", number), deed=Deed.AGREE_RECEIVING)
        delivering.agree(trust.turn("supporting head", number), deed=Deed.AGREE_SUPPORTING)

    return [
        (
            Stage.FUNDED,
            lambda: commissioning.fund(trust.turn("lead", number), funding=Funding.TRUST, ceiling=500),
        ),
        (
            Stage.MATCHED,
            lambda: commissioning.choose(
                trust.turn("lead", number),
                supporter=SUPPORTER,
                person=trust.ids["supporter"],
                why="They have done it.",
            ),
        ),
        (Stage.AGREED, both),
        (Stage.PLANNED, lambda: delivering.make_plan(trust.turn("supporter", number), make_plan(today))),
        (Stage.DELIVERY, lambda: delivering.log(trust.turn("supporter", number), make_visit(trust, number))),
        (Stage.REPORTED, lambda: delivering.report(trust.turn("supporter", number), report="We did it.")),
        (
            Stage.EVALUATED,
            lambda: delivering.evaluate(
                trust.turn("contact", number),
                result=Result.MET,
                changed="Lessons begin calmly.",
                how_we_know="Calls for help fell from nine to two a week.",
                recommend=True,
            ),
        ),
    ]


def make_need(**changes: Any) -> Need:
    given: dict[str, Any] = {
        "title": "Calmer starts after lunch",
        "kind": Kind.SUPPORT,
        "text": "Lessons after lunch begin late and loud in two year groups.",
        "standard": "attendance-behaviour",
        "receiver": RECEIVER,
        "key_stages": ("ks2",),
        "provisions": ("mainstream",),
        "themes": ("behaviour-routines",),
    }
    return Need(**(given | changes))


def make_plan(today: date, **changes: Any) -> Plan:
    given: dict[str, Any] = {
        "aims": "Two visits and a call each week.",
        "first_contact": today + timedelta(days=3),
        "days": 4.0,
        "report_due": today + timedelta(days=60),
    }
    return Plan(**(given | changes))


def make_visit(trust: Trust, number: int, **changes: Any) -> Visit:
    given: dict[str, Any] = {
        "id": 0,
        "commission": number,
        "day": datetime.now(UTC).date(),
        "who": "The pastoral team",
        "hours": 6.5,
        "cost": 4000,
        "note": "We met the classes at the door together.",
        "logged_by": trust.ids["supporter"],
    }
    return Visit(**(given | changes))
