"""The processes that render texts: started when needed, used again, replaced when they fall.

A worker belongs to the process that started it. After a fork the child closes its copies of the pipes
and starts workers of its own, or two servers would read each other's answers.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from kb.web.worker import Gone, Silent, Worker

TEXTS_PER_WORKER = 500  # a process that has seen a hostile text may have grown, so none grows old


class Pool:
    """At most ``size`` workers, each lent to one text at a time. Safe between threads and after a fork."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._all: set[Worker] = set()
        self._closed = False
        self._begin()
        _pools.add(self)
        weakref.finalize(self, _drop_all, self._all)

    @contextmanager
    def lent(self, deadline: float) -> Iterator[Worker]:
        """Lend a worker that is ready; one that disappoints is replaced.

        Raises Silent when none is free or ready in time, Gone when none can be started.
        """
        if self._process_id != os.getpid():
            self.forget()  # a fork that Python was not told of
        if not self._free.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Silent
        try:
            worker = self._idle_or_new()
            try:
                worker.wait_until_ready(deadline)
                yield worker
            finally:
                self._take_back(worker)
        finally:
            self._free.release()

    def close(self) -> None:
        """Stop every worker; afterwards none is lent."""
        with self._lock:
            self._closed = True
            idle = self._idle.copy()
            self._idle.clear()
        for worker in idle:
            self._drop(worker)
        for worker in list(self._all):
            worker.kill()  # lent: whoever has it drops it

    def forget(self) -> None:
        """Start again without the workers of the process we were forked from."""
        for worker in self._all:
            worker.forget()
        self._all.clear()
        self._begin()

    @property
    def process_ids(self) -> frozenset[int]:
        """The system's numbers of all workers there are."""
        return frozenset(worker.process_id for worker in list(self._all))

    def _begin(self) -> None:
        self._process_id = os.getpid()
        self._lock = threading.Lock()  # new after a fork: another thread may have held the old one
        self._free = threading.BoundedSemaphore(self._size)
        self._idle: list[Worker] = []

    def _idle_or_new(self) -> Worker:
        with self._lock:
            if self._closed:
                raise Gone
            worker = self._idle.pop() if self._idle else None
        if worker is not None and worker.alive:
            return worker
        if worker is not None:
            self._drop(worker)
        return self._new()

    def _take_back(self, worker: Worker) -> None:
        """Keep a worker that is fit for the next text, or start another, so that it is ready by then."""
        fit = worker.starting or (worker.fit and worker.answered < TEXTS_PER_WORKER)
        if not fit:
            self._drop(worker)
            try:
                worker = self._new()
            except Gone:
                return  # the next text tries again, and its reader is told
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        self._drop(worker)

    def _new(self) -> Worker:
        try:
            worker = Worker()
        except OSError as error:
            raise Gone from error
        self._all.add(worker)
        return worker

    def _drop(self, worker: Worker) -> None:
        self._all.discard(worker)
        worker.drop()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _forget_after_fork() -> None:
    for pool in list(_pools):
        pool.forget()


os.register_at_fork(after_in_child=_forget_after_fork)


def _drop_all(workers: set[Worker]) -> None:
    while workers:
        workers.pop().drop()
