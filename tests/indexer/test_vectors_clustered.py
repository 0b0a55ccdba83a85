"""Very many vectors: found in clusters, with exact cosines, and nothing lost that a measurement would not show."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from indexer import knobs, vectors_clustered
from indexer.errors import IndexDamaged, WrongDimension
from indexer.recall import recall
from indexer.vectors import EXACT, NAME, VectorIndex
from indexer.vectors_clustered import ClusteredIndex
from tests.indexer.shelves import build, found, make_document, search
from tests.indexer.shelves import open_small as open_small_engine

NUMBER, DIMENSION = 6000, 32


def _around(middles: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Vectors that lie in groups, as those of texts do."""
    chance = np.random.default_rng(seed)
    vectors = middles[chance.integers(len(middles), size=rows)]
    vectors = vectors + 0.6 * chance.standard_normal((rows, DIMENSION)).astype(np.float32) / DIMENSION**0.5
    return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


MIDDLES = _around(np.random.default_rng(1).standard_normal((40, DIMENSION)).astype(np.float32), 40, 2)
VECTORS, QUESTIONS = _around(MIDDLES, NUMBER, 3), _around(MIDDLES, 25, 4)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clustered")
    blocks = [VECTORS[start : start + 700] for start in range(0, NUMBER, 700)]
    ClusteredIndex.write(lambda: iter(blocks), number=NUMBER, dimension=DIMENSION, folder=folder)
    return ClusteredIndex.open(folder)


def test_it_knows_its_vectors(index):
    some = np.array([7, 3])

    assert (len(index), index.dimension) == (NUMBER, DIMENSION)
    assert np.array_equal(index.vectors_at(some), VECTORS[some])
    assert index.cosines(QUESTIONS[0]) == pytest.approx(VECTORS @ QUESTIONS[0], abs=1e-5)
    assert index.cosines_at(some, QUESTIONS[0]) == pytest.approx(VECTORS[some] @ QUESTIONS[0], abs=1e-5)
    assert index.cosines_at(some[:0], QUESTIONS[0]).shape == (0,)


@pytest.mark.parametrize("dimension", [30, 32, 38, 7])
def test_vectors_of_any_length_are_cut_into_codes(tmp_path, dimension):
    vectors = np.random.default_rng(5).standard_normal((800, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ClusteredIndex.write(lambda: iter([vectors]), number=800, dimension=dimension, folder=tmp_path)

    places, cosines = ClusteredIndex.open(tmp_path).nearest(vectors[5], limit=3)

    assert places[0] == 5
    assert cosines == pytest.approx(vectors[places] @ vectors[5], abs=1e-5)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.05, 0.005])
def test_under_every_filter_nearly_all_of_the_nearest_are_found(index, monkeypatch, share):
    monkeypatch.setattr(vectors_clustered, "SCANNED", NUMBER // 3)
    monkeypatch.setattr(vectors_clustered, "COMPARED", 0)

    found = recall(index, QUESTIONS, candidates=100, selectivities=(share,))

    assert found[share] >= 0.98


def test_a_search_that_looks_into_too_little_is_seen_to_lose_some(index, monkeypatch):
    monkeypatch.setattr(vectors_clustered, "SCANNED", 1)

    assert recall(index, QUESTIONS, candidates=100, selectivities=(1.0,))[1.0] < 0.98


def test_exact_search_loses_nothing():
    assert set(recall(VectorIndex.build(VECTORS), QUESTIONS[:5], candidates=100).values()) == {1.0}


@pytest.mark.parametrize("compared", [0, 100], ids=["by their codes", "one by one"])
def test_a_filter_is_kept_and_a_narrow_one_does_not_come_back_short(index, monkeypatch, compared):
    allowed = np.zeros(NUMBER, dtype=bool)
    allowed[[5, 900, 4000]] = True

    monkeypatch.setattr(vectors_clustered, "COMPARED", compared)

    places, cosines = index.nearest(QUESTIONS[0], limit=10, allowed=allowed)

    assert sorted(places.tolist()) == [5, 900, 4000]
    assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
    assert cosines == pytest.approx(VECTORS[places] @ QUESTIONS[0], abs=1e-3)
    assert len(index.nearest(QUESTIONS[0], limit=10, allowed=np.zeros(NUMBER, dtype=bool))[0]) == 0


def test_a_question_of_another_length_is_refused(index):
    with pytest.raises(WrongDimension):
        index.nearest(np.zeros(DIMENSION + 1, dtype=np.float32), limit=1)


@pytest.mark.parametrize("name", [NAME, EXACT])
def test_a_missing_file_is_said(tmp_path, name):
    ClusteredIndex.write(lambda: iter([VECTORS[:400]]), number=400, dimension=DIMENSION, folder=tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(IndexDamaged):
        ClusteredIndex.open(tmp_path)


def test_building_holds_no_block_of_vectors_longer_than_it_is_read(tmp_path):
    alive: list[int] = []

    def blocks():
        given = []
        for start in range(0, NUMBER, 700):
            block = VECTORS[start : start + 700].copy()
            given.append(weakref.ref(block))
            yield block
            del block
            gc.collect()
            alive.append(sum(each() is not None for each in given))

    ClusteredIndex.write(blocks, number=NUMBER, dimension=DIMENSION, folder=tmp_path)

    assert len(alive) == 18  # nine blocks, read twice
    assert max(alive) <= 1  # a million of them take 1.5 GB


def test_past_a_size_an_index_is_clustered_by_itself_and_answers_the_same(
    tmp_path, encoder_folder, monkeypatch
):
    documents = [make_document(f"d{number:02d}", title=f"Calm lunch {number}") for number in range(12)]
    build(tmp_path / "exact", encoder_folder, documents)
    monkeypatch.setattr(knobs, "CLUSTERED_FROM", 10)
    monkeypatch.setattr(knobs, "SCORED_WHOLE", 5)
    folder = build(tmp_path / "clustered", encoder_folder, documents)

    exact, clustered = (open_small_engine(tmp_path / name, encoder_folder) for name in ("exact", "clustered"))

    assert (folder / EXACT).exists()
    for text in ("calm lunch", "breathing door", "reading"):
        assert found(search(clustered, text, limit=50)) == found(search(exact, text, limit=50))
    exact.close()
    clustered.close()
