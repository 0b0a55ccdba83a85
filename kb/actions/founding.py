"""Make the folders and files that a new knowledge base begins with."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from kb.actions import (
    demo_commissions,
    demo_desk,
    demo_gap_tale,
    demo_insight,
    demo_objectives,
    demo_offers,
    demo_pathways,
    demo_people,
    demo_trials,
    demo_writing,
    inviting,
)
from kb.domain.account import Role
from kb.storage import accounts
from kb.storage.content_files import write_text
from kb.storage.database import Database, open_database

SHIPPED = Path(__file__).resolve().parents[2] / "content"
"""The content this program comes with: the demo trust and the vocabulary."""

PARTS = (
    (demo_writing.make, 1),
    (demo_trials.make, 26),
    (demo_offers.make, 26),
    (demo_pathways.make, 5),
    (demo_objectives.make, 6),
    (demo_commissions.make, 17),
    (demo_desk.make, 1),
    (demo_insight.make, 2026),
    (demo_gap_tale.make, 1),
    (demo_people.fill_staff_rooms, 1),
    (demo_pathways.take_together, 7),
)
"""What the demo shows, in the order in which one needs the other, each with the seed of its chance."""

_COMMON = ("vocabulary", "figures.yaml", "references.yaml", "synonyms.csv")
_EMPTY_GROUP = """\
# Your trust. Add hubs and schools; docs/administrators.md says how.
version: 1
trust:
  id: our-trust
  name: Our trust
  about: A group of schools that share good practice.
  illustrative: false
hubs: []
schools: []
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What was made; nothing that was there is ever touched."""

    made: tuple[str, ...]


def found(content: Path, database: Path, *, demo: bool = False) -> Founded:
    """Give a content folder its vocabulary and an empty group of schools, and make the database.

    With ``demo`` also one person of each role. Files that are there already stay as they are, so that it can be
    run again at any time.
    """
    made = found_content(content)
    if not database.exists():
        made = (*made, database.name)
    opened = open_database(database)
    if demo and _furnish(opened, content):
        made = (*made, "the demo’s people and what they have done here")
    opened.close()
    return Founded(made=made)


def _furnish(db: Database, content: Path) -> bool:
    """Fill a demo with people and a year of work; False where that was done before. A kill leaves all of it or none."""
    now = datetime.now(UTC)
    with db.write():
        if not demo_people.make(db):
            return False
        for make, seed in PARTS:
            make(db, content, now=now, rng=Random(seed))  # noqa: S311 - every demo is alike; it hides nothing
    return True


def first_link(database: Path) -> str | None:
    """The token of a link for the first administrator; None where there is an administrator already.

    A link that was printed before and not used stops working.
    """
    opened = open_database(database)
    try:
        if accounts.everybody(opened, role=Role.ADMINISTRATOR, active=None):
            return None
        return inviting.first_link(opened)
    finally:
        opened.close()


def found_content(content: Path) -> tuple[str, ...]:
    """Give a content folder what articles refer to. Return the names of what was made."""
    made: list[str] = []
    for folder in ("articles", "pictures"):
        (content / folder).mkdir(parents=True, exist_ok=True)
    for name in _COMMON:
        target = content / name
        if target.is_dir():
            made += _what_is_new(name, target)
        if target.exists():
            continue
        made.append(name)
        if (SHIPPED / name).is_dir():
            shutil.copytree(SHIPPED / name, target)
        else:
            shutil.copyfile(SHIPPED / name, target)
    if not (content / "schools.yaml").exists():
        write_text(content / "schools.yaml", _EMPTY_GROUP)
        made.append("schools.yaml")
    return tuple(made)


def _what_is_new(name: str, target: Path) -> list[str]:
    """Give a folder that is there the files that a newer program brings along; their names."""
    new = [path for path in sorted((SHIPPED / name).iterdir()) if not (target / path.name).exists()]
    for path in new:
        shutil.copyfile(path, target / path.name)
    return [f"{name}/{path.name}" for path in new]
