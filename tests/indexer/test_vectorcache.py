"""Vectors kept by their text: nothing is embedded twice, and nothing damaged is used."""

from __future__ import annotations

import numpy as np
import pytest
from sqlite_utils.utils import sqlite3

from indexer.errors import IndexNotWritten
from indexer.vectorcache import NAME, VectorCache


def _unit(rows: int, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, 384)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = _unit(3)
TEXTS = ["calm", "lunch", "Größe 🙂"]


@pytest.fixture
def root(tmp_path):
    with VectorCache(tmp_path, "model") as cache:
        cache.keep(TEXTS, VECTORS)
    return tmp_path


def _known(root, model: str = "model") -> list[str]:
    with VectorCache(root, model) as cache:
        return list(cache.find([*TEXTS, "never seen"]))


def test_what_was_kept_is_found_by_its_text(root):
    with VectorCache(root, "model") as cache:
        found = cache.find([*TEXTS, "never seen"])

    assert list(found) == TEXTS
    assert np.array_equal(np.stack(list(found.values())), VECTORS)


def test_another_model_has_vectors_of_its_own(root):
    assert _known(root, "other") == []
    with VectorCache(root, "other") as cache:
        cache.keep(["calm"], _unit(1, 9))

    assert _known(root, "other") == ["calm"]
    assert _known(root) == TEXTS


def test_what_is_kept_again_is_replaced(root):
    newer = _unit(1, 5)
    with VectorCache(root, "model") as cache:
        cache.keep(["calm"], newer)
        assert np.array_equal(cache.find(["calm"])["calm"], newer[0])


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"\0" * 8192, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_cache_is_made_anew(root, content):
    (root / NAME).write_bytes(content)

    assert _known(root) == []
    with VectorCache(root, "model") as cache:
        cache.keep(TEXTS, VECTORS)
    assert _known(root) == TEXTS


@pytest.mark.parametrize("harm", ["cut in half", "a page zeroed"])
def test_a_damaged_file_is_made_anew(root, harm):
    texts = [f"text {number}" for number in range(200)]
    with VectorCache(root, "model") as cache:
        cache.keep(texts, _unit(200))
    content = (root / NAME).read_bytes()
    cut, zeroed = content[: len(content) // 2], content[:4096] + bytes(4096) + content[8192:]
    (root / NAME).write_bytes(cut if harm == "cut in half" else zeroed)

    with VectorCache(root, "model") as cache:
        assert cache.find(texts) == {}


@pytest.mark.parametrize("harm", ["one byte", "zeroed", "cut", "empty"])
def test_a_damaged_vector_is_not_used(root, harm):
    damaged = bytearray(VECTORS[0].tobytes())
    if harm == "one byte":
        damaged[403] ^= 0x40  # in the exponent: SQLite does not notice it
    changed = {"one byte": bytes(damaged), "zeroed": bytes(1536), "cut": bytes(damaged[:-2]), "empty": b""}[
        harm
    ]
    connection = sqlite3.connect(root / NAME)
    with connection:
        connection.execute("update vectors set vector = ? where vector = ?", [changed, VECTORS[0].tobytes()])
    connection.close()

    assert _known(root) == TEXTS[1:]


def test_a_cache_that_another_process_holds_is_never_thrown_away(root):
    holding = sqlite3.connect(root / NAME, isolation_level=None)
    holding.execute("begin exclusive")

    with pytest.raises(IndexNotWritten, match="locked"):
        VectorCache(root, "model")

    holding.close()
    assert _known(root) == TEXTS


def test_a_batch_is_kept_whole_or_not_at_all(root):
    with VectorCache(root, "model") as cache, pytest.raises(ValueError, match="zip"):
        cache.keep(["one", "two"], _unit(1))

    with VectorCache(root, "model") as cache:
        assert cache.find(["one", "two"]) == {}
