"""Vectors kept by their text: nothing is embedded twice, and nothing damaged is used."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize(
    "harm", ["cut in half", "all but its first page zeroed", "a page in its middle zeroed"]
)
def test_a_damaged_file_gives_no_wrong_vector_and_is_made_anew_where_the_damage_is_met(root, harm):
    texts, vectors = [f"text {number}" for number in range(400)], _unit(400)
    with VectorCache(root, "model") as cache:
        cache.keep(texts, vectors)
    content = (root / NAME).read_bytes()
    page, middle = 8192, len(content) // 8192 // 2 * 8192
    (root / NAME).write_bytes(
        {
            "cut in half": content[: len(content) // 2],
            "all but its first page zeroed": content[:page] + bytes(len(content) - page),
            "a page in its middle zeroed": content[:middle] + bytes(page) + content[middle + page :],
        }[harm]
    )

    with VectorCache(root, "model") as cache:
        assert cache.find(texts) == {}  # one of them lay there
        cache.keep(texts[:50], vectors[:50])
        found = cache.find(texts)

    assert list(found) == texts[:50]
    assert np.array_equal(np.stack(list(found.values())), vectors[:50])


def test_what_is_stored_into_a_damaged_file_is_kept(root):
    texts, vectors = [f"text {number}" for number in range(400)], _unit(400)
    with VectorCache(root, "model") as cache:
        cache.keep(texts, vectors)
    content = (root / NAME).read_bytes()
    (root / NAME).write_bytes(content[:8192] + bytes(len(content) - 8192))

    with VectorCache(root, "model") as cache:
        cache.keep(texts[:3], vectors[:3])

    with VectorCache(root, "model") as cache:
        assert list(cache.find(texts)) == texts[:3]


def test_opening_reads_no_more_of_a_large_file_than_of_a_small_one(root):
    def bytes_read() -> int:
        before = _read_by_this_process()
        VectorCache(root, "model").__exit__(None, None, None)
        return _read_by_this_process() - before

    small = bytes_read()
    with VectorCache(root, "model") as cache:
        cache.keep([f"text {number}" for number in range(3000)], _unit(3000))

    assert (root / NAME).stat().st_size > 4_000_000
    assert bytes_read() <= small + 100_000


def _read_by_this_process() -> int:
    """Bytes that this process has read from files so far, from memory or disk. Source: proc(5), /proc/pid/io, rchar."""
    return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])


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
