"""A search server while it answers, this machine's own index while it does not.

A circuit breaker: the first question that fails opens it, and that question and all others are answered from the
local index; a small thread tries the server once a second and closes it again. So a server that dies costs one
reader a moment and nobody an answer. ``state`` says which of the two serves, and why.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer import generation
from indexer import manifest as manifests
from indexer.distributed import MilvusEngine
from indexer.distributed_address import names_server
from indexer.distributed_server import reason_of
from indexer.document import Filters, Query, Results
from indexer.errors import EngineUnavailable, IndexDamaged, IndexerError, IndexMissing
from indexer.opened import ENCODER
from indexer.query_encoder import problems_in
from indexer.serving import ServingEngine, State
from indexer.synonyms import Synonym
from indexer.withdrawn import Withdrawn

TRY_EVERY = 1.0
"""Seconds between two tries to reach a server that failed."""

STOP_WITHIN = 5.0
"""Seconds that the thread may take to stop."""

_AWAY = (EngineUnavailable, IndexMissing, IndexDamaged)
T = TypeVar("T")
_log = logging.getLogger(__name__)


class GuardedEngine:
    """Searches on a server, or else in a folder. Safe to use from many threads and after a fork."""

    def __init__(self, address: str, root: Path, synonyms: Iterable[Synonym] = ()) -> None:
        known = tuple(synonyms)
        self.address, self._root = address, root
        self._local = ServingEngine(root, known)
        self._remote = MilvusEngine(address, encoder=self._encoder)
        self._remote.use_synonyms(known)
        self._withdrawn = Withdrawn(root)
        self._trouble: str | None = "it was not asked yet"
        self._changing = threading.Lock()
        self._process = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def search(self, query: Query) -> Results:
        """The answer to one query. Raises BadQuery, and what a folder's index raises when the server is away."""
        return self._answer(lambda engine: engine.search(query))

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> Sequence[tuple[str, float]]:
        """(document id, cosine) of the nearest documents in meaning."""
        return self._answer(lambda engine: engine.similar_to(document_id, filters=filters, limit=limit))

    def vectors_of(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Vectors of short texts by this machine's own encoder; None where there is none."""
        return self._local.vectors_of(texts)

    def hide(self, ids: Iterable[str]) -> None:
        """Show nothing of these documents from the next query on, in every process that serves this folder."""
        self._local.hide(ids)

    def use_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        """Search with these from the next query on."""
        known = tuple(synonyms)
        self._local.use_synonyms(known)
        self._remote.use_synonyms(known)

    def trial(self, query: Query, synonyms: Iterable[Synonym]) -> Results:
        """The answer with another list of synonyms, by the index of this machine."""
        return self._local.trial(query, synonyms)

    def state(self) -> State:
        """What serves, and what is wrong."""
        if self._serves_remotely():
            try:
                manifest = self._remote.manifest
                folder = self._encoder()
                missing = "Questions are searched by words alone: this machine has no query encoder. Run ‘kb index’."
                return State(
                    generation=self._remote.generation,
                    manifest=manifest,
                    meaning=folder is not None,
                    problems=problems_in(folder) if folder else (missing,),
                )
            except _AWAY as error:
                self._open(error)
        local = self._local.state()
        told = (
            f"The search server at {self._remote.address.shown} does not serve ({self._trouble}). "
            "The index of this machine answers instead; the server is tried again every second."
        )
        return replace(local, problems=(told, *local.problems))

    def renew(self) -> None:
        """Look for a newer index of this machine, and for the server. Never raises."""
        self._local.renew()
        self._try()

    def close(self) -> None:
        """Stop trying and let go of both."""
        self._stop.set()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join(timeout=STOP_WITHIN)
        self._local.close()
        if self._process == os.getpid():
            self._remote.close()

    def _answer(self, ask: Callable[[MilvusEngine | ServingEngine], T]) -> T:
        if self._serves_remotely():
            self._remote.hide(self._hidden())
            try:
                return ask(self._remote)
            except _AWAY as error:
                self._open(error)
        return ask(self._local)

    def _serves_remotely(self) -> bool:
        """True while the breaker is closed. The first question of a process tries the server at once."""
        if self._process != os.getpid():
            with self._changing:
                if self._process != os.getpid():
                    self._try()
                    self._watch()
        return self._trouble is None

    def _open(self, error: IndexerError) -> None:
        if self._trouble is None:
            _log.warning("this machine's index answers: %s", error)
        self._trouble = str((error.__cause__ and reason_of(error.__cause__)) or error)

    def _try(self) -> None:
        """Close the breaker when the server has everything that the next question needs."""
        try:
            self._remote.check()
        except IndexerError as error:
            self._open(error)
        else:
            if self._trouble is not None:
                _log.info("the search server at %s answers", self._remote.address.shown)
            self._trouble = None

    def _watch(self) -> None:
        if self._process:  # after a fork locks may be held by threads that are not here any more
            self._stop = threading.Event()
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._look_on, name="search-server-watcher", daemon=True)
        self._thread.start()

    def _look_on(self) -> None:
        while not self._stop.wait(TRY_EVERY):
            if self._trouble is not None:
                try:
                    self._try()
                except Exception:  # noqa: BLE001 - the watcher must outlive whatever a strange server makes it raise
                    _log.exception("looking for the search server failed")

    def _hidden(self) -> frozenset[str]:
        try:
            current = generation.current(self._root).name
        except IndexMissing:
            current = ""
        return self._withdrawn.hidden_in(current)

    def _encoder(self) -> Path | None:
        """The query encoder of this machine's index, when it is of the model that the server's vectors are of."""
        try:
            folder = generation.current(self._root)
            same = manifests.read(folder).model_sha256 == self._remote.manifest.model_sha256
        except IndexerError:
            return None
        return folder / ENCODER if same and (folder / ENCODER).is_dir() else None


def open_serving(address: str, root: Path, synonyms: Iterable[Synonym] = ()) -> ServingEngine | GuardedEngine:
    """What a web process searches with. Raises EngineUnavailable for an address that names no engine."""
    if names_server(address):
        return GuardedEngine(address, root, synonyms)
    if address != "embedded":
        raise EngineUnavailable(
            f"There is no search engine called ‘{address}’. Set KB_SEARCH to ‘embedded’ or to milvus://host:port."
        )
    return ServingEngine(root, synonyms)
