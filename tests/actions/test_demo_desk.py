"""The demo's desk is full: collections, an approach that some have read, pins and announcements; made once."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from kb.actions import approaching, demo_desk, demo_people
from kb.domain.account import SiteMode
from kb.storage import announcements, approaches, collections, pins
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.desk import EVERYBODY, PUBLIC
from tests.samples import CONTENT


def test_the_desk_of_the_demo_is_full_and_filled_only_once(db: Database) -> None:
    now = datetime.now(UTC)
    demo_people.make(db)

    made = [demo_desk.make(db, CONTENT, now=now, rng=random.Random(1)) for _ in range(2)]

    published = collections.listed(db, EVERYBODY)
    (approach,) = approaches.listed(db, EVERYBODY)
    standings = approaching.standings(db, approach, load_library(CONTENT).group, SiteMode.OPEN)
    read = sum(each.read_at is not None for each in standings)
    assert made == [True, False]
    assert len(published) >= 5
    assert all(each.articles == len(collections.every_entry(db, each.collection.id)) for each in published)
    assert collections.listed(db, PUBLIC)
    assert approach.version == 2
    assert 0 < read < len(standings)
    assert len(pins.every(db)) == 3
    assert len(announcements.every(db)) == 3


def test_without_articles_or_people_nothing_is_made(db: Database) -> None:
    assert not demo_desk.make(db, CONTENT, now=datetime.now(UTC), rng=random.Random(1))
