"""How well an index answers judged questions: nDCG@10, MRR@10, recall, and how fast. Uses ir-measures."""

from __future__ import annotations

import csv
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG

from indexer.document import Document, Filters, Mode, Query
from indexer.engine import SearchEngine
from indexer.errors import IndexerError
from indexer.graphs import make_pair_reader
from indexer.model import Model
from indexer.pipeline import Indexer, Progress
from indexer.reranking import BEST, Reranker, reranked
from indexer.synonyms import Synonym

Run = Mapping[str, Sequence[tuple[str, float]]]
"""Query id → (document id, score), best first."""

EVERYBODY = frozenset({"public"})

PATIENCE = 60.0
"""Seconds for which a second reading is waited for: what it is worth is measured, not whether the machine is busy."""


class SetUnusable(IndexerError):
    """A folder does not hold an evaluation set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """Documents, questions and which documents answer them (query id → document id → grade), in BEIR's form."""

    folder: Path
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]

    def documents(self) -> Iterator[Document]:
        """The documents, read one by one."""
        for row in _json_lines(self.folder / "corpus.jsonl"):
            yield Document(id=row["_id"], title=row.get("title") or "", body=row.get("text") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures of one run: quality 0 to 1, times in milliseconds and seconds."""

    mode: str
    ndcg_10: float
    mrr_10: float
    r_10: float
    r_100: float
    p50_ms: float
    p95_ms: float
    index_seconds: float
    documents: int
    queries: int
    run: Run

    def as_json(self) -> dict[str, float | int | str]:
        """With the keys of the command's JSON."""
        return {
            "ndcg@10": round(self.ndcg_10, 4),
            "mrr@10": round(self.mrr_10, 4),
            "r@10": round(self.r_10, 4),
            "r@100": round(self.r_100, 4),
            "p50_ms": round(self.p50_ms, 2),
            "p95_ms": round(self.p95_ms, 2),
            "index_seconds": round(self.index_seconds, 1),
            "documents": self.documents,
            "queries": self.queries,
            "mode": self.mode,
        }


def read_set(folder: Path, *, part: str = "") -> JudgedSet:
    """The set in a folder. Only judged queries are kept. Raises SetUnusable.

    part  what is added to the names of the questions and judgements: "_train" for those that one may tune on
    """
    queries, qrels = f"queries{part}.jsonl", f"qrels{part}.tsv"
    for name in ("corpus.jsonl", queries, qrels):
        if not (folder / name).is_file():
            raise SetUnusable(
                f"{folder} holds no {name}. Give a folder with corpus.jsonl, {queries} and {qrels}."
            )
    judgements: dict[str, dict[str, int]] = {}
    try:
        with (folder / qrels).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                judgements.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        texts = {row["_id"]: row["text"] for row in _json_lines(folder / queries)}
    except (KeyError, ValueError, TypeError) as error:
        raise SetUnusable(
            f"The evaluation set in {folder} cannot be read: {error!r}. See docs/commands.md for its form."
        ) from error
    asked = {key: grades for key, grades in judgements.items() if key in texts}
    return JudgedSet(folder=folder, queries={key: texts[key] for key in asked}, judgements=asked)


def evaluate(
    judged: JudgedSet,
    *,
    model: Model,
    modes: Sequence[Mode] = (Mode.BEST,),
    synonyms: Iterable[Synonym] = (),
    reranker: str = "none",
    root: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Evaluation, ...]:
    """Build one index of the set and ask it every question in each mode, in the order of the modes.

    The index is thrown away unless ``root`` is given; one that lies there is carried on with, so that a run that was
    stopped embeds nothing twice. ``reranker`` names the cross-encoder that reads the best answers again, as the
    setting does; it is waited for longer than a site would.
    """
    with tempfile.TemporaryDirectory(prefix="kb-evaluate-") as temporary, ExitStack() as open_things:
        folder = root or Path(temporary)
        indexer = Indexer(folder, model=model)
        open_things.callback(indexer.engine.close)
        report = indexer.bring_up_to_date(judged.documents(), progress=progress)
        indexer.engine.use_synonyms(synonyms)
        rereading = None
        if reranker != "none":
            make_pair_reader(folder, reranker)
            rereading = Reranker(folder, reranker, within=PATIENCE)
            open_things.callback(rereading.close)
        asked = [(mode, *ask_all(indexer.engine, judged.queries, mode, rereading)) for mode in modes]
        documents = indexer.engine.manifest.documents
    return tuple(
        measured(judged, run, times, mode=mode, index_seconds=report.seconds, documents=documents)
        for mode, run, times in asked
    )


def ask_all(
    engine: SearchEngine, queries: Mapping[str, str], mode: Mode, reranker: Reranker | None = None
) -> tuple[dict[str, list[tuple[str, float]]], list[float]]:
    """(run, milliseconds of each query): the first hundred documents of every query, listed ones before weak ones."""
    run: dict[str, list[tuple[str, float]]] = {}
    times: list[float] = []
    filters = Filters(visibilities=EVERYBODY)
    for number, (query_id, text) in enumerate(queries.items()):
        query = Query(text=text, filters=filters, mode=mode, limit=10)
        if number == 0:
            engine.search(query)  # the first query of a process opens files
        began = time.perf_counter()
        found = reranked(engine.search, reranker, query)
        times.append((time.perf_counter() - began) * 1000)
        ranking = engine.ranked(query, depth=100)
        if reranker is not None and found.hits:
            found = reranked(engine.search, reranker, replace(query, limit=BEST))
            ranking = _reordered(ranking, [hit.document_id for hit in found.hits])
        run[query_id] = list(ranking)
    return run, times


def _reordered(ranking: Sequence[tuple[str, float]], first: Sequence[str]) -> list[tuple[str, float]]:
    """The documents of ``first`` before the others; the scores stay where they were, from the highest down."""
    known = {document for document, _ in ranking}
    head = [document for document in first if document in known]
    moved = set(head)
    order = [*head, *(document for document, _ in ranking if document not in moved)]
    return list(zip(order, sorted((score for _, score in ranking), reverse=True), strict=True))


def measured(
    judged: JudgedSet, run: Run, times: Sequence[float], *, mode: Mode, index_seconds: float, documents: int
) -> Evaluation:
    """The figures of a run."""
    scored = {query: dict(ranking) for query, ranking in run.items()}
    found = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 10, R @ 100], judged.judgements, scored)
    return Evaluation(
        mode=mode.value,
        ndcg_10=found[nDCG @ 10],
        mrr_10=found[RR @ 10],
        r_10=found[R @ 10],
        r_100=found[R @ 100],
        p50_ms=float(np.percentile(times, 50)) if times else 0.0,
        p95_ms=float(np.percentile(times, 95)) if times else 0.0,
        index_seconds=index_seconds,
        documents=documents,
        queries=len(judged.queries),
        run=run,
    )


def write_run(run: Run, path: Path, *, tag: str) -> None:
    """A run file in TREC's form: query, Q0, document, rank, score, tag."""
    with path.open("w", encoding="utf-8") as file:
        for query, ranking in run.items():
            for rank, (document, score) in enumerate(ranking, start=1):
                file.write(f"{query} Q0 {document} {rank} {score:.6f} {tag}\n")


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
