"""The parts a request works with: settings, library, database, search and renderer, one set for each process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flask import current_app

from kb.actions.providers import Door
from kb.actions.search_logging import NoteTaker
from kb.actions.searching import Search, synonyms_from
from kb.domain.article import Article
from kb.domain.errors import ContentInvalid, Unavailable
from kb.domain.library import Library
from kb.domain.picture import shown_in
from kb.settings import Settings
from kb.storage import published_pictures, renderings
from kb.storage.content import load_library, load_synonyms
from kb.storage.database import Database
from kb.web.hidden_pictures import without
from kb.web.rendering import RENDERER_VERSION, Rendered, Renderer

LOOK_EVERY = 2.0
"""Seconds between two looks at whether the vocabulary, schools, figures, references or synonyms have changed."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Shelf:
    """The library and the synonyms, read again when their files change. A file with a mistake leaves the old ones."""

    content: Path
    search: Search | None = None
    _library: Library | None = None
    _seen: tuple[tuple[str, int], ...] = ()
    _looked: float = float("-inf")
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def library(self) -> Library:
        """The library as it is now. Raises ContentInvalid when it has never been readable."""
        if self._library is not None and time.monotonic() - self._looked < LOOK_EVERY:
            return self._library
        with self._reading:
            self._looked = time.monotonic()
            seen = self._stamps()
            if self._library is None or seen != self._seen:
                self._read(seen)
        return cast("Library", self._library)

    def _read(self, seen: tuple[tuple[str, int], ...]) -> None:
        try:
            self._library = load_library(self.content)
            if self.search:
                self.search.engine.use_synonyms(synonyms_from(load_synonyms(self.content)))
        except ContentInvalid as error:
            if self._library is None:
                raise
            _log.warning("the library stays as it was: %s", error)
        self._seen = seen

    def _stamps(self) -> tuple[tuple[str, int], ...]:
        files = [
            *self.content.glob("*.yaml"),
            *self.content.glob("*.csv"),
            *self.content.glob("vocabulary/*.yaml"),
        ]
        return tuple(sorted((path.as_posix(), path.stat().st_mtime_ns) for path in files))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything a view may use. Reading only: changes go through actions.

    keys   the secret keys, newest first, for what is sealed
    doors  the providers through which people sign in, by their names in the address
    notes  counts searches and what is opened, without people
    """

    settings: Settings
    database: Database
    search: Search
    shelf: Shelf
    renderer: Renderer
    notes: NoteTaker
    keys: tuple[str, ...] = field(default=(), repr=False)
    doors: Mapping[str, Door] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        """The vocabulary, schools, figures and references as they are now."""
        return self.shelf.library()

    def render(self, article: Article) -> Rendered:
        """An article's text as clean HTML, rendered once for each version of it. Raises TooLarge, Unavailable."""
        rendered = self._rendered(article)
        today = datetime.now(tz=UTC).date()
        shown = shown_in(rendered.html) if "/pictures/" in rendered.html else ()
        hidden = [
            name for name in shown if not published_pictures.may_be_shown(self.settings.content, name, today)
        ]
        return replace(rendered, html=without(rendered.html, hidden)) if hidden else rendered

    def _rendered(self, article: Article) -> Rendered:
        stored = renderings.find(self.database, article.sha256, RENDERER_VERSION)
        if stored:
            return Rendered.from_stored(stored)
        rendered = self.renderer.render(article.body, slug=article.slug)
        try:
            renderings.keep(self.database, article.sha256, RENDERER_VERSION, rendered.to_store())
        except Unavailable as error:  # a full disk or a long index run must not keep anybody from reading
            _log.warning("a rendering is not kept: %s", error)
        return rendered


def site() -> Site:
    """The site of the current app."""
    return cast("Site", current_app.extensions["kb"])
