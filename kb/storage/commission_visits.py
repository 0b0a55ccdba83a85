"""The log of commissions: what was done on which day. What is taken out stays in the table, for the journal's sake."""

from __future__ import annotations

from datetime import date, datetime

from kb.domain.commission import HOURS_A_DAY, Visit
from kb.domain.commission_span import Spent
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = "id, commission, day, who, hours, cost, note, logged_by"


def add(db: Database, visit: Visit, *, now: datetime) -> int:
    """Log a piece of work and give its id; the one it was given is not looked at."""
    row = _row(visit) | {
        "commission": visit.commission,
        "logged_by": visit.logged_by,
        "logged_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "commission_visits", row)


def change(db: Database, visit: Visit) -> None:
    """Write a changed piece of work."""
    with db.write() as writing:
        writing.execute(
            "update commission_visits set day = :day, who = :who, hours = :hours, cost = :cost, note = :note "
            "where id = :id and taken_out = 0",
            _row(visit) | {"id": visit.id},
        )


def take_out(db: Database, visit_id: int) -> None:
    """Let a piece of work count no more."""
    with db.write() as writing:
        writing.execute("update commission_visits set taken_out = 1 where id = ?", [visit_id])


def of_commission(db: Database, commission_id: int) -> tuple[Visit, ...]:
    """The log of a commission, the first day first."""
    sql = f"select {_COLUMNS} from commission_visits where commission = ? and taken_out = 0 order by day, id"  # noqa: S608 - a constant
    with db.read() as connection:
        return tuple(
            Visit(
                id=row[0],
                commission=row[1],
                day=date.fromisoformat(row[2]),
                who=row[3],
                hours=row[4],
                cost=row[5],
                note=row[6],
                logged_by=row[7],
            )
            for row in connection.execute(sql, [commission_id]).fetchall()
        )


def spent(db: Database, first: date, last: date) -> tuple[Spent, ...]:
    """What was logged from a day to another as numbers, for sums that name nobody."""
    sql = (
        "select commission, day, hours, cost from commission_visits "
        "where taken_out = 0 and day between ? and ? order by day, id"
    )
    with db.read() as connection:
        return tuple(
            Spent(commission=row[0], day=date.fromisoformat(row[1]), days=row[2] / HOURS_A_DAY, cost=row[3])
            for row in connection.execute(sql, [first.isoformat(), last.isoformat()]).fetchall()
        )


def _row(visit: Visit) -> dict[str, object]:
    return {
        "day": visit.day.isoformat(),
        "who": visit.who,
        "hours": visit.hours,
        "cost": visit.cost,
        "note": visit.note,
    }
