"""The real site for a while, on a free port of this computer, for pictures and measurements."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 120


class SiteSilentError(RuntimeError):
    """The site did not come up; ``str()`` holds what it said last."""


@contextmanager
def running_site(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of ``kb serve``, ready to answer; stopped afterwards.

    settings  what differs from the settings of the environment, such as KB_VAR

    Raises SiteSilentError.
    """
    port = _free_port()
    command = [sys.executable, "-m", "kb", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        environment = {**os.environ, **(settings or {})}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: IO[str]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        if _status(port) == http.HTTPStatus.OK:
            return
        time.sleep(0.2)
    log.seek(0)
    raise SiteSilentError("The site did not start. It said:\n" + "".join(log.readlines()[-15:]))


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
