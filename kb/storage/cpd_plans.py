"""What people mean to do next, and the certificates of what they have finished."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kb.domain.cpd import Certificate, NextStep
from kb.storage.database import Database
from kb.storage.text_rows import inserted, moment, stamp

_NEXT = "id, pathway, said, due, remind, done_at"


def plan(db: Database, account_id: int, step: NextStep, now: datetime) -> int:
    """Keep what somebody means to do and give its number."""
    row = {
        "account": account_id,
        "pathway": step.pathway,
        "said": step.said,
        "due": step.due.isoformat() if step.due else None,
        "remind": int(step.remind),
        "made_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "next_steps", row)


def set_done(db: Database, account_id: int, step_id: int, now: datetime | None) -> bool:
    """Note when it was done, or that it is not; False when the person has none of this number."""
    with db.write() as writing:
        done = writing.execute(
            "update next_steps set done_at = ? where id = ? and account = ?",
            [stamp(now) if now else None, step_id, account_id],
        )
        return bool(done.rowcount)


def drop(db: Database, account_id: int, step_id: int) -> bool:
    """Take it off the list; False when the person has none of this number."""
    with db.write() as writing:
        done = writing.execute("delete from next_steps where id = ? and account = ?", [step_id, account_id])
        return bool(done.rowcount)


def planned(db: Database, account_id: int) -> tuple[NextStep, ...]:
    """What somebody means to do: what is not done first, then by day."""
    sql = (
        f"select {_NEXT} from next_steps where account = ? "  # noqa: S608 - constants
        "order by done_at is not null, due is null, due, id"
    )
    with db.read() as connection:
        return tuple(_next(row) for row in connection.execute(sql, [account_id]).fetchall())


def to_remind(db: Database, until: date) -> tuple[tuple[int, NextStep], ...]:
    """(account, what they mean to do) of those who wish to be reminded of a day that has come."""
    sql = (
        f"select account, {_NEXT} from next_steps where remind = 1 and done_at is null and due <= ? "  # noqa: S608
        "and exists (select 1 from accounts where id = account and active = 1) order by id"
    )
    with db.read() as connection:
        rows = connection.execute(sql, [until.isoformat()]).fetchall()
    return tuple((row[0], _next(row[1:])) for row in rows)


def issue(db: Database, certificate: Certificate) -> None:
    """Keep a certificate; the first of a person and pathway stays as it is."""
    with db.write() as writing:
        writing.execute(
            "insert into certificates (code, account, pathway, version, minutes, finished_on) "
            "values (:code, :account, :pathway, :version, :minutes, :on) on conflict (account, pathway) do nothing",
            {
                "code": certificate.code,
                "account": certificate.account,
                "pathway": certificate.pathway,
                "version": certificate.version,
                "minutes": certificate.minutes,
                "on": certificate.finished_on.isoformat(),
            },
        )


def take_back(db: Database, account_id: int, pathway_id: int) -> None:
    """Forget a certificate, when a tick was taken back."""
    with db.write() as writing:
        writing.execute(
            "delete from certificates where account = ? and pathway = ?", [account_id, pathway_id]
        )


def certificate(db: Database, account_id: int, pathway_id: int) -> Certificate | None:
    """Somebody's certificate of a pathway."""
    return _certificate(db, "account = ? and pathway = ?", [account_id, pathway_id])


def certificate_of_code(db: Database, code: str) -> Certificate | None:
    """The certificate that a code stands on."""
    return _certificate(db, "code = ?", [code])


def _certificate(db: Database, where: str, asked: list[Any]) -> Certificate | None:
    sql = f"select code, account, pathway, version, minutes, finished_on from certificates where {where}"  # noqa: S608
    with db.read() as connection:
        row = connection.execute(sql, asked).fetchone()
    if row is None:
        return None
    return Certificate(
        code=row[0],
        account=row[1],
        pathway=row[2],
        version=row[3],
        minutes=row[4],
        finished_on=date.fromisoformat(row[5]),
    )


def _next(row: Any) -> NextStep:
    return NextStep(
        id=row[0],
        pathway=row[1],
        said=row[2],
        due=date.fromisoformat(row[3]) if row[3] else None,
        remind=bool(row[4]),
        done_at=moment(row[5]),
    )
