"""A site of one page under the settings of ``kb serve``; it says how many requests were in hand together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication

from kb.serving import options
from kb.settings import settings_from

_counted = threading.Lock()
_in_hand: dict[object, int] = {}


def page(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Take as many seconds as the query says; answer how many requests were in hand at most meanwhile."""
    this = object()
    with _counted:
        _in_hand[this] = 0
        for other, most in _in_hand.items():
            _in_hand[other] = max(most, len(_in_hand))
    time.sleep(float(environ["QUERY_STRING"] or 0))
    with _counted:
        body = str(_in_hand.pop(this)).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


class Crowded(BaseApplication):  # type: ignore[misc]
    """The server of ``kb serve`` with that page behind it."""

    def load_config(self) -> None:
        """Take the options of ``kb serve``."""
        settings = settings_from()
        for name, value in options(settings, settings.port).items():
            if name != "worker_exit":
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The page."""
        return page


if __name__ == "__main__":
    Crowded().run()
