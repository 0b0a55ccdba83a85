"""The worker: whatever fails, the next job has its turn; what comes round comes once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from kb.actions.working import Handler, Worker
from kb.domain.errors import Unavailable
from kb.domain.job import SOON, TRIES, Job, JobState, NoUseTrying, pause
from kb.domain.schedule import Schedule
from kb.storage import jobs
from kb.storage.database import Database, open_database
from kb.storage.worker_lock import being_the_worker, worker_runs

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


class Failing:
    """A handler that fails a number of times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.done = times, error, 0

    def __call__(self, job: Job) -> None:
        if self.left:
            self.left -= 1
            raise self.error
        self.done += 1


def test_a_job_that_fails_is_tried_again_later_each_time_and_others_are_not_held_up(db: Database) -> None:
    failing, fine = Failing(2, Unavailable("The mail server is away.")), Failing(0, ValueError())
    worker = Worker(db, {"a": Handler(do=failing), "b": Handler(do=fine)})
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "a", {})
        jobs.enqueue(db, "b", {})
        done = [worker.work_off()]
        waiting = jobs.listed(db, JobState.WAITING)
        for _ in range(3):
            clock.shift(SOON[1] * 1.3)
            done.append(worker.work_off())

    assert [job.problem for job in waiting] == ["The mail server is away."]
    assert done == [2, 1, 1, 0]
    assert (failing.done, fine.done) == (1, 1)


def test_after_the_last_try_a_job_waits_for_a_person(db: Database) -> None:
    worker = Worker(db, {"a": Handler(do=Failing(99, RuntimeError("x" * 500)))})
    with time_machine.travel(NOW, tick=False) as clock:
        jobs.enqueue(db, "a", {})
        done = []
        for _ in range(TRIES + 1):
            done.append(worker.work_off())
            clock.shift(timedelta(hours=1))

    (dead,) = jobs.listed(db, JobState.DEAD)
    assert done == [1] * TRIES + [0]
    assert dead.problem.startswith("RuntimeError: xxx")
    assert len(dead.problem) < 250


@pytest.mark.parametrize("kind", ["hopeless", "unknown"])
def test_what_can_never_be_done_is_not_tried_again(db: Database, kind: str) -> None:
    worker = Worker(db, {"hopeless": Handler(do=Failing(9, NoUseTrying("No such address.")))})
    jobs.enqueue(db, kind, {})

    worker.work_off()

    assert jobs.counts(db)[JobState.DEAD] == 1


def test_the_waits_grow_and_are_spread() -> None:
    waits = [[pause(attempts, SOON, chance) for chance in (0.0, 1.0)] for attempts in range(1, 6)]

    assert all(low < wait < high for (low, high), wait in zip(waits, (*SOON, SOON[-1]), strict=True))
    assert all(before[1] < after[0] for before, after in pairwise(waits[:4]))


def test_a_job_is_begun_at_once(db: Database, tmp_path: Path) -> None:
    begun: list[float] = []
    worker = Worker(open_database(db.path), {"a": Handler(do=lambda _: begun.append(time.monotonic()))})
    working = threading.Thread(target=worker.work)
    working.start()
    time.sleep(0.3)

    asked = time.monotonic()
    jobs.enqueue(db, "a", {})
    while not begun and time.monotonic() < asked + 10:
        time.sleep(0.01)
    worker.stop.set()
    working.join(timeout=10)

    assert begun[0] - asked < 1
    assert not working.is_alive()


def test_only_one_process_is_the_worker(tmp_path: Path) -> None:
    before = worker_runs(tmp_path)
    with being_the_worker(tmp_path) as first, being_the_worker(tmp_path) as second:
        meanwhile = worker_runs(tmp_path)

    assert (before, first, second, meanwhile, worker_runs(tmp_path)) == (False, True, False, True, False)


def test_on_the_first_day_nothing_comes_round_before_its_hour(db: Database) -> None:
    worker = Worker(db, {"remind": Handler(do=lambda _: None)}, [DAILY], LONDON)
    counted = []
    for hours in (0, 1, 24):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            counted.append(worker.work_off())

    assert counted == [0, 0, 1]


DAILY = Schedule(kind="remind", at=hour(1, 30))
WEEKLY = Schedule(kind="digest", at=hour(7), weekday=0)


def turns(db: Database, schedule: Schedule, moments: list[datetime]) -> list[int]:
    """How often something came round at each of some moments."""
    worker = Worker(db, {schedule.kind: Handler(do=lambda _: None)}, [schedule], LONDON)
    counted = []
    jobs.take_turn(db, schedule.kind, schedule.turn(moments[0] - timedelta(days=7)))
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            counted.append(worker.work_off())
    return counted


def every_half_hour(start: datetime, hours: int) -> list[datetime]:
    return [start + timedelta(minutes=30 * step) for step in range(hours * 2)]


@pytest.mark.parametrize("start", [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)])
def test_what_comes_round_daily_comes_once_a_day_also_when_the_clocks_change(
    db: Database, start: datetime
) -> None:
    counted = turns(db, DAILY, every_half_hour(start + timedelta(hours=16), 48))

    assert sum(counted[1:]) == 2


def test_a_clock_that_jumps_back_and_forth_brings_nothing_round_twice(db: Database) -> None:
    hours = [0, 1, -2, -1, 0, 1, -20, 3]

    counted = turns(db, DAILY, [NOW + timedelta(hours=shift) for shift in hours])

    assert sum(counted) == 1


def test_a_clock_that_was_years_ahead_does_not_stop_what_comes_round(db: Database) -> None:
    counted = turns(
        db, DAILY, [NOW, NOW + timedelta(days=4000), NOW + timedelta(days=1), NOW + timedelta(days=2)]
    )

    assert counted == [1, 1, 1, 1]


def test_what_comes_round_weekly_comes_once_a_week_even_if_the_worker_was_away_on_the_day(
    db: Database,
) -> None:
    monday, wednesday = datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)

    counted = turns(
        db, WEEKLY, [monday, monday + timedelta(days=3), wednesday, wednesday + timedelta(days=1)]
    )

    assert counted == [1, 0, 1, 0]
    assert jobs.turn_taken(db, "digest") == date(2026, 11, 30)
