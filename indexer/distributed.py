"""The engine that keeps its index on a Milvus server: what many web machines and many trusts share.

It finds candidates there, by words (BM25 over our own stemmed terms) and by meaning (HNSW), and judges them with the
functions that judge the candidates of a folder's index, so that both engines rank alike. docs/scaling.md says when
it is worth the trouble.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from numpy import float32
from numpy.typing import NDArray

from indexer.distributed_address import ServerAddress, server_address
from indexer.distributed_building import Builder
from indexer.distributed_finding import Deadline
from indexer.distributed_library import Library, Volume
from indexer.distributed_schema import Names, load, serving
from indexer.distributed_searching import DistributedSearcher, Moved, Reading
from indexer.distributed_server import Server
from indexer.document import Chunk, Document, Filters, Query, Results
from indexer.errors import IndexMissing
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.query_encoder import QueryEncoder, open_encoder
from indexer.synonyms import Synonym, SynonymTable

SIDE_BY_SIDE = 8
"""Requests that one process sends at the same time."""

LOADS_WITHIN = 10.0
"""Seconds that a server may take to have collections in its memory."""

LOOK_EVERY = 1.0
"""Seconds between two looks at which collections serve."""

T = TypeVar("T")


class MilvusEngine:
    """One trust's index on one server. ``model`` is needed only to commit changes.

    encoder  gives the folder of the query encoder, None when there is none: then words alone are searched
    """

    def __init__(
        self,
        address: str | ServerAddress,
        *,
        model: Model | None = None,
        encoder: Callable[[], Path | None] | None = None,
    ) -> None:
        self.address = server_address(address) if isinstance(address, str) else address
        self.server = Server(self.address)
        self._find_encoder = encoder
        self._encoder: QueryEncoder | None = None
        self._synonyms = SynonymTable()
        self._hidden: frozenset[str] = frozenset()
        self._library: Library | None = None
        self._searcher: DistributedSearcher | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0
        self._looked = float("-inf")
        self._opening = threading.Lock()
        self._builder = Builder(self.server, model=model, dimension=self._dimension)

    @property
    def manifest(self) -> Manifest:
        """What the served index was built with."""
        return self._current()[1].state.manifest

    @property
    def generation(self) -> str:
        """The name of the collection that serves."""
        return self._current()[0].names.documents

    def search(self, query: Query) -> Results:
        """The answer to one query."""
        return self._answer(lambda searcher, reading: searcher.search(reading, query))

    def ranked(self, query: Query, *, depth: int) -> Sequence[tuple[str, float]]:
        """(document id, score) of the best candidates."""
        return self._answer(lambda searcher, reading: searcher.ranked(reading, query, depth=depth))

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> Sequence[tuple[str, float]]:
        """The nearest documents in meaning."""
        return self._answer(
            lambda searcher, reading: searcher.similar_to(reading, document_id, filters=filters, limit=limit)
        )

    def use_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        """Search with these from the next query on."""
        self._synonyms = SynonymTable.of(synonyms)
        if self._library:
            self._library.also_known(self._synonyms.words())

    def hide(self, ids: frozenset[str]) -> None:
        """Show nothing of these documents from the next query on, whatever the server still holds."""
        self._hidden = ids

    def fingerprints(self) -> Mapping[str, str]:
        """Document id → fingerprint of what was committed; empty when there is nothing to carry on with."""
        return self._builder.fingerprints()

    def replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[float32], *, fingerprint: str
    ) -> None:
        """Stage a document. Raises WrongDimension, IndexBusy, EngineUnavailable."""
        self._builder.replace(document, passages, vectors, fingerprint=fingerprint)

    def remove(self, document_id: str) -> None:
        """Stage the removal of a document."""
        self._builder.remove(document_id)

    def start_anew(self) -> Mapping[str, str]:
        """Fill new collections beside the ones that serve, from now to the commit.

        Returns id → fingerprint of what a run that was cut short has put there already.
        """
        return self._builder.start_anew()

    def commit(self) -> None:
        """Put what was staged in place; without changes nothing happens, unless there is no index yet."""
        self._builder.commit()
        self._looked = float("-inf")

    def close(self) -> None:
        """Let go of connections; what was staged is dropped."""
        self._builder.drop()
        self._forget()
        self.server.close()

    def check(self) -> None:
        """Reach the server and have everything at hand that the next query needs. Raises EngineUnavailable."""
        names = serving(self.server)
        if names is None:
            raise IndexMissing
        load(self.server, names, within=LOADS_WITHIN)
        self._current()

    def _answer(self, ask: Callable[[DistributedSearcher, Reading], T]) -> T:
        deadline = Deadline.within(self.address.timeout)
        library, volume = self._current(deadline)
        searcher = self._searching(library.names)
        reading = Reading(
            volume=volume,
            synonyms=self._synonyms,
            encoder=self._query_encoder(volume),
            deadline=deadline,
            patient=False,
        )
        try:
            return ask(searcher, reading)
        except Moved:
            volume = library.caught_up()
            volume.catalogue.hide(self._hidden)
            return ask(searcher, replace(reading, volume=volume, patient=True))

    def _current(self, deadline: Deadline | None = None) -> tuple[Library, Volume]:
        """The newest volume; looked for before every query, so that a commit shows at once."""
        library = self._serving_library(deadline)
        volume = library.renewed(within=deadline.left() if deadline else None)
        volume.catalogue.hide(self._hidden)
        return library, volume

    def _serving_library(self, deadline: Deadline | None) -> Library:
        """The collections that the trust's alias points at, looked up once a second."""
        with self._opening:
            fresh = time.monotonic() - self._looked < LOOK_EVERY and self._process == os.getpid()
            if self._library is not None and fresh:
                return self._library
        names = serving(self.server, within=deadline.left() if deadline else None)
        with self._opening:
            if names is None:
                self._library = None
                raise IndexMissing
            if self._library is None or self._library.names != names or self._process != os.getpid():
                self._library = Library(self.server, names, self._synonyms.words())
                self._searcher, self._encoder = None, None
            if self._process != os.getpid():
                self._pool, self._process = None, os.getpid()
            self._looked = time.monotonic()
            return self._library

    def _searching(self, names: Names) -> DistributedSearcher:
        with self._opening:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="search-server")
            if self._searcher is None:
                self._searcher = DistributedSearcher(self.server, names, self._pool)
            return self._searcher

    def _query_encoder(self, volume: Volume) -> QueryEncoder | None:
        if self._encoder is None and self._find_encoder is not None:
            folder = self._find_encoder()
            self._encoder = open_encoder(folder, window=volume.state.manifest.window) if folder else None
        return self._encoder

    def _dimension(self) -> int:
        folder = self._find_encoder() if self._find_encoder else None
        return open_encoder(folder).dimension if folder else 0

    def _forget(self) -> None:
        with self._opening:
            if self._pool is not None and self._process == os.getpid():
                self._pool.shutdown(wait=False, cancel_futures=True)
            self._library, self._searcher, self._pool, self._encoder = None, None, None, None
