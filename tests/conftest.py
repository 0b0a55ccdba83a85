"""Fixtures that every suite shares: the demo, indexed once for all workers, and the site over it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask

from kb.actions import demo_people, indexing
from kb.application import create_app
from kb.settings import Settings, settings_from
from kb.storage.database import Database, open_database
from tests.browser import Browser

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own KB_ settings must not change what a test sees."""
    for name in [
        name for name in os.environ if name.startswith("KB_") and name not in {"KB_LONG", "KB_SHARED"}
    ]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the demo, its database and index built once and shared by all test processes. Read only."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    settings = settings_from({"KB_CONTENT": str(ROOT / "content"), "KB_VAR": str(shared / "demo")})
    with FileLock(shared / "demo.lock"):
        if not (shared / "demo-ready").exists():
            _start_from_known_vectors(settings)
            database = open_database(settings.database)
            indexing.bring_up_to_date(settings.content, database, settings.index, model=settings.model)
            demo_people.make(database)
            (shared / "demo-ready").touch()
    return settings


def _start_from_known_vectors(settings: Settings) -> None:
    """Vectors that ``make run`` has computed already are taken over: they are kept by the hash of their text."""
    known = ROOT / "var/index"
    settings.index.mkdir(parents=True, exist_ok=True)
    if (known / "embeddings.sqlite").is_file():
        shutil.copyfile(known / "embeddings.sqlite", settings.index / "embeddings.sqlite")
    if (known / "encoders").is_dir():
        shutil.copytree(known / "encoders", settings.index / "encoders", dirs_exist_ok=True)


@pytest.fixture(scope="session")
def app(demo: Settings) -> Iterator[Flask]:
    """The site over the demo."""
    app = create_app(demo)
    app.testing = True
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A test client that inspects every page it opens."""
    return Browser(app)


@pytest.fixture
def as_role(app: Flask) -> Callable[[str], Browser]:
    """A test client for one of the demo's people, by a name of ``tests.browser.PEOPLE``: as_role("lead")."""
    return lambda who: Browser(app).sign_in(who)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = open_database(tmp_path / "kb.sqlite")
    yield database
    database.close()
