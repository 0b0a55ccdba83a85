# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Jobs in the database of what they follow from, so that neither is kept without the other.

``enqueue`` within the ``write`` of its cause. A worker claims one job at a time for a lease; whoever dies while
working leaves a lease that runs out, and the job comes again. So a job may run twice, and its handler must not mind.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from kb.domain.errors import NotFound
from kb.domain.job import LEASE, LONGEST, TRIES, Job, JobState
from kb.storage.database import Database

_COLUMNS = "id, kind, payload, key, state, attempts, due, created, changed, problem, reason"
_KEPT = 7 * 86_400
"""Seconds for which what was done or dropped can still be looked at."""

_STOPPED = "The worker stopped in the middle of it."


def enqueue(
    db: Database,
    kind: str,
    payload: Mapping[str, Any],
    *,
    not_before: datetime | None = None,
    key: str | None = None,
) -> int:
    """Note a job and give its id; when one of that key waits already, that one's id.

    A job of the key that runs just now does not count: it may have read what has changed since.
    """
    row = {
        "kind": kind,
        "payload": json.dumps(payload, ensure_ascii=False),
        "key": key,
        "due": not_before.timestamp() if not_before else None,
        "now": time.time(),
    }
    with db.write() as writing:
        waiting = writing.execute(
            "select id from jobs where state = 'waiting' and key = :key", {"key": key}
        ).fetchone()
        if waiting:
            return int(waiting[0])
        added = writing.execute(
            "insert into jobs(kind, payload, key, due, created, changed) "
            "values (:kind, :payload, :key, :due, :now, :now) returning id",
            row,
        ).fetchone()
    return int(added[0])


def claim(db: Database) -> Job | None:
    """The next job that is due, now this worker's for a lease; None when there is none.

    A moment far in the future was noted while the clock was wrong, and nobody waits for it.
    """
    now = time.time()
    moments = {
        "now": now,
        "until": now + LEASE,
        "lease": LEASE,
        "longest": LONGEST,
        "tries": TRIES,
        "stopped": _STOPPED,
    }
    with db.write() as writing:
        writing.execute(
            "update jobs set state = case when attempts < :tries then 'waiting' else 'dead' end, "
            "leased_until = null, changed = :now, problem = :stopped "
            "where state = 'running' and (leased_until < :now or leased_until > :now + 2 * :lease) "
            "and not exists (select 1 from jobs as other where other.state = 'waiting' and other.key = jobs.key)",
            moments,
        )
        row = writing.execute(
            "update jobs set state = 'running', attempts = attempts + 1, leased_until = :until, changed = :now "
            "where id = (select id from jobs where state = 'waiting' and (due is null or due <= :now "
            "or (attempts > 0 and due > :now + :longest)) order by id limit 1) "
            f"returning {_COLUMNS}",
            moments,
        ).fetchone()
    return _job(row) if row else None


def renew(db: Database, job: Job) -> None:
    """Hold a job for another lease."""
    with db.write() as writing:
        writing.execute(
            "update jobs set leased_until = :until where id = :id and state = 'running' and attempts = :attempts",
            {"id": job.id, "attempts": job.attempts, "until": time.time() + LEASE},
        )


def release_all(db: Database) -> None:
    """Let what nobody works at be claimed again at once. Only for a worker that knows it is the only one."""
    with db.write() as writing:
        writing.execute("update jobs set leased_until = 0 where state = 'running'")


def done(db: Database, job: Job) -> None:
    """Note that a job is done, and forget those done long ago."""
    now = time.time()
    with db.write() as writing:
        _leave(db, job, JobState.DONE)
        writing.execute(
            "delete from jobs where state in ('done', 'dropped') and changed < :then", {"then": now - _KEPT}
        )


def failed(db: Database, job: Job, problem: str, *, again_in: float | None) -> None:
    """Note what went wrong, and when to try again; None for never, by itself."""
    if again_in is None:
        _leave(db, job, JobState.DEAD, problem=problem)
        return
    with db.write():
        if _waits_already(db, job):  # the younger one of this key does the same
            _leave(db, job, JobState.DONE, problem=problem)
        else:
            _leave(db, job, JobState.WAITING, problem=problem, due=time.time() + again_in)


def retry(db: Database, job_id: int) -> None:
    """Let a dead job be tried again, with all its attempts; one of its key that waits will do as well.

    Raises NotFound when it is not dead.
    """
    again = (
        "attempts = 0, due = null, state = case when exists (select 1 from jobs as other "
        "where other.state = 'waiting' and other.key = jobs.key) then 'done' else 'waiting' end"
    )
    _from_dead(db, job_id, again, "")


def drop(db: Database, job_id: int, reason: str) -> None:
    """Give a dead job up for a reason. Raises NotFound when it is not dead."""
    _from_dead(db, job_id, "state = 'dropped', reason = :reason", reason)


def find(db: Database, job_id: int) -> Job | None:
    """A job by its number."""
    with db.read() as reading:
        row = reading.execute(f"select {_COLUMNS} from jobs where id = :id", {"id": job_id}).fetchone()
    return _job(row) if row else None


def listed(db: Database, state: JobState, limit: int = 100) -> tuple[Job, ...]:
    """Jobs in a state, the one that changed last first."""
    sql = f"select {_COLUMNS} from jobs where state = :state order by changed desc, id desc limit :limit"
    with db.read() as reading:
        rows = reading.execute(sql, {"state": state.value, "limit": limit}).fetchall()
    return tuple(_job(row) for row in rows)


def counts(db: Database) -> dict[JobState, int]:
    """How many jobs are in each state."""
    with db.read() as reading:
        counted = dict(reading.execute("select state, count(*) from jobs group by state").fetchall())
    return {state: counted.get(state.value, 0) for state in JobState}


def waiting_since(db: Database) -> datetime | None:
    """Since when the oldest job that is due has waited; None when none is due."""
    with db.read() as reading:
        row = reading.execute(
            "select min(max(coalesce(due, 0), changed)) from jobs "
            "where state = 'waiting' and (due is null or due <= :now)",
            {"now": time.time()},
        ).fetchone()
    return _moment(row[0])


def next_due(db: Database) -> datetime | None:
    """When the next job that waits for its time is due; None when none waits."""
    with db.read() as reading:
        return _moment(reading.execute("select min(due) from jobs where state = 'waiting'").fetchone()[0])


def turn_taken(db: Database, kind: str) -> date | None:
    """The last turn of what comes round; None when there was none."""
    with db.read() as reading:
        row = reading.execute("select turn from schedules where kind = :kind", {"kind": kind}).fetchone()
    return date.fromisoformat(row[0]) if row else None


def take_turn(db: Database, kind: str, turn: date) -> None:
    """Note a turn."""
    with db.write() as writing:
        writing.execute(
            "insert into schedules values (:kind, :turn) on conflict do update set turn = excluded.turn",
            {"kind": kind, "turn": turn.isoformat()},
        )


def _leave(
    db: Database, job: Job, state: JobState, *, problem: str | None = None, due: float | None = None
) -> None:
    """End this attempt; when the job was taken over meanwhile, what the other one says counts."""
    values = {
        "id": job.id,
        "attempts": job.attempts,
        "state": state.value,
        "due": due,
        "problem": problem,
        "now": time.time(),
    }
    with db.write() as writing:
        writing.execute(
            "update jobs set state = :state, due = :due, leased_until = null, changed = :now, "
            "problem = coalesce(:problem, problem) where id = :id and state = 'running' and attempts = :attempts",
            values,
        )


def _waits_already(db: Database, job: Job) -> bool:
    with db.read() as reading:
        return bool(
            reading.execute(
                "select 1 from jobs where state = 'waiting' and key = :key", {"key": job.key}
            ).fetchone()
        )


def _from_dead(db: Database, job_id: int, change: str, reason: str) -> None:
    with db.write() as writing:
        moved = writing.execute(
            f"update jobs set {change}, changed = :now where id = :id and state = 'dead'",
            {"id": job_id, "now": time.time(), "reason": reason},
        )
        if moved.rowcount == 0:
            raise NotFound("This job no longer waits for you; somebody else has seen to it.")


def _job(row: Any) -> Job:
    number, kind, payload, key, state, attempts, due, created, changed, problem, reason = row
    return Job(
        id=number,
        kind=kind,
        payload=json.loads(payload),
        key=key,
        state=JobState(state),
        attempts=attempts,
        due=_moment(due),
        created=datetime.fromtimestamp(created, tz=UTC),
        changed=datetime.fromtimestamp(changed, tz=UTC),
        problem=problem,
        reason=reason,
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
