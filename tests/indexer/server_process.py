"""What a test lets another process do to a search server: ``python -m tests.indexer.server_process WHAT ...``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from indexer import distributed_writing
from indexer.copying import copy_index
from indexer.distributed import MilvusEngine
from tests.indexer.shelves import found, search


def copy(root: str, address: str, rebuild: str = "") -> None:
    """Copy an index folder to the server; say what was sent."""
    distributed_writing.BATCH = 4  # so that much has been sent already when it is killed
    done = copy_index(Path(root), address, rebuild=bool(rebuild))
    sys.stdout.write(f"{done}\n")


def ask(address: str, times: str) -> None:
    """Ask for everything some times; say what was found each time."""
    engine = MilvusEngine(address)
    for _ in range(int(times)):
        sys.stdout.write(json.dumps(sorted(found(search(engine, limit=50)))) + "\n")
        sys.stdout.flush()
        sys.stdin.readline()
    engine.close()


if __name__ == "__main__":
    {"copy": copy, "ask": ask}[sys.argv[1]](*sys.argv[2:])
