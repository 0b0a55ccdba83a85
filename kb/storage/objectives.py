# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Objectives of people and schools. Every listing carries who asks, and leaves out what is not theirs to see."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from kb.domain.account import Account, Role
from kb.domain.errors import BadRequest
from kb.domain.objective import Evidence, EvidenceKind, Note, Objective, ObjectiveState, Priority
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "id, account, school, title, measure, priority, due, state, with_lead, with_head, revision"
_SEEN = (
    "(account = :me or (account is null and (:lead or school in (select value from json_each(:head_of)))) "
    "or (with_lead = 1 and :lead) or (with_head = 1 and exists (select 1 from memberships "
    "where memberships.account = objectives.account "
    "and memberships.school in (select value from json_each(:head_of)))))"
)


class ChangedMeanwhile(BadRequest):
    """Somebody else has saved the objective since the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this objective since you opened the page. What you typed is still here: "
            "look at the objective as it is now in another tab, then save again."
        )


def insert(db: Database, objective: Objective, *, by: int, now: datetime) -> int:
    """Keep a new objective and give its number."""
    row = {**_row(objective), "account": objective.account, "school": objective.school}
    with db.write() as writing:
        return inserted(writing, "objectives", row | {"made_by": by, "made_at": stamp(now)})


def save(db: Database, objective: Objective) -> None:
    """Keep what was changed. Raises ChangedMeanwhile when it is not on top of what is there."""
    row = _row(objective)
    assignments = ", ".join(f"{name} = :{name}" for name in row)
    with db.write() as writing:
        done = writing.execute(
            f"update objectives set {assignments}, revision = revision + 1 where id = :id and revision = :revision",
            {**row, "id": objective.id, "revision": objective.revision},
        )
        if done.rowcount != 1:
            raise ChangedMeanwhile


def delete(db: Database, objective_id: int) -> None:
    """Take an objective away with everything about it."""
    with db.write() as writing:
        writing.execute("delete from objectives where id = ?", [objective_id])


def find(db: Database, objective_id: int) -> Objective | None:
    """The objective of this number, whoever may see it."""
    return next(iter(_select(db, "id = :id", {"id": objective_id})), None)


def seen_by(db: Database, account: Account, head_of: Collection[str]) -> tuple[Objective, ...]:
    """What a person may see: their own, those of schools they speak for, and what is shared with them."""
    asked = {
        "me": account.id,
        "lead": int(account.active and account.role is Role.LEAD),
        "head_of": json.dumps(sorted(head_of)),
    }
    return _select(db, _SEEN, asked)


def add_evidence(db: Database, objective_id: int, evidence: Evidence, *, by: int, now: datetime) -> int:
    """Keep something that shows progress and give its number."""
    row = {
        "objective": objective_id,
        "kind": evidence.kind.value,
        "target": evidence.target,
        "said": evidence.said,
        "added_by": by,
        "added_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "objective_evidence", row)


def drop_evidence(db: Database, objective_id: int, evidence_id: int) -> bool:
    """Take it away; False when the objective has none of this number."""
    with db.write() as writing:
        done = writing.execute(
            "delete from objective_evidence where id = ? and objective = ?", [evidence_id, objective_id]
        )
        return bool(done.rowcount)


def evidence(db: Database, objective_id: int) -> tuple[Evidence, ...]:
    """What shows progress, the oldest first."""
    sql = "select id, kind, target, said, added_at from objective_evidence where objective = ? order by id"
    with db.read() as connection:
        rows = connection.execute(sql, [objective_id]).fetchall()
    return tuple(
        Evidence(
            id=row[0],
            kind=EvidenceKind(row[1]),
            target=row[2],
            said=row[3],
            at=datetime.fromisoformat(row[4]),
        )
        for row in rows
    )


def add_note(db: Database, objective_id: int, note: Note) -> None:
    """Keep what was said when somebody looked back."""
    row = {"objective": objective_id, "said_by": note.by, "said": note.said, "said_at": stamp(note.at)}
    with db.write() as writing:
        writing.table("objective_notes").insert(row)


def notes(db: Database, objective_id: int) -> tuple[Note, ...]:
    """What was said, the oldest first."""
    sql = "select said_by, said, said_at from objective_notes where objective = ? order by id"
    with db.read() as connection:
        rows = connection.execute(sql, [objective_id]).fetchall()
    return tuple(Note(by=row[0], said=row[1], at=datetime.fromisoformat(row[2])) for row in rows)


def priorities(db: Database) -> tuple[Priority, ...]:
    """The trust's priorities, those that are over last."""
    with db.read() as connection:
        rows = connection.execute(
            "select id, title, about, over from priorities order by over, id"
        ).fetchall()
    return tuple(Priority(id=row[0], title=row[1], about=row[2], over=bool(row[3])) for row in rows)


def put_priority(db: Database, priority: Priority) -> int:
    """Keep a priority, new or changed, and give its number."""
    row = {"title": priority.title, "about": priority.about, "over": int(priority.over)}
    with db.write() as writing:
        if priority.id:
            writing.execute(
                "update priorities set title = :title, about = :about, over = :over where id = :id",
                row | {"id": priority.id},
            )
            return priority.id
        return inserted(writing, "priorities", row)


def _select(db: Database, where: str, asked: dict[str, Any]) -> tuple[Objective, ...]:
    sql = f"select {_COLUMNS} from objectives where {where} order by state <> 'open', due is null, due, id"
    with db.read() as connection:
        return tuple(_objective(row) for row in connection.execute(sql, asked).fetchall())


def _row(objective: Objective) -> dict[str, object]:
    return {
        "title": objective.title,
        "measure": objective.measure,
        "priority": objective.priority,
        "due": objective.due.isoformat() if objective.due else None,
        "state": objective.state.value,
        "with_lead": int(objective.with_lead),
        "with_head": int(objective.with_head),
    }


def _objective(row: Any) -> Objective:
    return Objective(
        id=row[0],
        account=row[1],
        school=row[2],
        title=row[3],
        measure=row[4],
        priority=row[5],
        due=date.fromisoformat(row[6]) if row[6] else None,
        state=ObjectiveState(row[7]),
        with_lead=bool(row[8]),
        with_head=bool(row[9]),
        revision=row[10],
    )
