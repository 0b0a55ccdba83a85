"""One process that renders texts, seen from the server: started, asked, ended.

Its pipes never block, so that a deadline holds whatever the process does.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, cast

from kb.web.markdown_worker import LENGTH

_LONGEST_ANSWER = 64 * 1024 * 1024
_START_SECONDS = 20.0  # on a machine that is busy; after that something is wrong with the process
_ROOT = Path(__file__).parents[2]


class WorkerError(Exception):
    """A worker gave no answer."""


class Silent(WorkerError):
    """No answer before the deadline."""


class Gone(WorkerError):
    """The process has ended."""


class Worker:
    """One process and its two pipes."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "kb.web.markdown_worker"]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_bare_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for the server
        )
        self._to = cast("IO[bytes]", self._process.stdin)
        self._from = cast("IO[bytes]", self._process.stdout)
        for pipe in (self._to, self._from):
            os.set_blocking(pipe.fileno(), False)
        self._started = time.monotonic()
        self._ready = False
        self.fit = True  # until it has once failed to answer
        self.answered = 0

    @property
    def alive(self) -> bool:
        """False once the process has ended."""
        return self._process.poll() is None

    @property
    def starting(self) -> bool:
        """True while it may still become ready."""
        return not self._ready and self.alive and time.monotonic() < self._started + _START_SECONDS

    @property
    def process_id(self) -> int:
        """The number the system gave it."""
        return self._process.pid

    def wait_until_ready(self, deadline: float) -> None:
        """Return when it can take a text. Raises Silent or Gone."""
        if not self._ready:
            self.fit = False
            self._read_message(deadline)
            self._ready = self.fit = True

    def ask(self, message: bytes, deadline: float) -> bytes:
        """Return the answer to one message. Raises Silent or Gone; either way it is not fit for another."""
        self.fit = False
        self._write(LENGTH.pack(len(message)) + message, deadline)
        answer = self._read_message(deadline)
        self.fit = True
        self.answered += 1
        return answer

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer gets Gone."""
        self._process.kill()

    def drop(self) -> None:
        """End the process and leave nothing of it behind: it keeps nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()

    def forget(self) -> None:
        """Close our copies of its pipes and leave the process to the one that started it."""
        self._to.close()
        self._from.close()
        self._process.returncode = 0  # not our child, so nothing to wait for

    def _write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            _wait(self._to.fileno(), select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._to.fileno(), rest) :]
            except BrokenPipeError:
                raise Gone from None

    def _read_message(self, deadline: float) -> bytes:
        (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
        if length > _LONGEST_ANSWER:
            raise Gone
        return self._read(length, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            _wait(self._from.fileno(), select.POLLIN, deadline)
            part = os.read(self._from.fileno(), size - len(parts))
            if not part:
                raise Gone
            parts += part
        return bytes(parts)


def _wait(pipe: int, event: int, deadline: float) -> None:
    """Return when the pipe can be used. Raises Silent at the deadline."""
    waiting = select.poll()
    waiting.register(pipe, event)
    if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise Silent


def _bare_environment() -> dict[str, str]:
    """Return what Python needs to find itself and us, and none of the server's secrets."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PYTHONHOME") if name in os.environ}
    places = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(places), "PYTHONUTF8": "1"}
