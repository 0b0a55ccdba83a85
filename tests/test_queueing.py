"""Requests wait in one line, and nothing that is slow holds it up."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from kb.queueing import IN_HAND, QUICK

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
PATIENT = 60


@contextmanager
def _site(log: Path) -> Iterator[int]:
    """The port of a site with one worker of eight threads."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    settings = os.environ | {"KB_HOST": HOST, "KB_PORT": str(port), "KB_WORKERS": "1", "KB_THREADS": "8"}
    command = [sys.executable, "-m", "tests.crowded"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=said, stderr=said)
    try:
        until = time.monotonic() + PATIENT
        while time.monotonic() < until:
            try:
                _ask(port)
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENT)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with _site(tmp_path_factory.mktemp("queueing") / "log") as open_at:
        yield open_at


def _ask(port: int, seconds: float = 0.0) -> tuple[int, str | None]:
    """(the most requests that were in hand at once, what the answer says of its connection)."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENT)
    try:
        connection.request("GET", f"/?{seconds}")
        answer = connection.getresponse()
        return int(answer.read()), answer.getheader("Connection")
    finally:
        connection.close()


def test_of_many_readers_a_few_are_answered_at_once_and_nobody_is_forgotten(port: int) -> None:
    with ThreadPoolExecutor(12) as readers:
        answers = list(readers.map(lambda _: _ask(port, 0.03), range(60)))

    assert len(answers) == 60
    assert median(most for most, _ in answers) <= IN_HAND
    assert "close" in {said for _, said in answers}, "who comes again joins the line that all workers share"


def test_slow_requests_do_not_hold_up_the_line(port: int) -> None:
    with ThreadPoolExecutor(6) as slow:
        waiting = [slow.submit(_ask, port, 6.0) for _ in range(5)]
        time.sleep(0.2)
        began = time.monotonic()
        _ask(port)
        taken = time.monotonic() - began

        assert taken < 4.5
        assert all(answer.result()[0] >= 5 for answer in waiting), "all of them ran side by side"


def test_who_opens_connections_and_says_nothing_keeps_nobody_out(port: int) -> None:
    with ExitStack() as silent:
        for _ in range(30):
            silent.enter_context(socket.create_connection((HOST, port)))
        time.sleep(0.3)
        began = time.monotonic()
        _ask(port)

        assert time.monotonic() - began < 3


def test_who_takes_a_moment_to_ask_is_answered(port: int) -> None:
    with socket.create_connection((HOST, port), timeout=PATIENT) as late:
        time.sleep(0.5)
        late.sendall(b"GET /?0 HTTP/1.1\r\nHost: here\r\n\r\n")

        assert late.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_a_single_reader_keeps_the_connection(port: int) -> None:
    time.sleep(QUICK)  # whoever was here before has hung up
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENT)
    for _ in range(3):
        connection.request("GET", "/?0")
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("Connection") == "keep-alive"
    connection.close()
