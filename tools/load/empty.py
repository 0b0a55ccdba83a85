"""An empty Flask page under the settings that ``kb serve`` gives gunicorn: what the machine can do at most just now."""

from __future__ import annotations

from typing import Any

from flask import Flask

from kb.serving import Gunicorn, options
from kb.settings import settings_from


class Empty(Gunicorn):
    """The same server with nothing behind it."""

    def load(self) -> Any:
        """The app: one page."""
        app = Flask("empty", static_folder=None)
        app.add_url_rule("/", "home", lambda: "ok")
        return app


if __name__ == "__main__":
    settings = settings_from()
    Empty(settings, options(settings, settings.port) | {"worker_exit": lambda _server, _worker: None}).run()
