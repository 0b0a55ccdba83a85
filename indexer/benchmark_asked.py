"""The figures of asking, in a process of its own as a web worker is: ``python -m indexer.benchmark_asked``.

The process that built an index holds all its texts, and answers a sixth more slowly for it. Called with a folder and
how many questions are compared with every passage; the questions come on standard input, as a JSON list. Prints
(asked, of how many) after each, and one JSON object at the end.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from indexer import generation
from indexer.benchmark_asking import Progress, parts, whole_queries
from indexer.benchmark_recall import recall
from indexer.benchmark_texts import filters_by_name
from indexer.opened import open_generation


def asked(root: Path, questions: Sequence[str], *, compared: int, progress: Progress) -> dict[str, Any]:
    """The times of questions to the index in a folder, and what it finds of the nearest, by their names.

    compared  questions that are compared with every passage

    Raises IndexerError.
    """
    opened = open_generation(generation.current(root))
    filters = filters_by_name()
    try:
        whole = whole_queries(opened, questions, filters, progress)
        return {
            "recall": recall(opened, questions[:compared], filters),
            "questions": len(questions),
            "query_ms": {name: asdict(spread) for name, spread in whole.items()},
            "parts_ms": {
                name: asdict(spread)
                for name, spread in parts(opened, questions, filters["no filter"]).items()
            },
            "shares": {name: float(opened.facets.allowed(chosen).mean()) for name, chosen in filters.items()},
        }
    finally:
        opened.close()


def _tell(*numbers: int) -> None:
    sys.stdout.write(json.dumps(numbers) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    found = asked(Path(sys.argv[1]), json.load(sys.stdin), compared=int(sys.argv[2]), progress=_tell)
    sys.stdout.write(json.dumps(found) + "\n")
