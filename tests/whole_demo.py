"""The site over the whole demo, with everything that its people have done in a year, for tests that may change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from flask import Flask

from kb.actions import founding
from kb.actions.gap_gathering import encode_in, gather
from kb.application import create_app
from kb.settings import Settings
from tests.workplace import workplace

SEARCHED = ("search_clicks", "search_links", "searches", "article_views", "gaps")


@contextmanager
def whole_demo(demo: Settings, root: Path) -> Iterator[Flask]:
    """A copy of the demo that is furnished as ``kb init --demo`` does it."""
    with workplace(demo, root) as settings:
        app = create_app(settings)
        app.testing = True
        db = app.extensions["kb"].database
        with db.write() as writing:  # the demo that tests share holds what they have searched for
            for table in SEARCHED:
                writing.execute(f"delete from {table}")
        for make, seed in founding.PARTS:
            make(db, settings.content, now=datetime.now(UTC), rng=Random(seed))
        while gather(db, encode_in(settings.index)):
            pass
        yield app
        app.extensions["kb"].notes.close()
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()
