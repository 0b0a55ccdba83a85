"""A few articles with a database and an index of their own, quickly made, for tests that change or damage them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from indexer.serving import ServingEngine
from kb.actions import indexing
from kb.actions.indexing import Indexed
from kb.actions.searching import Search
from kb.domain.article import Article, Visibility
from kb.domain.search import Reader
from kb.settings import Settings, settings_from
from kb.storage.content import load_library
from kb.storage.database import Database, open_database
from tests.samples import how_to, make_article, research_summary, write_content

EVERYBODY = Reader(visibilities=frozenset(Visibility))
THREE = (make_article(), research_summary(), how_to())


@dataclass(frozen=True)
class Shelf:
    """One knowledge base: ``root/content`` and ``root/var``."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The KB_ variables that name it."""
        return {"KB_CONTENT": str(self.root / "content"), "KB_VAR": str(self.root / "var")}

    @property
    def settings(self) -> Settings:
        """The same, read."""
        return settings_from(self.environment)

    @property
    def articles(self) -> Path:
        """Where the articles lie."""
        return self.root / "content/articles"

    @property
    def database(self) -> Database:
        """The database, opened anew."""
        return open_database(self.settings.database)

    @property
    def serving(self) -> Path:
        """The folder of the generation that serves."""
        index = self.settings.index
        return index / (index / "current").readlink()

    def index(self, *, model: str = "packaged", rebuild: bool = False) -> Indexed:
        """What ``kb index`` does."""
        settings = self.settings
        return indexing.bring_up_to_date(
            settings.content, self.database, settings.index, model=model, rebuild=rebuild
        )

    def search(self) -> Search:
        """What the site searches with."""
        library = load_library(self.settings.content)
        return Search(
            engine=ServingEngine(self.settings.index), database=self.database, library=lambda: library
        )

    def copied(self, root: Path) -> Shelf:
        """The same knowledge base once more; only the large files of the encoder, which never change, are shared."""
        shutil.copytree(self.root, root, symlinks=True, copy_function=_copy, dirs_exist_ok=True)
        return Shelf(root)


def make_shelf(root: Path, demo: Settings, articles: Iterable[Article] = THREE) -> Shelf:
    """A knowledge base that is not indexed yet; it takes the encoder from the demo's index."""
    root.mkdir(parents=True, exist_ok=True)
    write_content(root, articles)
    (root / "var/index").mkdir(parents=True)
    shutil.copytree(demo.index / "encoders", root / "var/index/encoders", copy_function=_copy)
    return Shelf(root)


def indexed_shelf(root: Path, demo: Settings) -> Shelf:
    """Three articles, indexed: a copy of one that each test process makes once."""
    first = Shelf(demo.var.parent / f"three-{os.getpid()}")
    if not first.root.exists():
        make_shelf(first.root, demo).index()
    return first.copied(root)


def damage(path: Path, data: bytes = b"damaged") -> None:
    """Put other bytes in place of a file; one that shares its bytes with another place is not changed there."""
    path.unlink()
    path.write_bytes(data)


def _copy(source: str, target: str) -> None:
    if Path(source).name == "encoder.onnx":
        os.link(source, target)
    else:
        shutil.copy2(source, target)
