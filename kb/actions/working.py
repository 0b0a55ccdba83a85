"""The worker: one process that does what pages have noted, and what comes round.

It looks at whether anybody has written to the database, which costs microseconds, ten times a second; so a job is
begun at once and an idle worker is idle. One worker works at a time; a second one stands by.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kb.domain.errors import KnowledgeBaseError
from kb.domain.job import LEASE, SOON, TRIES, Job, NoUseTrying, pause
from kb.domain.schedule import Schedule
from kb.storage import jobs
from kb.storage.database import Database

LOOK_EVERY = 0.1
"""Seconds between two looks."""

AT_THE_LATEST = 5.0
"""Seconds after which the worker asks for jobs even when nobody has written: a job may have come due."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """How jobs of a kind are done.

    do     does one; it may be called again for a job that it has done already
    waits  seconds before the second, third ... try
    """

    do: Callable[[Job], None]
    waits: tuple[float, ...] = SOON


@dataclass(slots=True)
class Worker:
    """Does jobs one after the other.

    schedules  what comes round, on the clock of ``zone``
    stop       set it, and the worker ends after the job it is at
    """

    database: Database
    handlers: Mapping[str, Handler]
    schedules: Sequence[Schedule] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    stop: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Work until told to stop. Whatever goes wrong with a job or the disk, the worker goes on."""
        seen, looked = -1, float("-inf")
        while not self.stop.is_set():
            try:
                version = _version(self.database)
                if version != seen or time.monotonic() - looked >= AT_THE_LATEST:
                    seen, looked = version, time.monotonic()
                    self.work_off()
            except KnowledgeBaseError as error:  # a full disk: pages go on reading, and so this waits
                _log.warning("the worker waits: %s", error)
                self.stop.wait(AT_THE_LATEST)
            self.stop.wait(LOOK_EVERY)

    def work_off(self) -> int:
        """Do everything that is due; how many jobs that were."""
        count = 0
        self._note_what_comes_round()
        while not self.stop.is_set() and (job := jobs.claim(self.database)):
            self._do(job)
            count += 1
        return count

    def _note_what_comes_round(self) -> None:
        now = datetime.now(tz=UTC).astimezone(self.zone)
        for schedule in self.schedules:
            last, turn = jobs.turn_taken(self.database, schedule.kind), schedule.turn(now)
            if last is None:  # the first day: it is not the hour yet, or it was before anybody was here
                jobs.take_turn(self.database, schedule.kind, turn)
            if last is None or not schedule.owed(last, now):
                continue
            with self.database.write():
                jobs.enqueue(self.database, schedule.kind, {"turn": turn.isoformat()}, key=schedule.kind)
                jobs.take_turn(self.database, schedule.kind, turn)

    def _do(self, job: Job) -> None:
        handler = self.handlers.get(job.kind, Handler(do=_unknown))
        try:
            with _lease(self.database, job):
                handler.do(job)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is noted, and the next job has its turn
            again = _again_in(job, error, handler)
            jobs.failed(self.database, job, _told(error), again_in=again)
            _log.warning(
                "job %d (%s) failed: %s", job.id, job.kind, type(error).__name__, exc_info=_unforeseen(error)
            )
        else:
            jobs.done(self.database, job)


def _unknown(job: Job) -> None:
    raise NoUseTrying(f"This version of the program does not know jobs of the kind ‘{job.kind}’.")


def _again_in(job: Job, error: Exception, handler: Handler) -> float | None:
    if isinstance(error, NoUseTrying) or job.attempts >= TRIES:
        return None
    return pause(job.attempts, handler.waits, random.random())  # noqa: S311 - spreads load, hides nothing


def _told(error: Exception) -> str:
    """The problem for the administrator: our own sentences in full, of others their kind and their first words."""
    return (
        str(error) if isinstance(error, KnowledgeBaseError) else f"{type(error).__name__}: {str(error)[:200]}"
    )


def _unforeseen(error: Exception) -> bool:
    return not isinstance(error, KnowledgeBaseError)


def _version(db: Database) -> int:
    """A number that is another as soon as another connection has written."""
    with db.read() as reading:
        return int(reading.execute("pragma data_version").fetchone()[0])


@contextmanager
def _lease(db: Database, job: Job) -> Iterator[None]:
    """Hold a job while it is worked at, however long that takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE / 3):
            try:
                jobs.renew(db, job)
            except KnowledgeBaseError as error:
                _log.warning("the lease of job %d is not renewed: %s", job.id, error)
        db.close()

    renewing = threading.Thread(target=renew, name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
