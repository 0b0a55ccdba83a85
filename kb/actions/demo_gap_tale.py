"""In the demo: which commissions and asks were begun from what people searched for and did not find."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

from kb.domain.ask import AskState
from kb.domain.commission import Stage
from kb.domain.gap import GapState
from kb.storage import asks, commissions, gaps
from kb.storage.database import Database

COMMISSIONED = {"radio aids for deaf pupils": "Deaf pupils in noisy practical lessons"}
ASKED = {"mobile phones in lessons": "A staff code for phones that adults keep, too"}
"""The name of a need → the title of what was begun from its page."""


def make(db: Database, content: Path, *, now: datetime, rng: Random) -> bool:  # noqa: ARG001 - as every part
    """Tie them together where both are there; return whether anything was."""
    everybody = asks.seer(account=None, schools=(), trust=True, everything=True)
    tied = False
    with db.write():
        for gap in gaps.listed(db, GapState, now.date()):
            for each in commissions.at(db, frozenset(Stage)):
                if each.need.title == COMMISSIONED.get(gap.label) and not each.need.origin:
                    commissions.rewrite(db, each, replace(each.need, origin=f"gap:{gap.id}"), now=now)
                    tied = True
            for one in asks.seen(db, everybody, tuple(AskState)):
                if one.wish.question == ASKED.get(gap.label):
                    gaps.follow(db, gap.id, "ask", one.id)
                    tied = True
    return tied
