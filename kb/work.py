"""The worker with everything it needs: which kinds of jobs there are, who does them, and what comes round."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from types import FrameType
from zoneinfo import ZoneInfo

from indexer.errors import IndexerError
from kb.actions import (
    approach_letters,
    content_history,
    contributing,
    cpd_recording,
    following,
    notifying,
    printing,
    wanting,
)
from kb.actions.approach_letters import ApproachLetters
from kb.actions.commission_reminding import COMMISSIONS, Chasing
from kb.actions.consenting import CONSENT, Consenting
from kb.actions.content_history import ContentHistory
from kb.actions.feeding_back import WEEKLY, WeeklyFeedback
from kb.actions.following import WeekLetters
from kb.actions.gap_gathering import encode_in
from kb.actions.indexing import LiveIndex
from kb.actions.insight_keeping import KEEP, Keeping
from kb.actions.notifying import Office, post_from
from kb.actions.rechecking import RECHECK, Rechecking
from kb.actions.reminding import DIGEST, REMIND, Reminding
from kb.actions.settling import Settling
from kb.actions.tidying import TIDY, Tidying
from kb.actions.working import Handler, Worker
from kb.domain.job import PATIENT, Job
from kb.settings import Settings
from kb.storage import jobs
from kb.storage.database import Database, open_database
from kb.storage.worker_lock import being_the_worker
from kb.web.site import Shelf
from kb.web.wording import SITE_NAME

SCHEDULES = (
    TIDY,
    KEEP,
    RECHECK,
    REMIND,
    CONSENT,
    DIGEST,
    approach_letters.ROUND,
    following.WEEK,
    WEEKLY,
    cpd_recording.NEXT_STEPS,
    COMMISSIONS,
)
"""What comes round, in the order in which it is done when all of it is due."""

STAND_BY = 0.5
"""Seconds between two looks at whether the worker before is gone."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A worker, how to let it load what its first publication needs, and how to let go of what it holds."""

    worker: Worker
    warm: Callable[[], None]
    close: Callable[[], None]


def workshop(settings: Settings) -> Workshop:
    """The worker of a knowledge base. Raises DatabaseUnusable, and ContentInvalid when the library has mistakes."""
    database = open_database(settings.database)
    shelf = Shelf(settings.content)
    live = LiveIndex(
        database, settings.index, library=shelf.library, model=settings.model, address=settings.search
    )
    office = Office(
        database=database,
        post=post_from(settings.mail, settings.mail_folder),
        sender=settings.mail_from,
        public_url=settings.home,
        site_name=SITE_NAME,
    )
    settling = Settling(
        database=database,
        content=settings.content,
        library=shelf.library,
        live=live,
        history=settings.content_git,
    )
    history = ContentHistory(database=database, content=settings.content, sender=settings.mail_from)
    handlers = {
        notifying.JOB: Handler(do=office.send, waits=PATIENT),
        printing.JOB: Handler(do=_settle_and_answer(settling, database)),
        content_history.JOB: Handler(do=history.record),
        **_what_comes_round(settings, database, shelf),
    }
    worker = Worker(database, handlers, SCHEDULES, ZoneInfo(settings.timezone))
    return Workshop(worker=worker, warm=live.warm, close=live.close)


def _what_comes_round(settings: Settings, database: Database, shelf: Shelf) -> dict[str, Handler]:
    """Who does what comes round, and what follows from it."""
    reminding = Reminding(database)
    asking = ApproachLetters(database=database, library=shelf.library, mode=settings.site_mode)
    weeks = WeekLetters(database=database, library=shelf.library, mode=settings.site_mode)
    tidying = Tidying(database=database, var=settings.var, empty_bin=contributing.empty_bin)
    rechecking = Rechecking(database=database, content=settings.content, library=shelf.library)
    consenting = Consenting(database=database, content=settings.content)
    return {
        REMIND.kind: Handler(do=reminding.remind),
        DIGEST.kind: Handler(do=reminding.digest),
        TIDY.kind: Handler(do=tidying.tidy),
        RECHECK.kind: Handler(do=rechecking.recheck),
        CONSENT.kind: Handler(do=consenting.remind),
        COMMISSIONS.kind: Handler(do=Chasing(database).remind),
        following.WEEK.kind: Handler(do=weeks.write),
        WEEKLY.kind: Handler(do=WeeklyFeedback(database).write),
        **{kind: Handler(do=asking.write) for kind in approach_letters.KINDS},
        cpd_recording.NEXT_STEPS.kind: Handler(do=lambda job: _next_steps(database, job)),
        KEEP.kind: Handler(do=Keeping(database, encode_in(settings.index)).keep),
    }


def _settle_and_answer(settling: Settling, database: Database) -> Callable[[Job], None]:
    """Settle a publication, then answer what was asked for with it."""

    def do(job: Job) -> None:
        settling.settle(job)
        wanting.answered_by(database, str(job.payload["slug"]))

    return do


def _next_steps(database: Database, job: Job) -> None:
    cpd_recording.remind(database, date.fromisoformat(job.payload["turn"]))


def work_once(settings: Settings) -> int | None:
    """Do everything that is due; how many jobs that were, or None when another worker is at it."""
    with being_the_worker(settings.var) as alone:
        if not alone:
            return None
        place = workshop(settings)
        try:
            jobs.release_all(place.worker.database)
            return place.worker.work_off()
        finally:
            place.close()


def work_on(settings: Settings, *, lifeline: bool = False) -> None:
    """Work until SIGTERM or Ctrl-C; stand by while another worker is at it.

    lifeline  stop, too, when standard input ends: it is held by the process that started this one
    """
    stop = threading.Event()
    with _stopping(stop):
        if lifeline:
            threading.Thread(target=_hold, args=(stop,), name="lifeline", daemon=True).start()
        while not stop.is_set():
            with being_the_worker(settings.var) as alone:
                if alone:
                    _work(settings, stop)
                    return
            stop.wait(STAND_BY)


def _work(settings: Settings, stop: threading.Event) -> None:
    place = workshop(settings)
    place.worker.stop = stop
    threading.Thread(target=_warm, args=(place,), name="warming", daemon=True).start()
    try:
        jobs.release_all(place.worker.database)
        place.worker.work()
    finally:
        place.close()


def _warm(place: Workshop) -> None:
    """Load the model while nothing else is to be done, so that the first article to be published need not wait."""
    with contextlib.suppress(IndexerError):  # whoever publishes is told what is wrong
        place.warm()


def _hold(stop: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    stop.set()


@contextlib.contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the work after the job at hand."""

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
