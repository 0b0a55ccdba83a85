"""How long a process takes that serves an index and answers one question: ``python -m indexer.benchmark_startup``.

Called with a folder, a question and the visibilities of a reader. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from indexer.benchmark_machine import resident_mb


def started(root: Path, question: str, visibilities: list[str]) -> dict[str, float | bool]:
    """Seconds of each step and resident memory in MB after the first answer. Raises IndexerError."""
    began = time.perf_counter()
    from indexer.document import Filters, Query
    from indexer.serving import ServingEngine

    imported = time.perf_counter()
    engine = ServingEngine(root)
    engine.state()  # compares every file with its hash and opens it
    opened = time.perf_counter()
    engine.search(Query(text=question, filters=Filters(visibilities=frozenset(visibilities))))
    answered = time.perf_counter()
    resident, most = resident_mb()
    return {
        "import_seconds": imported - began,
        "open_seconds": opened - imported,
        "first_answer_seconds": answered - opened,
        "resident_mb": resident,
        "most_resident_mb": most,
        "torch": "torch" in sys.modules,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(started(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])))
