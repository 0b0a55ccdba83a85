"""A second reading of the best few: a cross-encoder reads question and passage together and lifts what answers.

Optional, and never in the way: a question waits for it for a moment only. When it fails or takes too long, the answer
stands as it was found, and nobody tries it again for a while; ``problem`` says so. It changes the order of the first
hits alone: what is listed, counted and told close stays, and each hit keeps its own score.

Its word is added to the score and does not replace it: one that was trained on few questions puts a worse order of its
own than it found, and improves that order when both are asked (docs/relevance.md).
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer import knobs
from indexer.document import Hit, Mode, Query, Results, Sort
from indexer.encoder import OnnxPairs
from indexer.errors import IndexerError
from indexer.graphs import pair_reader

BEST = 20
"""Hits that are read again: two pages, each hit about 8 ms of one core with a model of six layers."""

WITHIN = 0.4
"""Seconds that a question waits for it."""

REST = 30.0
"""Seconds in which it is not tried again after it failed."""

MOVED = "reread"
"""The boost of a hit that came further up because of it."""

_log = logging.getLogger(__name__)


class Reranker:
    """The cross-encoder that ``kb index`` made ready in an index folder. Safe to use from many threads.

    setting  what names the model
    """

    def __init__(self, root: Path, setting: str, *, within: float = WITHIN) -> None:
        self._root, self._setting, self._within = root, setting, within
        self._pairs: OnnxPairs | None = None
        self._trouble: str | None = None
        self._rests_until = 0.0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="reranker")
        self._opening = threading.Lock()

    @property
    def problem(self) -> str | None:
        """What is wrong with it now, in a sentence; it is opened when it was not yet."""
        if self._opened() is not None and time.monotonic() >= self._rests_until:
            return None
        return f"The best answers are not read again (KB_RERANKER): {self._trouble}"

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float] | None:
        """How well each text answers, higher is better; None when it cannot be said in time."""
        pairs = self._opened()
        if pairs is None or not texts:
            return None
        stop = pairs.stop()
        running = self._pool.submit(pairs.scores, question, texts, stop)
        try:
            scores: list[float] = running.result(timeout=self._within).tolist()
        except TimeoutError:
            stop.terminate = True
            running.cancel()
            self._rest(f"it took more than {self._within:g} s.")
        except Exception as error:  # noqa: BLE001 - onnxruntime and tokenizers raise their own, undocumented kinds
            self._rest(f"it failed ({type(error).__name__}).")
        else:
            if np.isfinite(scores).all():
                return scores
            self._rest("it gave no numbers.")
        return None

    def close(self) -> None:
        """Let go of the thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _opened(self) -> OnnxPairs | None:
        """None while it rests after a failure."""
        if time.monotonic() < self._rests_until:
            return None
        with self._opening:
            if self._pairs is None:
                try:
                    self._pairs = OnnxPairs(pair_reader(self._root, self._setting))
                except IndexerError as error:
                    self._rest(str(error))
            return self._pairs

    def _rest(self, trouble: str) -> None:
        self._trouble, self._rests_until = trouble, time.monotonic() + REST
        _log.warning("the best answers are not read again: %s", trouble)


def open_reranker(root: Path, setting: str) -> Reranker | None:
    """The reranker that a setting names, None for "none"."""
    return None if setting == "none" else Reranker(root, setting)


def reranked(search: Callable[[Query], Results], reranker: Reranker | None, query: Query) -> Results:
    """The answer of a search, its best few in order of score and second reading. Raises what the search raises."""
    concerned = query.mode is Mode.BEST and query.sort is Sort.RELEVANCE and query.offset < BEST
    if reranker is None or not concerned or not query.text.strip():
        return search(query)
    end = query.offset + query.limit
    wide = search(replace(query, offset=0, limit=max(BEST, end)))
    first = wide.hits[:BEST]
    scores = None
    if len(first) > 1 and first[0].reasons.explanation:
        scores = reranker.scores(wide.corrected or query.text, [read_text(hit) for hit in first])
    if scores is not None:
        first = _in_order(first, scores)
    hits = (*first, *wide.hits[BEST:])[query.offset : end]
    return replace(wide, hits=hits, weak=wide.weak if query.offset == 0 else ())


def read_text(hit: Hit) -> str:
    """What is read of a hit: its title, headings and passage."""
    return ". ".join(part for part in (hit.title, hit.heading, hit.passage_text) if part)


def _in_order(hits: Sequence[Hit], scores: Sequence[float]) -> tuple[Hit, ...]:
    worth = [hit.score + knobs.REREAD_LIFT * _chance(score) for hit, score in zip(hits, scores, strict=True)]
    order = sorted(range(len(hits)), key=lambda place: -worth[place])
    return tuple(
        _moved_up(hits[before]) if now < before else hits[before] for now, before in enumerate(order)
    )


def _chance(score: float) -> float:
    """The chance that a text answers, 0 to 1, from what a cross-encoder gives: the logarithm of its odds."""
    return 1 / (1 + math.exp(-min(50.0, max(-50.0, score))))


def _moved_up(hit: Hit) -> Hit:
    return replace(hit, reasons=replace(hit.reasons, boosts=(*hit.reasons.boosts, MOVED)))
