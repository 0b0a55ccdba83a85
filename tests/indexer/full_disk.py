"""Writing the parts of an index where there is little room: ``python -m tests.indexer.full_disk FOLDER``.

It mounts a small disk over the folder, so run it under ``unshare -rm``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from indexer import inverted
from indexer.errors import IndexNotWritten
from indexer.vectors import VectorIndex
from indexer.vectors_clustered import ClusteredIndex

DISK = 4_000_000
PAGE = 4096
ROOMS = (*range(100_000, 3_000_000, 300_000), DISK)
"""Bytes that are left on the disk; every part finds too little in the first and enough in the last."""


def words(folder: Path) -> None:
    """The words of 4,000 texts: some 2.5 MB with what lies there meanwhile."""
    texts = ({f"word{number * other % 5_000}": 1.0 for other in range(40)} for number in range(4_000))
    inverted.write(texts, folder)


def vectors(folder: Path) -> None:
    """4,000 vectors of 96 numbers: 1.6 MB."""
    rows = np.random.default_rng(7).standard_normal((4_000, 96)).astype(np.float32)
    ClusteredIndex.write(
        lambda: iter([rows[:2_000], rows[2_000:]]), number=4_000, dimension=96, folder=folder
    )


def few_vectors(folder: Path) -> None:
    """100 vectors of 96 numbers, read back: ten pages of the disk."""
    rows = np.random.default_rng(7).standard_normal((100, 96)).astype(np.float32)
    VectorIndex.build(rows).save(folder)
    VectorIndex.open(folder)  # raises IndexDamaged, which nobody expects here


def outcomes(disk: Path, write: Callable[[Path], None], rooms: Iterable[int]) -> list[str]:
    """What became of a part in each room."""
    found = []
    for room in rooms:
        (disk / "ballast").write_bytes(bytes(DISK - room))
        (disk / "part").mkdir()
        try:
            write(disk / "part")
        except (OSError, IndexNotWritten):
            found.append("refused")
        else:
            found.append("written")
        shutil.rmtree(disk / "part")
    return found


if __name__ == "__main__":
    place = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", place], check=True)
    rooms = {words: ROOMS, vectors: ROOMS, few_vectors: range(0, 14 * PAGE, PAGE)}
    sys.stdout.write(json.dumps({part.__name__: outcomes(place, part, rooms[part]) for part in rooms}))
