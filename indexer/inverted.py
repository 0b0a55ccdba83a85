"""Texts in, their inverted index on disk out: term → the texts that hold it, in memory that does not grow with them.

The entries of one text after another are written down as they come, then dealt out to their terms block by block:
a counting sort over two files.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TERMS = "terms.txt"
ARRAYS = ("starts.npy", "places.npy", "counts.npy", "lengths.npy")
BLOCK = 1_000_000
"""Entries dealt out at once, in about 40 MB of memory."""


def write(texts: Iterable[Mapping[str, float]], folder: Path, *, block: int = BLOCK) -> None:
    """Write the index of texts (term → weighted count), in order of places; ``block`` entries are dealt out at once."""
    ids, counts = folder / ".ids", folder / ".counts"
    numbers, sizes, lengths = _noted(texts, ids, counts)
    (folder / TERMS).write_text("\n".join(numbers), encoding="utf-8")
    starts = _starts(ids, len(numbers), block)
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    _deal(ids, counts, owners, starts, folder, block)
    np.save(folder / ARRAYS[0], starts, allow_pickle=False)
    np.save(folder / ARRAYS[3], lengths, allow_pickle=False)
    ids.unlink()
    counts.unlink()


def _noted(
    texts: Iterable[Mapping[str, float]], ids: Path, counts: Path
) -> tuple[dict[str, int], NDArray[np.int32], NDArray[np.float32]]:
    """(term → number, entries of each text, length of each text); the entries themselves go into two files."""
    numbers: dict[str, int] = {}
    sizes, lengths = array("i"), array("f")
    with ids.open("wb") as id_file, counts.open("wb") as count_file:
        for text in texts:
            id_file.write(array("i", [numbers.setdefault(term, len(numbers)) for term in text]).tobytes())
            count_file.write(array("f", text.values()).tobytes())
            sizes.append(len(text))
            lengths.append(sum(text.values()))
    return numbers, np.array(sizes, dtype=np.int32), np.array(lengths, dtype=np.float32)


def _starts(ids: Path, terms: int, size: int) -> NDArray[np.int64]:
    """Where each term's entries begin, and one past the last: shape (terms + 1,)."""
    held = np.zeros(terms, dtype=np.int64)
    for first in range(0, ids.stat().st_size // 4, size):
        held += np.bincount(_block(ids, first, size, np.int32), minlength=terms)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(held)])


def _deal(
    ids: Path, counts: Path, owners: NDArray[np.int32], starts: NDArray[np.int64], folder: Path, size: int
) -> None:
    """Put each entry to its term; those of one term stay in order of their texts."""
    total = int(starts[-1])
    if total == 0:  # an empty file cannot be mapped
        np.save(folder / ARRAYS[1], np.zeros(0, dtype=np.int32), allow_pickle=False)
        np.save(folder / ARRAYS[2], np.zeros(0, dtype=np.float32), allow_pickle=False)
        return
    places = _new(folder / ARRAYS[1], np.int32, total)
    strengths = _new(folder / ARRAYS[2], np.float32, total)
    following = starts[:-1].copy()
    for first in range(0, total, size):
        block = _block(ids, first, size, np.int32)
        order = np.argsort(block, kind="stable")
        term = block[order]
        held = np.bincount(block, minlength=len(following))
        nth = np.arange(len(term)) - np.repeat(np.cumsum(held) - held, held)
        at = following[term] + nth
        places[at] = owners[first : first + len(block)][order]
        strengths[at] = _block(counts, first, size, np.float32)[order]
        following += held
    places.flush()
    strengths.flush()


def _new(path: Path, kind: type[np.int32] | type[np.float32], total: int) -> np.memmap[Any, np.dtype[Any]]:
    """An array in a new file, to be filled in any order: shape (total,). Raises OSError when the disk is full.

    Its room on disk is taken first: a page of a mapped file that then finds none ends the process, readers and all.
    """
    array = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(total,))
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return array


def _block(path: Path, first: int, size: int, kind: type[np.int32] | type[np.float32]) -> NDArray[np.int32]:
    return np.fromfile(path, dtype=kind, count=size, offset=first * 4)
