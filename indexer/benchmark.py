"""Speed and memory of an index of a given size, made from real texts in a folder that is thrown away.

Only some passages go through the model; the others get vectors derived from those (``indexer.benchmark_vectors``),
and the figures say how many. The index is built by whatever ``builder`` is handed in, as ``kb index`` builds it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer import generation
from indexer.benchmark_asking import Spread
from indexer.benchmark_building import Builder, Stage, built
from indexer.benchmark_machine import folder_mb, load, machine
from indexer.benchmark_texts import SEED, VISIBILITIES, Texts, documents
from indexer.benchmark_vectors import Floats, derived
from indexer.chunker import Window, chunks, embedded_text
from indexer.document import Document
from indexer.embedder import Embedder
from indexer.errors import IndexerError
from indexer.graphs import open_embedder
from indexer.model import Model
from indexer.vectorcache import VectorCache

MOST_EMBEDDED = 1000
"""Passages that go through the model at most; the rest are derived."""

MOST_QUESTIONS = 200
MOST_COMPARED = 50
"""Questions that are compared with every passage, to see what the vector index misses."""

_BATCH = 64
_BLOCK = 5000  # vectors derived and stored at a time


class NotStarted(IndexerError):
    """A fresh process could not answer from the index."""

    def __init__(self, said: str) -> None:
        reason = (said.strip().splitlines() or ["it said nothing"])[-1]
        super().__init__(f"A fresh process could not search the index that was built: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the index should be: at least so many documents, and at least so many passages."""

    documents: int = 1
    passages: int = 1

    def enough(self, documents: int, passages: int) -> bool:
        """True when both are reached."""
        return documents >= self.documents and passages >= self.passages

    def reached(self, documents: int, passages: int) -> tuple[int, int]:
        """(done, total) of what takes longer to reach."""
        if self.documents > 1:
            return min(documents, self.documents), self.documents
        return min(passages, self.passages), self.passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The documents of a benchmark and the distinct texts of their passages, as the model reads them."""

    documents: tuple[Document, ...]
    texts: tuple[str, ...]
    passages: int
    repeated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A fresh process that opens the index and answers one question. ``seconds`` counts the interpreter too."""

    seconds: float
    import_seconds: float
    open_seconds: float
    first_answer_seconds: float
    resident_mb: float
    most_resident_mb: float
    torch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run measured.

    repeated           documents whose text came again, with changes
    embedded, derived  distinct passages whose vectors the model gave, and those derived from them
    prepare_seconds    making the graph of the model, once per model, and indexing a first text
    index_seconds      building the whole index with all vectors known; ``index_memory_mb``: what that added at most
    publish_seconds    publishing one changed document; ``publish_embedded`` passages were read for it
    findable_seconds   from the beginning of that until an engine that serves meanwhile finds the change
    parts_ms, query_ms part of a query, or name of a filter → times; ``shares``: the documents each filter lets through
    recall             name of a filter → the share of the ten nearest passages that the vector index finds
    """

    date: str
    machine: Mapping[str, str | int | float]
    load_after: float
    model: str
    origin: str
    passages: int
    documents: int
    repeated: int
    embedded: int
    derived: int
    embed_per_second: float
    prepare_seconds: float
    index_seconds: float
    index_embedded: int
    index_memory_mb: float
    index_mb: float
    publish_seconds: float
    publish_embedded: int
    findable_seconds: float
    start: Start
    questions: int
    parts_ms: Mapping[str, Spread]
    query_ms: Mapping[str, Spread]
    shares: Mapping[str, float]
    recall: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data, times rounded to a thousandth."""
        plain: dict[str, Any] = json.loads(
            json.dumps(asdict(self)), parse_float=lambda text: round(float(text), 3)
        )
        return plain


def measure(
    texts: Texts,
    *,
    root: Path,
    model: Model,
    builder: Builder,
    size: Size,
    stage: Stage,
    most_embedded: int = MOST_EMBEDDED,
) -> Figures:
    """Build an index of about that size in ``root`` and time everything about it.

    Raises IndexNotWritten, ModelUnusable, NotStarted, NeverFindable.
    """
    before, began = machine(), time.perf_counter()
    embedder = open_embedder(root, model)
    opened_seconds = time.perf_counter() - began
    corpus = gathered(texts, size, Window(count=embedder.count, size=min(256, model.window) - 2), stage)
    per_second, embedded = _fill(root, model, embedder, corpus, most_embedded, stage)
    worked = built(builder, root, corpus.documents, stage)
    worked["prepare_seconds"] += opened_seconds
    started = start_up(root, texts.questions[0])
    asked = ask(root, texts.questions[:MOST_QUESTIONS], stage)
    return Figures(
        date=time.strftime("%Y-%m-%d"),
        machine=before,
        load_after=load(),
        model=model.name,
        origin=texts.origin,
        passages=corpus.passages,
        documents=len(corpus.documents),
        repeated=corpus.repeated,
        embedded=embedded,
        derived=len(corpus.texts) - embedded,
        embed_per_second=per_second,
        index_mb=folder_mb(generation.current(root)),
        start=started,
        **worked,
        **asked,
    )


def gathered(texts: Texts, size: Size, window: Window, stage: Stage) -> Corpus:
    """Documents until there are enough of them and of their passages."""
    taken: list[Document] = []
    distinct: dict[str, None] = {}
    held = 0
    with stage("Cutting texts") as progress:
        for document in documents(texts):
            cut = chunks(document, window)
            taken.append(document)
            distinct.update(dict.fromkeys(embedded_text(chunk) for chunk in cut))
            held += len(cut)
            progress(*size.reached(len(taken), held))
            if size.enough(len(taken), held):
                break
    return Corpus(
        documents=tuple(taken),
        texts=tuple(distinct),
        passages=held,
        repeated=max(0, len(taken) - len(texts.sources)),
    )


def start_up(root: Path, question: str) -> Start:
    """A fresh process over the index in ``root``, timed. Raises NotStarted."""
    command = [sys.executable, "-m", "indexer.benchmark_startup", str(root), question, *VISIBILITIES]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotStarted(done.stderr)
    return Start(seconds=time.perf_counter() - began, **json.loads(done.stdout))


def ask(root: Path, questions: Sequence[str], stage: Stage) -> dict[str, Any]:
    """The figures of asking an index in a fresh process, by their names. Raises NotStarted."""
    command = [sys.executable, "-m", "indexer.benchmark_asked", str(root), str(MOST_COMPARED)]
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as said,
        stage("Asking") as progress,
    ):
        json.dump(list(questions), given)
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command,
            cwd=Path(__file__).parents[1],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process:
            assert process.stdout  # noqa: S101 - it is a pipe
            for line in process.stdout:
                told = json.loads(line)
                if isinstance(told, dict):
                    found = told
                else:
                    progress(*told)
        if process.returncode:
            said.seek(0)
            raise NotStarted(said.read())
    times = {
        name: {of: Spread(**spread) for of, spread in found[name].items()}
        for name in ("query_ms", "parts_ms")
    }
    return found | times


def _fill(
    root: Path, model: Model, embedder: Embedder, corpus: Corpus, most: int, stage: Stage
) -> tuple[float, int]:
    """Store a vector of every passage. Return (passages embedded a second, how many went through the model)."""
    chance = np.random.default_rng(SEED)
    chosen = [corpus.texts[place] for place in chance.permutation(len(corpus.texts)).tolist()]
    with VectorCache(root, model.sha256) as cache:
        began = time.perf_counter()
        real = _embedded(sorted(chosen[:most], key=len), embedder, cache, stage)
        per_second = len(real) / (time.perf_counter() - began)
        with stage("Deriving vectors") as progress:
            for start in range(most, len(chosen), _BLOCK):
                block = chosen[start : start + _BLOCK]
                cache.keep(block, derived(real, len(block), chance))
                progress(start + len(block), len(chosen))
    return per_second, len(real)


def _embedded(texts: Sequence[str], embedder: Embedder, cache: VectorCache, stage: Stage) -> Floats:
    """Vectors of the texts from the model, stored as an indexing run stores them."""
    vectors = []
    with stage("Reading passages") as progress:
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            vectors.append(embedder.embed_passages(batch))
            cache.keep(batch, vectors[-1])
            progress(start + len(batch), len(texts))
    return np.concatenate(vectors)
