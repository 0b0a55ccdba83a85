"""What was restored is searched as before: its index is made from its own articles and the vectors in the backup."""

from __future__ import annotations

import shutil
from pathlib import Path

from indexer.vectorcache import NAME as VECTORS
from kb.actions import indexing, settling
from kb.actions.indexing import Indexed, Progress
from kb.storage import backups
from kb.storage.database import open_database

_ENCODERS = "encoders"


def bring_search_back(
    folder: Path, *, here: Path, model: str, reranker: str = "none", progress: Progress | None = None
) -> Indexed:
    """Make the index of what was restored into a folder, as ‘kb index’ would.

    here  the index of this machine: what it made of the model is used again, and its vectors where the backup has none

    The search server, if there is one, is not touched: it serves the site that runs. Raises what
    ``indexing.bring_up_to_date`` raises; everything else is restored then all the same.
    """
    index = folder / "var" / "index"
    _take_over(here, index)
    db = open_database(folder / backups.DATABASE)
    try:
        settling.settle_files(db, folder / "content")
        return indexing.bring_up_to_date(
            folder / "content", db, index, model=model, reranker=reranker, progress=progress
        )
    finally:
        db.close()


def _take_over(here: Path, index: Path) -> None:
    """What is not whole is noticed where it is used, and made anew."""
    index.mkdir(parents=True, exist_ok=True)
    if (here / _ENCODERS).is_dir():
        unfinished = shutil.ignore_patterns(".tmp-*", "*.lock")
        shutil.copytree(here / _ENCODERS, index / _ENCODERS, ignore=unfinished, dirs_exist_ok=True)
    if not (index / VECTORS).exists():
        backups.copy_vectors(here / VECTORS, index / VECTORS)
