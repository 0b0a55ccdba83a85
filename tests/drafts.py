"""A draft on a site of its own, for tests of what belongs to texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask

from kb.domain.article import ArticleType
from kb.domain.text import Content
from kb.storage import accounts, texts
from kb.web.site import Site
from tests.browser import Browser


def site_of(app: Flask) -> Site:
    """The parts that an app works with."""
    site: Site = app.extensions["kb"]
    return site


def begin(app: Flask) -> int:
    """A draft of the demo's contributor, and its number."""
    db = site_of(app).database
    author = accounts.by_handle(db, "r.okonjo")
    assert author is not None
    return texts.insert(
        db,
        kind=ArticleType.CASE_STUDY,
        content=Content(fields={"title": "Calm corners"}, body="We made a corner."),
        school=author.schools[0],
        author=author.id,
        now=datetime.now(UTC),
    )


def send(browser: Browser, path: str, data: dict[str, object]) -> Any:
    """Send a form with a file."""
    return browser.post(path, data=data, content_type="multipart/form-data")
