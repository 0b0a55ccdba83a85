"""The demo with a database of its own, in which nobody shares anything yet: for tests of trials, offers and asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from kb.application import create_app
from kb.settings import Settings
from kb.storage.database import Database
from tests.workplace import workplace

TABLES = (
    "trials",
    "feedback",
    "offers",
    "directory",
    "ask_replies",
    "ask_schools",
    "asks",
    "letters",
    "tries",
    "taken_down",
)


@contextmanager
def shop(demo: Settings, root: Path) -> Iterator[Flask]:
    """The site over a copy of the demo."""
    with workplace(demo, root) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


def emptied(app: Flask) -> Flask:
    """The same, with nothing shared in it."""
    with database(app).write() as writing:
        for table in TABLES:
            writing.execute(f"delete from {table}")
    return app


def database(app: Flask) -> Database:
    """Its database."""
    db: Database = app.extensions["kb"].database
    return db


def letters(app: Flask) -> list[tuple[str, int]]:
    """Kind and receiver of every letter that was noted."""
    with database(app).read() as reading:
        return list(reading.execute("select kind, account from letters order by id").fetchall())
