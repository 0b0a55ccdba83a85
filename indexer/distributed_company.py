"""The company that words keep on a server: what tells the spelling which of several near words was meant.

Each look is a small count under the reader's rights, asked once for each commit and kept. Together the looks of one
question may take a part of its time; after that nothing more is known, and a slip is judged by its letters alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from indexer.distributed_finding import Deadline
from indexer.distributed_library import Volume
from indexer.distributed_packing import spoken
from indexer.distributed_schema import Names, allowed, holding
from indexer.distributed_server import Server
from indexer.document import Filters
from indexer.errors import EngineUnavailable
from indexer.spelling import Together

SHARE = 0.4
"""Of the time that a question has left, for all of its looks."""

UNKNOWN = 1
"""What is said when there is no time: as many as say nothing for a word and nothing against two words side by side."""

MOST_KEPT = 20_000

Looked = tuple[int, frozenset[str], frozenset[str]]
"""A commit, the reader's visibilities and some terms."""


class Company:
    """Counts documents on one set of collections. Safe to use from many threads."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server, self._names = server, names
        self._kept: dict[Looked, int] = {}
        self._keeping = threading.Lock()

    def of(self, volume: Volume, visibilities: frozenset[str], deadline: Deadline) -> Together:
        """How many documents that a reader may see hold all of some terms; no terms: how many there are."""
        filters = Filters(visibilities=visibilities)
        ends = time.monotonic() + SHARE * deadline.left()

        def together(terms: Sequence[str]) -> int:
            if not terms:
                return int(volume.catalogue.facets.allowed(filters).sum())
            if not visibilities or not all(volume.documents.holders(term) for term in terms):
                return 0
            key = (volume.state.commit, visibilities, frozenset(terms))
            if key not in self._kept:
                left = ends - time.monotonic()
                counted = self._counted(terms, filters, left) if left > 0 else None
                if counted is None:
                    return UNKNOWN
                self._keep(key, counted)
            return self._kept.get(key, UNKNOWN)

        return together

    def _counted(self, terms: Sequence[str], filters: Filters, within: float) -> int | None:
        """None when the server did not say in time."""
        conditions = (holding("stemmed", f" {spoken(term)} ") for term in terms)
        chosen = " and ".join([allowed(self._server.address, filters), *conditions])
        try:
            rows = self._server.ask(
                lambda client, left: client.query(
                    self._names.documents, filter=chosen, output_fields=["count(*)"], timeout=left
                ),
                within=within,
            )
        except EngineUnavailable:
            return None  # the search that follows finds out what is the matter
        return int(rows[0]["count(*)"])

    def _keep(self, key: Looked, counted: int) -> None:
        with self._keeping:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = counted
