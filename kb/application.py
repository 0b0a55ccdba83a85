"""Open everything, wire it together, register the pages."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer.guarded import open_serving
from indexer.reranking import open_reranker
from kb.actions.gap_gathering import encode_by
from kb.actions.providers import Door
from kb.actions.search_logging import NoteTaker
from kb.actions.searching import Search, synonyms_from
from kb.domain.errors import ContentInvalid
from kb.settings import Settings
from kb.storage import secret_key
from kb.storage.content import load_synonyms
from kb.storage.database import open_database
from kb.storage.provider_file import read_providers
from kb.web.front import furnish
from kb.web.rendering import Renderer
from kb.web.site import Shelf, Site

LARGEST_REQUEST = 2_000_000
"""Bytes of a request's body; nothing that the site takes now is larger."""


def create_app(settings: Settings) -> Flask:
    """The site. Raises DatabaseUnusable, SecretKeyUnusable and ContentInvalid with a sentence for whoever starts it."""
    app = Flask("kb", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["kb"] = open_site(settings)
    app.secret_key, *older = app.extensions["kb"].keys
    app.config["SECRET_KEY_FALLBACKS"] = older
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    furnish(app)
    return app


def open_site(settings: Settings) -> Site:
    """The parts that requests work with."""
    database = open_database(settings.database)
    if settings.secret_key_file is None:
        secret_key.make(settings.secret_key)
    shelf = Shelf(settings.content)
    try:
        synonyms = synonyms_from(load_synonyms(settings.content))
    except ContentInvalid as error:
        logging.getLogger(__name__).warning("searching without synonyms: %s", error)
        synonyms = ()
    engine = open_serving(settings.search, settings.index, synonyms)
    reranker = open_reranker(settings.index, settings.reranker)
    shelf.search = Search(engine=engine, database=database, library=shelf.library, reranker=reranker)
    shelf.library()
    return Site(
        settings=settings,
        database=database,
        search=shelf.search,
        shelf=shelf,
        renderer=Renderer(),
        notes=NoteTaker(database, shelf.library, encode_by(shelf.search)),
        keys=secret_key.read(settings.secret_key),
        doors={each.id: Door(each) for each in read_providers(settings.providers_file)},
    )


_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_EVENT = [*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
"""One list for the whole process: a logger keeps the list that stood when it was first used."""


def log_to_stderr(level: str) -> None:
    """One JSON line an event on standard error, ours and those of libraries alike, without the values of variables."""
    structlog.configure(
        processors=_EVENT,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,  # a plain traceback: values of variables may hold what was typed
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
