"""Searches are noted beside the pages, and what nothing answered comes under its need without being asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from kb.actions import search_logging
from kb.actions.search_logging import NoteTaker
from kb.domain.gap import GapState
from kb.domain.search_log import Looked, Outcome, kind_of
from kb.storage import gaps
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.samples import CONTENT

NOW = datetime.now(UTC)


class Encoder:
    """Every text has the same meaning; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.asked += 1
        return np.ones((len(texts), 4), dtype=np.float32) / np.float32(2)


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def notes(db: Database, encoder: Encoder) -> Iterator[NoteTaker]:
    library = load_library(CONTENT)
    taker = NoteTaker(db, lambda: library, encoder)
    yield taker
    taker.close()


def unanswered(words: str) -> Looked:
    return Looked(token="", at=NOW, words=words, kind=kind_of(words), outcome=Outcome.NOTHING)


def sizes(db: Database) -> list[int]:
    return [each.size for each in gaps.listed(db, tuple(GapState), NOW.date())]


def test_whoever_settles_finds_every_search_under_its_need(db: Database, notes: NoteTaker) -> None:
    found = []
    for _ in range(3):
        notes.note(unanswered("radio aids"))
        notes.settle()
        found.append(sizes(db))

    assert found == [[], [2], [3]]  # a need that was searched for once is nobody's yet


def test_many_searches_cost_few_gatherings_and_the_last_comes_without_a_further_one(
    db: Database, notes: NoteTaker, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_logging, "GATHER_NEEDS", 1.0)
    for _ in range(8):
        notes.note(unanswered("radio aids"))
        time.sleep(2 * search_logging.GATHER)
    while_they_came = encoder.asked

    until = time.monotonic() + 30
    while sizes(db) != [8] and time.monotonic() < until:
        time.sleep(0.05)

    assert sizes(db) == [8]
    assert while_they_came < 8 // 2


def test_what_waits_is_under_its_need_when_the_process_ends(db: Database, notes: NoteTaker) -> None:
    for _ in range(2):
        notes.note(unanswered("radio aids"))
        time.sleep(4 * search_logging.GATHER)

    notes.close()

    assert sizes(db) == [2]
