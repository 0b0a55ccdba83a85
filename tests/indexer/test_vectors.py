"""Nearest neighbours, exact, filtered without coming back short."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexDamaged, IndexNotWritten, WrongDimension
from indexer.vectors import NAME, VectorIndex


def _unit(rows: int, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = _unit(50)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vectors")
    VectorIndex.build(VECTORS).save(folder)
    return VectorIndex.open(folder)


def test_what_is_saved_is_what_is_opened(index):
    assert (len(index), index.dimension) == (50, 16)
    assert np.array_equal(index.vectors_at(np.array([3, 1])), VECTORS[[3, 1]])
    assert index.vectors_at(np.zeros(0, dtype=np.int64)).shape == (0, 16)


def test_a_passage_is_nearest_to_itself(index):
    places, cosines = index.nearest(VECTORS[7], limit=3)

    assert places[0] == 7
    assert cosines[0] == pytest.approx(1, abs=1e-5)
    assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)


@given(
    seed=st.integers(0, 1000),
    limit=st.integers(1, 60),
    allowed=st.lists(st.booleans(), min_size=50, max_size=50),
)
def test_a_filtered_search_is_exact_and_never_short(index, seed, limit, allowed):
    query, mask = _unit(1, seed)[0], np.array(allowed)

    places, cosines = index.nearest(query, limit=limit, allowed=mask)

    wanted = np.sort((VECTORS @ query)[mask])[::-1][:limit]
    assert mask[places].all()
    assert len(set(places.tolist())) == len(places) == min(limit, int(mask.sum()))
    assert cosines == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("limit", [0, -1])
def test_nothing_wanted_is_nothing_found(index, limit):
    assert index.nearest(VECTORS[0], limit=limit)[0].shape == (0,)


def test_more_than_there_are_gives_all(index):
    assert len(index.nearest(VECTORS[0], limit=1000)[0]) == 50


def test_an_empty_index_finds_nothing(tmp_path):
    VectorIndex.build(np.zeros((0, 16), dtype=np.float32)).save(tmp_path)

    places, cosines = VectorIndex.open(tmp_path).nearest(VECTORS[0], limit=5)

    assert (places.shape, cosines.shape) == ((0,), (0,))


@pytest.mark.parametrize("shape", [(15,), (17,), (1, 16)])
def test_a_vector_of_another_dimension_is_refused(index, shape):
    with pytest.raises(WrongDimension, match=r"16-dimensional vectors.*kb index --rebuild"):
        index.nearest(np.ones(shape, dtype=np.float32), limit=1)


@pytest.mark.parametrize("content", [b"", b"IxFI", b"no index at all"])
def test_a_file_that_is_no_index_is_said(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)

    with pytest.raises(IndexDamaged, match=r"vectors\.faiss cannot be read"):
        VectorIndex.open(tmp_path)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(IndexDamaged, match=r"vectors\.faiss"):
        VectorIndex.open(tmp_path)


def test_where_nothing_can_be_written_is_said(tmp_path):
    with pytest.raises(IndexNotWritten, match="the old index serves on"):
        VectorIndex.build(VECTORS).save(tmp_path / "nowhere")
