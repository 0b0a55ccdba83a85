"""The worker beside kb serve: started, started again when it dies, stopped in good order.

gunicorn's arbiter looks after its web workers once a second; this looks after the worker at the same time. The worker
holds one end of a pipe, so that it ends, too, when the arbiter is killed.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from typing import Any

from gunicorn.arbiter import Arbiter

from kb.settings import Settings

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a worker that dies at once."""

PATIENCE = 10.0
"""Seconds that a worker has for the job it is at when the site stops."""

_WELL = 60.0
_log = logging.getLogger(__name__)


class Tender:
    """Keeps one worker running."""

    def __init__(self, settings: Settings) -> None:
        self._environment = os.environ | {
            "KB_HOST": settings.host,
            "KB_PORT": str(settings.port),
            "KB_CONTENT": str(settings.content),
            "KB_VAR": str(settings.var),
        }
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._started, self._pause = float("-inf"), 0.0

    def look(self) -> None:
        """Start the worker when there is none; one that dies at once is started less and less often."""
        if self._process is not None and self._process.poll() is None:
            return
        now = time.monotonic()
        if self._process is not None and now - self._started < self._pause:
            return
        if self._process is not None:
            _log.warning("the worker has died; starting another")
            self._pause = 0.0 if now - self._started > _WELL else min(LONGEST_PAUSE, self._pause * 2 or 1.0)
        self._started = now
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kb", "work", "--beside"], stdin=subprocess.PIPE, env=self._environment
        )

    def stop(self) -> None:
        """Let the worker finish the job it is at. In a forked copy of the arbiter this does nothing."""
        process = self._process
        if process is None or os.getpid() != self._owner:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()  # its lease runs out, and the job comes again
            process.wait()


class TendingArbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter, looking after the worker as well."""

    def __init__(self, app: Any, tender: Tender) -> None:
        self._tender = tender
        super().__init__(app)

    def manage_workers(self) -> None:
        """Called at the start and then once a second."""
        super().manage_workers()
        self._tender.look()
