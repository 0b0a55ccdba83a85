"""Our engine beside a ready-made library and a plain composition: the same documents, the same model, the same run.

Indexing: each indexes the same documents in a new process, in turns, several rounds. Asking: each opens an index of
all documents in a new process, and every question goes to one after the other. For the large index the vectors of
the documents are given (derived from real ones, as ``kb bench`` does): computing them is what indexing measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from indexer.benchmark_vectors import derived
from indexer.chunker import Window, chunks, embedded_text
from indexer.document import Document
from indexer.embedder import SentenceEmbedder
from indexer.model import find_model
from indexer.vectorcache import VectorCache
from kb.settings import settings_from
from tools.bench.contestant import whole_text

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "var/bench-packages"
NAMES = {"ours": "tools.bench.ours", "txtai 9.14": "tools.bench.library", "plain": "tools.bench.plain"}
QUESTIONS = 150
_REAL = 200  # documents whose vectors are real, and from which the others are derived
_SEED = 20_262


class ContestantFailedError(RuntimeError):
    """A contestant ended before it answered."""


@dataclass
class Process:
    """One contestant at work. Closed at the end of the block."""

    name: str
    log: Path
    began: float = field(default_factory=time.perf_counter)

    def __enter__(self) -> Process:
        environment = os.environ | {
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{PACKAGES}",
        }
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", NAMES[self.name]],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()  # type: ignore[union-attr] - it is a pipe
        self._process.wait(timeout=60)

    def told(self, do: str, **order: object) -> dict[str, Any]:
        """The answer to one order."""
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")  # type: ignore[union-attr] - as above
        self._process.stdin.flush()  # type: ignore[union-attr] - as above
        line = self._process.stdout.readline()  # type: ignore[union-attr] - as above
        if not line:
            last = self.log.read_text(errors="replace").strip().splitlines()[-5:]
            raise ContestantFailedError(f"{self.name} ended: " + "\n".join(last))
        answer: dict[str, Any] = json.loads(line)
        return answer


def read(folder: Path, number: int) -> tuple[list[Document], list[str]]:
    """(documents, questions) of an evaluation set."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line, _ in zip(file, range(number), strict=False)]
    with (folder / "queries.jsonl").open(encoding="utf-8") as file:
        questions = [json.loads(line)["text"] for line in file]
    return [Document(id=row["_id"], title=row["title"], body=row["text"]) for row in rows], questions[
        :QUESTIONS
    ]


def written(documents: list[Document], file: Path) -> Path:
    """The documents as contestants read them."""
    lines = (json.dumps({"id": each.id, "title": each.title, "body": each.body}) for each in documents)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def index_race(documents: list[Document], folder: Path, rounds: int) -> dict[str, Any]:
    """How each fills an index: documents a second once its model is loaded, and the memory it took at most."""
    file = written(documents, folder / "few.jsonl")
    seconds: dict[str, list[float]] = {name: [] for name in NAMES}
    loading: dict[str, list[float]] = {name: [] for name in NAMES}
    memory = dict.fromkeys(NAMES, 0.0)
    for number in range(rounds):
        for name in NAMES:
            place = folder / f"few-{number}-{name[:5].strip()}"
            if name == "ours":
                _with_encoders(place)
            with Process(name, folder / "log") as process:
                loading[name].append(round(process.told("load", folder=str(place))["seconds"], 2))
                order = {"documents": str(file), "folder": str(place)}
                seconds[name].append(round(process.told("index", **order)["seconds"], 2))
                memory[name] = max(memory[name], round(process.told("memory")["answer"][1], 1))
            print(f"indexing {len(documents)}: {name} {seconds[name][-1]} s", file=sys.stderr)
            shutil.rmtree(place)
    return {
        name: {
            "load_seconds": loading[name],
            "seconds": seconds[name],
            "per_second": round(len(documents) / statistics.median(seconds[name]), 1),
            "memory_mb": memory[name],
        }
        for name in NAMES
    }


def filled(documents: list[Document], folder: Path) -> tuple[Path, Path, int]:
    """(file of document vectors, our folder with the vectors of the passages, how many passages)."""
    model, chance = find_model(), np.random.default_rng(_SEED)
    embedder = SentenceEmbedder(model)
    real = embedder.embed_passages([whole_text(each) for each in documents[:_REAL]])
    texts = [whole_text(each) for each in documents]
    np.save(folder / "vectors.npy", derived(real, len(texts), chance))
    (folder / "vectors.json").write_text(json.dumps(texts), encoding="utf-8")
    window = Window(count=embedder.count, size=min(256, model.window) - 2)
    cut = [embedded_text(chunk) for each in documents for chunk in chunks(each, window)]
    ours = folder / "large-ours"
    _with_encoders(ours)
    with VectorCache(ours, model.sha256) as cache:
        distinct = list(dict.fromkeys(cut))
        for start in range(0, len(distinct), 5000):
            block = distinct[start : start + 5000]
            cache.keep(block, derived(real, len(block), chance))
    return folder / "vectors.npy", ours, len(cut)


def _with_encoders(folder: Path) -> None:
    """Our folder with the query encoder in it, which is made once for each model and not for each index."""
    made = settings_from().index / "encoders"
    folder.mkdir(parents=True, exist_ok=True)
    if made.is_dir():
        shutil.copytree(made, folder / "encoders", dirs_exist_ok=True)


def asked(documents: list[Document], questions: list[str], folder: Path) -> dict[str, Any]:
    """Times of questions, start and memory of each over an index of all documents."""
    file = written(documents, folder / "all.jsonl")
    vectors, ours, passages = filled(documents, folder)
    places = {name: ours if name == "ours" else folder / f"large-{name[:5].strip()}" for name in NAMES}
    for name, place in places.items():
        with Process(name, folder / "log") as process:
            process.told("load", folder=str(place))
            process.told("index", documents=str(file), folder=str(place), vectors=str(vectors))
    times: dict[str, list[float]] = {name: [] for name in NAMES}
    found: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        running = {}
        for name, place in places.items():
            running[name] = process = stack.enter_context(Process(name, folder / "log"))
            process.told("open", folder=str(place))
            process.told("ask", question=questions[0])
            found[name] = {"start_seconds": round(time.perf_counter() - process.began, 2)}
        for question in questions:
            for name, process in running.items():
                times[name].append(1000 * process.told("ask", question=question)["seconds"])
        for name, process in running.items():
            memory = process.told("memory")["answer"][0]
            p50, p95, p99 = (round(float(each), 2) for each in np.percentile(times[name], (50, 95, 99)))
            found[name] |= {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "memory_mb": round(memory, 1)}
    return {"passages": passages, "engines": found}


def compared(given: argparse.Namespace) -> dict[str, Any]:
    """Everything that one run measured."""
    documents, questions = read(given.folder, given.documents)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="kb-compare-") as temporary:
        folder = Path(temporary)
        indexing = index_race(documents[: given.indexed], folder, given.rounds)
        asking = asked(documents, questions, folder)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "load_before": round(before, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "texts": given.folder.name,
        "documents": len(documents),
        "indexed": min(given.indexed, len(documents)),
        "questions": len(questions),
        "rounds": given.rounds,
        "indexing": indexing,
        **asking,
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The figures for people."""
    yield (
        f"{result['documents']} documents, {result['passages']} passages of ours, "
        f"load {result['load_before']} before, {result['load_after']} after"
    )
    yield f"{'':11}{'p50 ms':>9}{'p95 ms':>9}{'start s':>9}{'MB':>7}{'indexed/s':>11}{'in MB':>8}"
    for name in NAMES:
        engine, index = result["engines"][name], result["indexing"][name]
        yield (
            f"{name:11}{engine['p50_ms']:9.2f}{engine['p95_ms']:9.2f}{engine['start_seconds']:9.1f}"
            f"{engine['memory_mb']:7.0f}{index['per_second']:11.1f}{index['memory_mb']:8.0f}"
        )


def main() -> None:
    """Compare, print and write."""
    shared = settings_from().shared
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=shared / "data/scifact", help="an evaluation set")
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument(
        "--indexed", type=int, default=300, help="documents that go through the model in each round"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=ROOT / "var/bench/compare.json")
    given = parser.parse_args()
    result = compared(given)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines(result)))


if __name__ == "__main__":
    main()
