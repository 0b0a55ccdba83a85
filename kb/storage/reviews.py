"""What reviewers decided about texts, and what they have ticked off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kb.domain.review import Check, Decision, Verdict
from kb.storage.database import Database
from kb.storage.text_rows import stamp


def record(db: Database, decision: Decision) -> None:
    """Keep a decision."""
    row = {
        "text_id": decision.text_id,
        "revision": decision.revision,
        "reviewer": decision.reviewer,
        "verdict": decision.verdict.value,
        "advice": decision.advice,
        "decided_at": stamp(decision.decided_at),
    }
    with db.write() as writing:
        writing.table("review_decisions").insert(row)


def of_text(db: Database, text_id: int) -> tuple[Decision, ...]:
    """Every decision about a text, oldest first."""
    with db.read() as connection:
        rows = connection.execute(
            "select text_id, revision, reviewer, verdict, advice, decided_at from review_decisions "
            "where text_id = :id order by id",
            {"id": text_id},
        ).fetchall()
    return tuple(_decision(row) for row in rows)


def ticks(db: Database, text_id: int) -> frozenset[Check]:
    """What has been ticked off since the text came in."""
    with db.read() as connection:
        rows = connection.execute("select item from review_ticks where text_id = :id", {"id": text_id})
        return frozenset(Check(row[0]) for row in rows.fetchall())


def tick(db: Database, text_id: int, items: Iterable[Check], *, by: int, now: datetime) -> None:
    """Make exactly these the ticked ones; who ticked first stands."""
    wanted = {item.value for item in items}
    with db.write() as writing:
        for item in Check:
            row = {"id": text_id, "item": item.value, "by": by, "now": stamp(now)}
            if item.value in wanted:
                writing.execute("insert or ignore into review_ticks values (:id, :item, :by, :now)", row)
            else:
                writing.execute("delete from review_ticks where text_id = :id and item = :item", row)


def _decision(row: Any) -> Decision:
    text_id, revision, reviewer, verdict, advice, decided_at = row
    return Decision(
        text_id=text_id,
        revision=revision,
        reviewer=reviewer,
        verdict=Verdict(verdict),
        advice=advice,
        decided_at=datetime.fromisoformat(decided_at),
    )
