"""Jobs: none is lost, none waits twice, and a job whose worker died comes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from kb.domain.errors import BadRequest, NotFound
from kb.domain.job import LEASE, TRIES, JobState
from kb.storage import jobs
from kb.storage.database import Database

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def test_a_job_is_kept_with_its_cause_or_not_at_all(db: Database) -> None:
    with pytest.raises(BadRequest):
        _enqueue_and_fail(db)

    assert jobs.claim(db) is None


def _enqueue_and_fail(db: Database) -> None:
    with db.write():
        jobs.enqueue(db, "letter", {"letter": 1})
        raise BadRequest("no")


def test_the_oldest_job_comes_first_and_only_once(db: Database) -> None:
    first, second = jobs.enqueue(db, "letter", {"letter": 1}), jobs.enqueue(db, "letter", {"letter": 2})

    claimed = [jobs.claim(db), jobs.claim(db), jobs.claim(db)]

    assert [job and job.id for job in claimed] == [first, second, None]
    assert claimed[0] is not None
    assert claimed[0].payload == {"letter": 1}


def test_of_one_key_only_one_job_waits(db: Database) -> None:
    first = jobs.enqueue(db, "index", {}, key="index:a")
    again = jobs.enqueue(db, "index", {}, key="index:a")
    other = jobs.enqueue(db, "index", {}, key="index:b")

    assert first == again != other


def test_a_change_while_the_job_of_its_key_runs_makes_another_job(db: Database) -> None:
    first = jobs.enqueue(db, "index", {}, key="index:a")
    jobs.claim(db)

    assert jobs.enqueue(db, "index", {}, key="index:a") != first


def test_a_job_waits_for_its_time(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "letter", {}, not_before=NOW + timedelta(minutes=1))
        early = jobs.claim(db)
        clock.shift(61)

        assert early is None
        assert jobs.claim(db) is not None


def test_a_job_whose_worker_died_comes_again_when_its_lease_is_over(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "letter", {})
        first = jobs.claim(db)
        clock.shift(LEASE - 1)
        within = jobs.claim(db)
        clock.shift(2)
        again = jobs.claim(db)

    assert within is None
    assert first is not None
    assert again is not None
    assert (first.id, first.attempts, again.id, again.attempts) == (again.id, 1, first.id, 2)


def test_a_renewed_lease_holds(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "letter", {})
        job = jobs.claim(db)
        assert job
        clock.shift(LEASE - 1)
        jobs.renew(db, job)
        clock.shift(LEASE - 1)

        assert jobs.claim(db) is None


def test_a_job_that_kills_its_worker_each_time_is_shown_to_a_person_in_the_end(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "letter", {})
        for _ in range(TRIES):
            assert jobs.claim(db)
            clock.shift(LEASE + 1)
        last = jobs.claim(db)

    (dead,) = jobs.listed(db, JobState.DEAD)
    assert last is None
    assert "The worker stopped" in dead.problem


def test_who_lost_a_job_to_another_worker_cannot_end_it(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "letter", {})
        lost = jobs.claim(db)
        clock.shift(LEASE + 1)
        jobs.claim(db)
        assert lost
        jobs.done(db, lost)

    assert jobs.counts(db)[JobState.RUNNING] == 1


@pytest.mark.parametrize("hours", [-3, 3, -24 * 400, 24 * 400])
def test_a_clock_that_jumps_holds_up_no_job(db: Database, hours: int) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        failing, running = (jobs.enqueue(db, "letter", {"n": n}) for n in range(2))
        first, _ = jobs.claim(db), jobs.claim(db)
        assert first
        jobs.failed(db, first, "The mail server is away.", again_in=1800)
        waiting = jobs.enqueue(db, "letter", {"n": 2})
        clock.shift(timedelta(hours=hours))
        seen = set()
        for _ in range(30):
            if job := jobs.claim(db):
                seen.add(job.id)
                jobs.done(db, job)
            clock.shift(1900)

    assert seen == {failing, running, waiting}


def test_a_dead_job_is_tried_again_or_dropped_for_a_reason_and_only_once(db: Database) -> None:
    for _ in range(2):
        jobs.enqueue(db, "letter", {})
        job = jobs.claim(db)
        assert job
        jobs.failed(db, job, "No such address.", again_in=None)
    second, first = jobs.listed(db, JobState.DEAD)

    jobs.retry(db, first.id)
    jobs.drop(db, second.id, "She has left.")

    again = jobs.claim(db)
    assert again
    assert (again.id, again.attempts) == (first.id, 1)
    assert [job.reason for job in jobs.listed(db, JobState.DROPPED)] == ["She has left."]
    with pytest.raises(NotFound):
        jobs.retry(db, second.id)


def test_a_failed_job_gives_way_to_a_younger_one_of_its_key(db: Database) -> None:
    jobs.enqueue(db, "index", {}, key="index:a")
    old = jobs.claim(db)
    assert old
    younger = jobs.enqueue(db, "index", {}, key="index:a")
    jobs.failed(db, old, "The disk is full.", again_in=5)

    assert [job.id for job in jobs.listed(db, JobState.WAITING)] == [younger]


def test_what_was_done_long_ago_is_forgotten(db: Database) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(2):
            jobs.enqueue(db, "letter", {})
            job = jobs.claim(db)
            assert job
            jobs.done(db, job)
            clock.shift(timedelta(days=8))

    assert jobs.counts(db)[JobState.DONE] == 1
