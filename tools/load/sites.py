"""Two sites of this computer to compare: ours, and one empty Flask page under the very same gunicorn settings."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tools.load.client import HOST

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120
_MEMORY = re.compile(r"^(Pss|Rss):\s+(\d+) kB", re.MULTILINE)


class SiteSilentError(RuntimeError):
    """A site did not come up; ``str()`` holds what it said last."""


@dataclass(frozen=True)
class Running:
    """A site that answers. ``seconds_to_start`` counts from the command to the first answer."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    seconds_to_start: float

    @property
    def workers(self) -> list[int]:
        """Process ids of its web workers; the one that works off jobs beside them is none."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [pid for pid in map(int, children.split()) if not _works_off_jobs(pid)]

    def memory_mb(self) -> float:
        """Resident memory of the largest worker."""
        return max((resident_mb(pid) for pid in self.workers), default=0.0)

    def open_files(self) -> int:
        """Files and sockets open in all workers together."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self.workers)


def _works_off_jobs(pid: int) -> bool:
    try:
        return b"\0work\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # gone meanwhile


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB; 0 when it is gone. Source: proc(5), /proc/pid/smaps_rollup."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(dict(_MEMORY.findall(text)).get("Rss", 0)) / 1024


@contextmanager
def our_site(environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """``kb serve`` with the settings of the environment, and of the mapping."""
    with _running(["-m", "kb", "serve"], "/search?q=calm", environment or {}) as site:
        yield site


@contextmanager
def empty_site() -> Iterator[Running]:
    """One page with two bytes, under the settings that ``kb serve`` gives gunicorn."""
    with _running(["-m", "tools.load.empty"], "/", {}) as site:
        yield site


@contextmanager
def _running(command: list[str], first: str, environment: Mapping[str, str]) -> Iterator[Running]:
    port = _free_port()
    settings = os.environ | environment | {"KB_HOST": HOST, "KB_PORT": str(port), "KB_LOG_LEVEL": "warning"}
    with tempfile.TemporaryDirectory(prefix="kb-load-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as written:
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=settings, stdout=written, stderr=written
            )
            try:
                _wait(process, port, first, log)
                yield Running(process, port, log, time.perf_counter() - began)
            finally:
                process.terminate()
                process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], port: int, first: str, log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        if status_of(port, first) == http.HTTPStatus.OK:
            return
        time.sleep(0.02)
    raise SiteSilentError("The site did not start. It said:\n" + log.read_text(errors="replace")[-2000:])


def signed_in(port: int) -> str:
    """The cookie of one of the demo's people, empty where there are none."""
    home = f"http://{HOST}:{port}"
    with requests.Session() as session:
        page = session.get(f"{home}/account/sign-in", timeout=60).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        person = re.search(r'name="person"[^>]*value="(\d+)"', page)
        if token is None or person is None:
            return ""
        form = {"csrf_token": token[1], "person": person[1]}
        session.post(
            f"{home}/account/sign-in-as", data=form, headers={"Origin": home}, timeout=60
        ).raise_for_status()
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


def status_of(port: int, path: str) -> int:
    """The status of one address, 0 when nothing answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status
