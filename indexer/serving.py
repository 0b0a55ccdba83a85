"""The embedded index as a web process serves it: always the soundest generation, renewed while queries run.

A new generation is noticed within a quarter of a second by a small thread, loaded beside the old one and put in its
place; a query that is running keeps the one it began with. Every file is compared with its SHA-256 before it is used.
When the newest generation is damaged the one before serves; when only the parts for meaning are damaged everywhere,
words alone are searched; ``state`` says so.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer import generation
from indexer import manifest as manifests
from indexer.document import Filters, Query, Results
from indexer.errors import IndexDamaged, IndexerError, IndexMissing, IndexUnusable
from indexer.manifest import Manifest
from indexer.opened import ENCODER, Opened, damaged_meaning, open_generation
from indexer.query_encoder import problems_in
from indexer.searcher import Searcher
from indexer.synonyms import Synonym, SynonymTable
from indexer.withdrawn import Withdrawn, withdraw

STOP_WITHIN = 5.0
"""Seconds that a watcher may take to stop; loading a large index takes the longest."""

LOOK_EVERY = 0.25
"""Seconds between two looks at which generation is current."""

_TRIES = 3  # generations that may be swept away one after another while the first query waits

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is being served. ``problems`` are sentences; ``generation`` is None without an index."""

    generation: str | None
    manifest: Manifest | None
    meaning: bool
    problems: tuple[str, ...]


class ServingEngine:
    """Searches the soundest generation in a folder. Safe to use from many threads and after a fork."""

    def __init__(self, root: Path, synonyms: Iterable[Synonym] = ()) -> None:
        self._root = root
        self._synonyms = SynonymTable.of(synonyms)
        self._withdrawn = Withdrawn(root)
        self._searcher: Searcher | None = None
        self._seen: tuple[str, ...] | None = None
        self._problems: tuple[str, ...] = ()
        self._missing = True
        self._loading = threading.Lock()
        self._watcher: int | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def search(self, query: Query) -> Results:
        """The answer to one query. Raises BadQuery, IndexMissing, IndexDamaged, IndexUnusable."""
        return self._answer(lambda searcher: searcher.search(query))

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> Sequence[tuple[str, float]]:
        """(document id, cosine) of the nearest documents in meaning."""
        return self._answer(lambda searcher: searcher.similar_to(document_id, filters=filters, limit=limit))

    def vectors_of(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Vectors of short texts, shape (len(texts), dimension); None while only words can be searched."""
        try:
            encoder = self._serving().opened.encoder
        except IndexerError:
            return None
        return encoder.embed_passages(texts) if encoder and texts else None

    def hide(self, ids: Iterable[str]) -> None:
        """Show nothing of these documents from the next query on, in every process that serves this folder.

        They are gone for good once an index without them is built, which is up to the caller.
        """
        withdraw(self._root, ids)

    def use_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        """Search with these from the next query on."""
        self._synonyms = SynonymTable.of(synonyms)
        with self._loading:
            if self._searcher:
                self._searcher = Searcher(self._searcher.opened, self._synonyms)

    def trial(self, query: Query, synonyms: Iterable[Synonym]) -> Results:
        """The answer with another list of synonyms, which is not kept. Raises what ``search`` raises."""
        opened = self._serving().opened
        own = replace(opened, speller=copy(opened.speller))  # it learns the words of the list
        return Searcher(own, SynonymTable.of(synonyms)).search(query)

    def state(self) -> State:
        """What is being served, and what is wrong."""
        try:
            opened: Opened | None = self._serving().opened
        except IndexerError:
            opened = None
        return State(
            generation=opened.folder.name if opened else None,
            manifest=opened.manifest if opened else None,
            meaning=bool(opened and opened.vectors),
            problems=(*self._problems, *(problems_in(opened.folder / ENCODER) if opened else ())),
        )

    def renew(self) -> None:
        """Serve another generation when there is a better one than now. Never raises: what is served stays."""
        seen = self._look()
        if seen == self._seen:
            return
        with self._loading:
            if seen == self._seen:
                return
            try:
                opened, problems = self._best()
            except IndexerError as error:
                if self._look() != seen:
                    return  # swept away while we read it: the next look finds the one after
                self._missing = isinstance(error, IndexMissing)
                self._problems = error.problems if isinstance(error, IndexUnusable) else (str(error),)
                _log.warning("index not usable: %s", error)
            else:
                if (
                    self._searcher is None
                    or self._searcher.opened.folder != opened.folder
                    or problems != self._problems
                ):
                    self._searcher = Searcher(opened, self._synonyms)
                    _log.info("serving index %s", opened.folder.name)
                self._problems = problems
            self._seen = seen

    def close(self) -> None:
        """Stop watching, and wait until the watcher has stopped: a process must not end under a thread at work."""
        self._stop.set()
        if self._thread is not None and self._watcher == os.getpid():
            self._thread.join(timeout=STOP_WITHIN)

    def _answer(self, ask: Callable[[Searcher], T]) -> T:
        """What the served generation answers; when it was swept away meanwhile, what the one after it answers."""
        searcher = self._serving()
        try:
            return ask(searcher)
        except IndexDamaged:
            self.renew()
            newer = self._serving()
            if newer is searcher:
                raise
            return ask(newer)

    def _serving(self) -> Searcher:
        if self._watcher != os.getpid():  # threads do not survive a fork, so each process starts its own
            self._watch()
        for _ in range(_TRIES):
            if self._searcher is None:
                self.renew()
        searcher = self._searcher
        if searcher is None:
            raise IndexMissing if self._missing else IndexUnusable(self._problems)
        searcher.hide(self._withdrawn.hidden_in(searcher.opened.folder.name))
        return searcher

    def _watch(self) -> None:
        if self._watcher is not None:  # after a fork locks may be held by threads that are not here any more
            self._loading, self._stop = threading.Lock(), threading.Event()
        self._watcher = os.getpid()
        self._thread = threading.Thread(target=self._look_on, name="index-watcher", daemon=True)
        self._thread.start()

    def _look_on(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                self.renew()
            except Exception:  # noqa: BLE001 - the watcher must outlive whatever a bad file makes it raise
                _log.exception("looking for a new index failed")

    def _look(self) -> tuple[str, ...]:
        """What a change would show in: the names of the candidates, the serving one first."""
        return tuple(path.name for path in generation.candidates(self._root))

    def _best(self) -> tuple[Opened, tuple[str, ...]]:
        """The first sound candidate; failing that the first whose words are sound. With what is wrong on the way."""
        problems: list[str] = []
        words_only: list[Path] = []
        for folder in generation.candidates(self._root):
            damage = manifests.damage(folder)
            if not damage:
                try:
                    like = self._searcher.opened if self._searcher else None
                    return open_generation(folder, like=like), tuple(problems)
                except IndexerError as error:
                    problems.append(f"{folder.name}: {error}")
                    continue
            problems.append(f"{folder.name}: {damage[0]}")
            if damaged_meaning(error.name for error in damage):
                words_only.append(folder)
        for folder in words_only:
            return open_generation(folder, meaning=False), (
                *problems,
                "Only words are searched until the index is built again.",
            )
        if problems:
            raise IndexUnusable(problems)
        raise IndexMissing
