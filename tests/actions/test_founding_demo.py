"""The demo is furnished whole or not at all, and once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.actions import founding
from kb.domain.errors import ContentInvalid
from kb.storage.database import open_database
from tests.samples import CONTENT

FILLED = (
    "accounts",
    "texts",
    "trials",
    "offers",
    "pathways",
    "objectives",
    "commissions",
    "collections",
    "searches",
)


def counts(database: Path) -> dict[str, int]:
    db = open_database(database)
    with db.read() as reading:
        found = {table: reading.execute(f"select count(*) from {table}").fetchone()[0] for table in FILLED}
    db.close()
    return found


def test_what_stops_it_half_way_leaves_nothing_behind_and_the_next_try_makes_all_of_it_once(
    tmp_path: Path,
) -> None:
    content, database = tmp_path / "content", tmp_path / "kb.sqlite"
    shutil.copytree(CONTENT, content)
    figures = (content / "figures.yaml").read_text("utf-8")
    (content / "figures.yaml").write_text("- no figures\n", "utf-8")

    with pytest.raises(ContentInvalid):
        founding.found(content, database, demo=True)
    stopped = counts(database)
    (content / "figures.yaml").write_text(figures, "utf-8")
    founding.found(content, database, demo=True)
    made = counts(database)
    founding.found(content, database, demo=True)

    assert set(stopped.values()) == {0}
    assert all(made.values())
    assert counts(database) == made
