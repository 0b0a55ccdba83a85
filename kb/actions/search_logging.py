"""Note searches beside the pages: a page hands over what happened and never waits for the disk.

One small thread in each process looks at the words (a search that may tell who somebody is is counted without them),
writes what has gathered in one transaction, and every few seconds puts what nothing answered under a need. When the
database cannot be written, or more comes than can be written, what was noted is dropped: a search that is not counted
is better than one that is slow.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from functools import partial

from kb.actions.checking_text import Checker, checker
from kb.actions.gap_gathering import AT_ONCE, Encode, gather
from kb.domain.errors import KnowledgeBaseError
from kb.domain.finding import Level
from kb.domain.library import Library
from kb.domain.school import Group
from kb.domain.search import Answer
from kb.domain.search_log import UNANSWERED, Again, Click, Looked, Outcome, View, kind_of
from kb.storage import search_log
from kb.storage.database import Database

MOST_WAITING = 1000
"""Events that may wait; more are dropped."""

GATHER = 0.05
"""Seconds for which events are gathered into one transaction."""

GATHER_NEEDS = 5.0
"""Seconds between two times that unanswered searches are put under needs: each compares them with all needs."""

STOP_WITHIN = 5.0
Event = Looked | Click | View
_log = logging.getLogger(__name__)


class _Word(Enum):
    """What the thread is told beside events."""

    NOW = auto()
    STOP = auto()


@dataclass(slots=True)
class NoteTaker:
    """Takes notes of searches for one process. Safe to use from many threads and after a fork."""

    database: Database
    library: Callable[[], Library]
    encode: Encode
    _waiting: queue.Queue[Event | _Word] = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    _process: int = 0
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _check: tuple[Group, Checker] | None = None
    _ungathered: bool = False
    _next_gathering: float = 0.0

    def note(self, event: Event) -> None:
        """Hand over what happened. Never waits and never raises."""
        if self._process != os.getpid():  # threads do not survive a fork, so each process starts its own
            self._start()
        try:
            self._waiting.put_nowait(event)
        except queue.Full:
            _log.warning("more searches than can be noted; one is not counted")

    def settle(self) -> None:
        """Wait until everything that was handed over is written and under its need, or dropped."""
        if self._process == os.getpid():
            self._waiting.put(_Word.NOW)
            self._waiting.join()

    def close(self) -> None:
        """Write what waits and stop."""
        if self._thread is not None and self._process == os.getpid():
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait(_Word.STOP)
            self._thread.join(timeout=STOP_WITHIN)

    def _start(self) -> None:
        if self._process:  # after a fork what waits belongs to the parent, and locks may be held by nobody
            self._waiting, self._starting = queue.Queue(MOST_WAITING), threading.Lock()
        with self._starting:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._thread = threading.Thread(target=self._work, name="note-taker", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        going_on = True
        while going_on:
            events = self._next_events()
            going_on = _Word.STOP not in events
            told = [event for event in events if not isinstance(event, _Word)]
            if told:
                self._safely(partial(self._write, told))
            if self._ungathered and (len(told) < len(events) or time.monotonic() >= self._next_gathering):
                self._safely(self._gather)
            for _ in events:
                self._waiting.task_done()
        self.database.close()

    def _next_events(self) -> list[Event | _Word]:
        """What was handed over, waited for and gathered for a moment; nothing when it is time to gather needs."""
        pause = max(0.0, self._next_gathering - time.monotonic()) if self._ungathered else None
        try:
            events = [self._waiting.get(timeout=pause)]
        except queue.Empty:
            return []
        time.sleep(GATHER)
        while not self._waiting.empty():
            events.append(self._waiting.get_nowait())
        return events

    def _write(self, events: list[Event]) -> None:
        noted = [self._without_names(event) for event in events]
        search_log.note(self.database, noted)
        self._ungathered |= any(
            isinstance(event, Looked) and bool(event.words) and event.outcome in UNANSWERED for event in noted
        )

    def _gather(self) -> None:
        self._ungathered, self._next_gathering = False, time.monotonic() + GATHER_NEEDS
        while gather(self.database, self.encode) == AT_ONCE:
            continue

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except KnowledgeBaseError as error:
            _log.warning("searches are not counted: %s", error)
        except Exception:  # noqa: BLE001 - whatever it is, the thread must outlive it
            _log.exception("searches are not counted")

    def _without_names(self, event: Event) -> Event:
        if not isinstance(event, Looked) or not event.words:
            return event
        return replace(event, words="", withheld=True) if self.may_tell_who(event.words) else event

    def may_tell_who(self, words: str) -> bool:
        """True when words hold a name, a number or something else by which somebody could be known."""
        found = self._checker().personal_data({"words": words})
        return any(each.level is not Level.NOTE for each in found)

    def _checker(self) -> Checker:
        """The check for the schools as they are now; made in this thread, since that takes a second."""
        library = self.library()
        if self._check is None or self._check[0] != library.group:
            self._check = (library.group, checker(library))
        return self._check[1]


def looked(answer: Answer, *, token: str, at: datetime) -> Looked | None:
    """What is noted of an answer; None for a further page of one that was noted, or the same in another order."""
    question = answer.question
    if question.page > 1 or question.sort != ("relevance" if question.text else "reviewed"):
        return None
    again = Again.NO
    if question.text and not question.correct_spelling:
        again = Again.AS_TYPED
    elif question.text and not question.expand_synonyms:
        again = Again.OWN_WORDS
    outcome = Outcome.FOUND if answer.total else Outcome.WEAK if answer.weak else Outcome.NOTHING
    return Looked(
        token=token,
        at=at,
        words=question.text,
        kind=kind_of(question.text),
        mode=question.mode,
        chosen={facet.value: ids for facet, ids in question.chosen.items()},
        named=_named(answer),
        total=answer.total,
        outcome=outcome,
        corrected=answer.corrected is not None,
        expanded=bool(answer.also),
        again=again,
        took_ms=answer.took_ms,
    )


def _named(answer: Answer) -> dict[str, tuple[str, ...]]:
    """Facet → terms that the words name."""
    found: dict[str, tuple[str, ...]] = {}
    for hint in answer.hints:
        found[hint.facet.value] = (*found.get(hint.facet.value, ()), hint.id)
    return found
