"""The site as it runs, for tests: ``kb serve`` on a free port, and clients that never stop asking."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.samples import ROOT
from tests.shelves import Shelf

START = 60.0
"""Seconds that a start may take on a busy machine."""
PATIENCE = 40.0
"""Seconds after which what should have become true is given up."""


@dataclass
class Server:
    """A running ``kb serve``."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def open(self, path: str, *, method: str = "GET", timeout: float = 30) -> tuple[int, str]:
        """Status and body, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def ready(self) -> dict[str, Any]:
        """What /health/ready says."""
        body: dict[str, Any] = json.loads(self.open("/health/ready")[1])
        return body

    def slugs(self, words: str) -> list[str]:
        """What a search for words finds."""
        status, body = self.open(f"/api/v1/search?mode=words&exact=1&q={quote(words)}")
        assert status == 200, body
        return [hit["slug"] for hit in json.loads(body)["hits"]]

    @property
    def workers(self) -> list[int]:
        """Process ids of the web workers."""
        return [pid for pid in self._children if not _works(pid)]

    @property
    def worker(self) -> list[int]:
        """The process id of the worker beside them; nothing while there is none."""
        return [pid for pid in self._children if _works(pid)]

    @property
    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


def _works(pid: int) -> bool:
    try:
        return b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


@contextmanager
def serving(
    shelf: Shelf, log: Path, *, workers: int = 2, program: tuple[str, ...] = ("-m", "kb")
) -> Iterator[Server]:
    """``kb serve`` on a free port until the end of the block; ``program``: what stands in for ``-m kb``."""
    command = [sys.executable, *program, "serve", "--port", "0", "--workers", str(workers)]
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | shelf.environment, stdout=written, stderr=written, text=True
        )
        try:
            yield Server(process, _port(process, log), log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=30)


def _port(process: subprocess.Popen[str], log: Path) -> int:
    """The port that it says; once it answers there."""
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        said = re.search(r"Open http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8"))
        if said and _answers(int(said[1])):
            return int(said[1])
        time.sleep(0.1)
    raise AssertionError(f"The site did not start. It said:\n{log.read_text(encoding='utf-8')}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/health/live")
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return False
    finally:
        connection.close()
    return answer.status == 200


def until(fact: Callable[[], bool]) -> None:
    """Wait for a fact.

    Raises AssertionError where it has not become one in time.
    """
    ends = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < ends
        time.sleep(0.1)


def open_files(pid: int) -> list[str]:
    return [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]


@dataclass
class Client(threading.Thread):
    """Asks and asks until told to stop; keeps what went wrong and what was found when."""

    server: Server
    wrong: list[str] = field(default_factory=list)
    answers: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        paths = ["/search?q=calm", "/articles/what-testing-does", "/api/v1/search?q=board", "/"]
        while not self.over.is_set():
            path = paths[self.answers % len(paths)]
            try:
                status, body = self.server.open(path)
            except OSError as error:
                self.wrong.append(f"{path}: {error!r}")
            else:
                if status != 200:
                    self.wrong.append(f"{path}: {status} {body[:200]}")
            self.answers += 1
            self.over.wait(0.02)
