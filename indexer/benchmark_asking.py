"""The times of questions to one opened index: each part by itself and the whole query under each filter."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from indexer.candidates import Candidates
from indexer.document import Filters, Query
from indexer.judging import Asked
from indexer.lexicon import Lexicon
from indexer.opened import Opened
from indexer.searcher import Searcher
from indexer.synonyms import SynonymTable
from indexer.understanding import understand
from indexer.vectors import VectorIndex

PARTS = ("understanding", "encoding", "words", "meaning", "scoring")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds below which half, 95 and 99 of a hundred questions stay."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """The spread of some times, at least one."""
        p50, p95, p99 = np.percentile(np.array(seconds) * 1000, (50, 95, 99)).tolist()
        return cls(p50=p50, p95=p95, p99=p99)


class Timed:
    """Stands before another object, passes every call on and adds up the seconds of some of them."""

    def __init__(self, inner: object, *names: str) -> None:
        self._inner, self._names = inner, names
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if name not in self._names:
            return value

        def timed(*arguments: object, **options: object) -> object:
            began = time.perf_counter()
            try:
                return value(*arguments, **options)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def parts(opened: Opened, questions: Sequence[str], filters: Filters) -> dict[str, Spread]:
    """Part of a query → its times. Every question is asked once; ``opened`` must have its vectors and encoder.

    Words and meaning are timed inside the finding of candidates; what is left of that is the scoring.
    """
    words, encoder = Timed(opened.lexicon, "strengths"), opened.encoder
    meaning = Timed(opened.vectors, "nearest", "cosines", "cosines_at")
    candidates = Candidates(
        replace(opened, lexicon=cast("Lexicon", words), vectors=cast("VectorIndex", meaning))
    )
    times: dict[str, list[float]] = {part: [] for part in PARTS}
    for question in questions:
        query = Query(text=question, filters=filters)
        began = time.perf_counter()
        understood = understand(query, opened.speller, SynonymTable())
        after_understanding = time.perf_counter()
        vector = encoder.embed_query(understood.meaning) if encoder else None
        encoded = time.perf_counter()
        words.seconds = meaning.seconds = 0.0
        candidates.scored(Asked(query=query, understood=understood, vector=vector), filters)
        scoring = time.perf_counter() - encoded - words.seconds - meaning.seconds
        taken = (after_understanding - began, encoded - after_understanding, words.seconds, meaning.seconds)
        for part, seconds in zip(PARTS, (*taken, scoring), strict=True):
            times[part].append(seconds)
    return {part: Spread.of(taken) for part, taken in times.items()}


def whole_queries(
    opened: Opened, questions: Sequence[str], filters: Mapping[str, Filters], progress: Progress
) -> dict[str, Spread]:
    """Name of a filter → the times of whole queries under it, in turns so that a busy moment meets all alike."""
    searcher = Searcher(opened, SynonymTable())
    searcher.search(Query(text=questions[0], filters=next(iter(filters.values()))))  # the first opens files
    times: dict[str, list[float]] = {name: [] for name in filters}
    for number, question in enumerate(questions, start=1):
        for name, chosen in filters.items():
            query = Query(text=question, filters=chosen)
            began = time.perf_counter()
            searcher.search(query)
            times[name].append(time.perf_counter() - began)
        progress(number, len(questions))
    return {name: Spread.of(taken) for name, taken in times.items()}
