"""The demo with a content folder and a database of its own, for tests that change them; the index is shared.

with workplace(demo, tmp_path) as settings:
    app = create_app(settings)
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlite_utils.utils import sqlite3

from kb.settings import Settings


@contextmanager
def workplace(demo: Settings, root: Path, *, own_index: bool = False) -> Iterator[Settings]:
    """Settings of a copy that a test may change. With ``own_index`` the index may be changed as well."""
    shutil.copytree(demo.content, root / "content")
    (root / "var").mkdir()
    settings = replace(demo, content=root / "content", var=root / "var")
    source, target = sqlite3.connect(demo.database), sqlite3.connect(settings.database)
    try:
        source.backup(target)
        target.execute("delete from sessions")
        target.commit()
    finally:
        source.close()
        target.close()
    if own_index:
        shutil.copytree(demo.index, settings.index, symlinks=True)
    else:
        settings.index.symlink_to(demo.index)
    yield settings
