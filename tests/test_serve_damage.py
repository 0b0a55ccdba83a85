"""A site with a damaged index or a killed worker serves what it can, and says what it cannot."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from kb.settings import Settings
from tests.serving import START, serving
from tests.shelves import Shelf, damage, indexed_shelf

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


def test_a_killed_worker_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    with serving(shelf, tmp_path / "log") as server:
        before = server.workers
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + START
        while (before[0] in server.workers or len(server.workers) < 2) and time.monotonic() < until:
            time.sleep(0.1)

        assert len(set(server.workers) - {before[0]}) == 2
        assert server.slugs("breathed together") == ["calm-starts"]


def test_with_damaged_vectors_words_are_searched_and_health_says_so(shelf: Shelf, tmp_path: Path) -> None:
    damage(shelf.serving / "vectors.faiss")

    with serving(shelf, tmp_path / "log", workers=1) as server:
        status, body = server.open("/health/ready")
        assert (status, json.loads(body)["status"], json.loads(body)["index"]["meaning"]) == (
            200,
            "degraded",
            False,
        )
        assert "vectors.faiss is not what was written" in json.loads(body)["problems"][0]
        assert "calm-starts" in server.slugs("breathed together")
        assert server.open("/search?q=calm")[0] == 200


def test_with_a_damaged_newest_index_the_one_before_serves_and_health_says_so(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.index(rebuild=True)
    damage(shelf.serving / "chunks.sqlite")

    with serving(shelf, tmp_path / "log", workers=1) as server:
        assert server.ready()["status"] == "degraded"
        assert server.ready()["index"]["generation"] == "gen-000001"
        assert server.ready()["index"]["meaning"]
        assert server.slugs("breathed together") == ["calm-starts"]


def test_without_a_usable_index_reading_goes_on_search_says_so_and_a_new_index_mends_it(
    shelf: Shelf, tmp_path: Path
) -> None:
    damage(shelf.serving / "chunks.sqlite")

    with serving(shelf, tmp_path / "log", workers=1) as server:
        ready, found = server.open("/health/ready"), server.open("/search?q=calm")
        assert ready[0] == found[0] == 503
        assert json.loads(ready[1])["status"] == "not ready"
        assert "Search is being prepared. Try again in a few minutes" in found[1]
        assert json.loads(server.open("/api/v1/search?q=calm")[1])["error"]["code"] == "unavailable"
        assert server.open("/articles/calm-starts")[0] == 200
        assert server.open("/health/live")[0] == 200

        shelf.index(rebuild=True)

        until = time.monotonic() + 30
        while server.ready()["status"] != "ready" and time.monotonic() < until:
            time.sleep(0.2)
        assert server.slugs("breathed together") == ["calm-starts"]
