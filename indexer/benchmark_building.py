"""The times and the memory of building an index, and of one article's way into it while it is being served."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from indexer.benchmark_machine import forget_most, resident_mb
from indexer.benchmark_texts import VISIBILITIES
from indexer.document import Document, Filters, Mode, Query
from indexer.errors import IndexerError
from indexer.serving import ServingEngine

WORD = "zwischenraumvermutung"
"""A word that stands in no English text: what a searcher looks for to see a change."""

LATEST = 120.0
"""Seconds after which a published change counts as lost."""

_LOOK_EVERY = 0.01

Stage = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Called with what is done now; gives something to be told (done, total)."""


class NeverFindable(IndexerError):
    """A published change was not served in time."""

    def __init__(self) -> None:
        super().__init__(f"A published change was not found by search within {LATEST:.0f} seconds.")


class Outcome(Protocol):
    """What building an index says about itself."""

    @property
    def embedded(self) -> int: ...  # noqa: D102


class Builder(Protocol):
    """What builds an index: ``indexer.pipeline.Indexer`` is one.

    bring_up_to_date  makes the index hold exactly these documents
    change            puts some in or in place of their old text
    """

    def bring_up_to_date(self, documents: Sequence[Document]) -> Outcome: ...  # noqa: D102
    def change(self, documents: Sequence[Document]) -> Outcome: ...  # noqa: D102


def built(builder: Builder, root: Path, wanted: Sequence[Document], stage: Stage) -> dict[str, Any]:
    """The figures of building and publishing, by their names. The first document alone shows what a model costs."""
    prepare_seconds, _ = _timed("Making the query encoder", builder.bring_up_to_date, wanted[:1], stage)
    forget_most()
    before = resident_mb()[0]
    index_seconds, whole = _timed("Building the index", builder.bring_up_to_date, wanted, stage)
    most = resident_mb()[1]
    publish_seconds, findable_seconds, published = _published(builder, root, wanted[0], stage)
    return {
        "prepare_seconds": prepare_seconds,
        "index_seconds": index_seconds,
        "index_embedded": whole.embedded,
        "index_memory_mb": max(0.0, most - before),
        "publish_seconds": publish_seconds,
        "publish_embedded": published.embedded,
        "findable_seconds": findable_seconds,
    }


def _published(builder: Builder, root: Path, first: Document, stage: Stage) -> tuple[float, float, Outcome]:
    """(seconds to publish a change, seconds from its beginning until a web worker's engine finds it, the outcome)."""
    mended = replace(first, body=f"{first.body}\n\nOne more sentence has {WORD}.")
    engine = ServingEngine(root)
    try:
        engine.state()
        began = time.perf_counter()
        seconds, outcome = _timed("Publishing one change", builder.change, (mended,), stage)
        return seconds, _until_found(engine, began), outcome
    finally:
        engine.close()


def _until_found(engine: ServingEngine, began: float) -> float:
    query = Query(text=WORD, mode=Mode.WORDS, filters=Filters(visibilities=frozenset(VISIBILITIES)))
    while not engine.search(query).hits:
        if time.perf_counter() - began > LATEST:
            raise NeverFindable
        time.sleep(_LOOK_EVERY)
    return time.perf_counter() - began


def _timed(
    label: str, work: Callable[[Sequence[Document]], Outcome], wanted: Sequence[Document], stage: Stage
) -> tuple[float, Outcome]:
    with stage(label) as progress:
        progress(0, 1)
        began = time.perf_counter()
        outcome = work(wanted)
        seconds = time.perf_counter() - began
        progress(1, 1)
    return seconds, outcome
