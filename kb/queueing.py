"""gunicorn's threaded worker, which leaves requests in the line that all workers share until it can begin them.

gunicorn takes every connection at once, however much it has to do. Of eight readers one worker then gets six and the
other two, and because the threads of a process share one processor, each of the six waits three times as long. Here
a worker with two requests in hand takes no further connection: the system keeps them in one line, first come, first
served, for whichever worker is free first. Two, because one may run Python while the other reckons outside its lock.

Nothing that is slow holds the line up: a request counts for half a second only, and a connection on which nothing
was asked yet counts for nothing, so that neither a long PDF file nor somebody who opens connections and says nothing
keeps others out.
"""

from __future__ import annotations

import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

IN_HAND = 2
"""Requests that a worker has begun and not answered while it takes no further connection."""

QUICK = 0.5
"""Seconds after which a request no longer counts; a page takes a tenth of that."""

_LOOKED_AT = 0.1  # seconds between two looks at the time while no connection is taken


class QueueingWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that takes on what it can begin.

    It steers two numbers that gunicorn looks at before each step: how many connections it may hold, and how many it
    may keep for another request of the same reader. All of this runs on the worker's main thread.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._most: int = self.cfg.worker_connections
        self._most_kept: int = self._most - self.cfg.threads
        self._begun: dict[Any, float] = {}

    def enqueue_req(self, conn: Any) -> None:
        """Begin a request; one that has not come yet is waited for without a thread."""
        if not (conn.initialized or conn.data_ready or _asked(conn)):
            self._wait_for(conn)
            return
        self._begun[conn] = time.monotonic()
        self._steer()
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A request is answered, or has still not come."""
        self._begun.pop(conn, None)
        self._steer()
        super().finish_request(conn, fs)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for whatever comes next, and not long while a slow request may hold others up."""
        super().wait_for_and_dispatch_events(min(timeout, _LOOKED_AT) if self._full else timeout)
        self._steer()

    @property
    def _full(self) -> bool:
        since = time.monotonic() - QUICK
        return sum(began > since for began in self._begun.values()) >= IN_HAND

    def _steer(self) -> None:
        """Take no connection while there is enough to do, and ask who has one to come again to the common line."""
        full = self._full
        self.worker_connections = 0 if full else self._most
        self.max_keepalived = 0 if full else self._most_kept

    def _wait_for(self, conn: Any) -> None:
        """What gunicorn does with a connection on which nothing came for five seconds, at once."""
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _asked(conn: Any) -> bool:
    """True when something can be read from a connection, its end too."""
    try:
        conn.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True  # whoever reads it is told what is wrong
    return True
