"""A real Milvus Lite server in a process of its own, on a free port of this machine, with its own folder."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN = 60.0


class MilvusServer:
    """A server that can be killed and started again over the same folder and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def address(self, **options: object) -> str:
        """What KB_SEARCH says. Half a minute for each question: a test machine may be busy."""
        settings = {"timeout": 30, **options}
        return f"milvus://127.0.0.1:{self.port}?" + "&".join(
            f"{key.replace('_', '-')}={value}" for key, value in settings.items()
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = Path(sys.executable).with_name("milvus-lite")
        where = ["--data-dir", self.folder / "data", "--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "server", *where],
                stdout=log,
                stderr=log,
            )
        ends = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "server.log").read_text())

    @property
    def runs(self) -> bool:
        """True while its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Kill it without a word."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def milvus_server(folder: Path) -> Iterator[MilvusServer]:
    """A running server; gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    server = MilvusServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
