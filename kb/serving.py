"""kb serve: gunicorn with threads, started from our own code so that its settings are ours and its errors are told."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gunicorn.app.base import BaseApplication

from kb.settings import Settings
from kb.settings_values import SettingWrong
from kb.storage import accounts
from kb.tending import Tender, TendingArbiter
from kb.web.cookies import is_loopback

REQUESTS_OF_A_WORKER = 2000
"""After about this many requests a worker is replaced, so that no slow leak ever matters."""


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn with options given by the program."""

    def __init__(self, settings: Settings, options: dict[str, Any], tender: Tender) -> None:
        self._settings, self._options, self._tender = settings, options, tender
        super().__init__()

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until told to stop, with the worker beside."""
        try:
            TendingArbiter(self, self._tender).run()
        finally:
            self._tender.stop()

    def load(self) -> Any:
        """The app, made in each worker after the fork: threads and models must not cross it."""
        from kb.application import create_app

        app = create_app(self._settings)
        app.extensions["kb"].search.state()  # opens the index now, so that nobody waits for it
        return app


def serve_forever(settings: Settings, announce: Callable[[str], object]) -> None:
    """Serve until told to stop. Raises SettingWrong when the port is taken, and what keeps the site shut."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # requests run side by side; each one's arithmetic need not
    from kb.application import open_site

    with _bound(settings.host, settings.port) as taken:
        port = taken.getsockname()[1]
        tried = open_site(settings)  # what is wrong is told here, once, and not by every worker
        keep_demo_at_home(settings.host, demo=accounts.is_demo(tried.database))
        tried.search.engine.close()
        tried.database.close()  # a connection that is open while workers are forked could damage the database
        announce(f"Open http://{_place(settings.host, port)} (stop with Ctrl-C)")
    Gunicorn(settings, options(settings, port), Tender(replace(settings, port=port))).run()


def keep_demo_at_home(host: str, *, demo: bool) -> None:
    """Refuse to show a demo to other machines. Raises SettingWrong."""
    if demo and not is_loopback(host):
        raise SettingWrong(
            "KB_HOST",
            host,
            "in the demo anybody can sign in as anybody, so it is served to this machine alone: use 127.0.0.1",
        )


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def options(settings: Settings, port: int) -> dict[str, Any]:
    """What gunicorn is told."""
    return {
        "bind": _place(settings.host, port),
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "kb.queueing.QueueingWorker",
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "max_requests": REQUESTS_OF_A_WORKER,
        "max_requests_jitter": REQUESTS_OF_A_WORKER // 10,
        "loglevel": settings.log_level,
        "proc_name": "kb",
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "worker_exit": _let_go,
    }


def _let_go(_server: Any, worker: Any) -> None:
    """End what a worker has started: the index watcher and the processes that render Markdown."""
    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def _bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises SettingWrong."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise SettingWrong("KB_HOST", host, _NO_SUCH_ADDRESS) from error
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise SettingWrong("KB_HOST", host, _NO_SUCH_ADDRESS) from error
        raise SettingWrong("KB_PORT", str(port), _REFUSED.get(error.errno or 0, _TAKEN)) from error
    return bound


_NO_SUCH_ADDRESS = "this machine has no such address; 127.0.0.1 is this machine alone"
_TAKEN = "another program uses that port; stop it or choose another with --port"
_REFUSED = {errno.EACCES: "this port is kept for the system; choose one above 1023 with --port"}
