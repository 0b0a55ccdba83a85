"""An empty Flask page under the settings that ``kb serve`` gives gunicorn: what the machine can do at most just now."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from kb.serving import options
from kb.settings import Settings, settings_from


class Empty(BaseApplication):
    """The same server with nothing behind it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take the options of ``kb serve``; there is nothing to let go of at the end of a worker."""
        for name, value in options(self._settings, self._settings.port).items():
            if name != "worker_exit":
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The app: one page."""
        app = Flask("empty", static_folder=None)
        app.add_url_rule("/", "home", lambda: "ok")
        return app


if __name__ == "__main__":
    Empty(settings_from()).run()
