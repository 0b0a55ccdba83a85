"""Candidates on a server: one search for words and one for meaning, each under the reader's rights and the filters."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexer import knobs
from indexer.distributed_library import Catalogue
from indexer.distributed_packing import spoken
from indexer.distributed_rows import exact_words
from indexer.distributed_schema import EXACT, Names, allowed, any_of, holding
from indexer.distributed_server import Server
from indexer.document import Filters, Mode
from indexer.judging import Asked
from indexer.scoring import Floats, Places

LONGEST_LIST = 4000
"""Documents that an expression may name; more are sorted out afterwards."""

MOST_ROWS = 16_384
"""Rows that a server gives to one question."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the whole question must be answered."""

    ends: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        """A deadline from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds that are left; a little even when none are, so that the server says why."""
        return max(0.02, self.ends - time.monotonic())


class Finder:
    """Asks one set of collections."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server, self._names = server, names

    def found(
        self,
        asked: Asked,
        filters: Sequence[Filters],
        catalogue: Catalogue,
        *,
        deadline: Deadline,
        side_by_side: ThreadPoolExecutor,
    ) -> list[Places]:
        """For each of some filters: the places of its candidates, ascending. All searches run side by side."""
        searches = [self._searches(asked, each, deadline) for each in filters]
        running = [[side_by_side.submit(search) for search in group] for group in searches]
        return [
            _places([key for search in group for key in search.result()], each, catalogue)
            for group, each in zip(running, filters, strict=True)
        ]

    def nearest(
        self, vector: Floats, chosen: str, *, limit: int, within: float
    ) -> list[tuple[str, str, float]]:
        """(document key, version, cosine) of the nearest passages that an expression lets through, nearest first."""
        limit = min(limit, MOST_ROWS)
        hits = self._server.ask(
            lambda client, left: client.search(
                self._names.passages,
                data=[vector],
                anns_field="vector",
                limit=limit,
                filter=chosen,
                output_fields=["document", "version"],
                search_params={"params": {} if self._server.address.exact else {"ef": limit + 500}},
                consistency_level=self._consistency,
                timeout=left,
            ),
            within=within,
        )[0]
        return [(hit["entity"]["document"], hit["entity"]["version"], float(hit["distance"])) for hit in hits]

    @property
    def _consistency(self) -> str:
        return "Strong" if self._server.address.strong else "Bounded"

    def _searches(
        self, asked: Asked, filters: Filters, deadline: Deadline
    ) -> list[Callable[[], Sequence[str]]]:
        parsed = asked.understood.parsed
        conditions = [
            f"({' or '.join(holding(field, exact_words(phrase)) for field in EXACT)})"
            for phrase in parsed.phrases
        ]
        conditions += [holding("stemmed", f" {spoken(term)} ", is_there=False) for term in parsed.without]
        chosen = " and ".join([allowed(self._server.address, filters), *conditions])
        if not filters.visibilities:
            return []
        found: list[Callable[[], Sequence[str]]] = []
        if asked.mode is not Mode.MEANING:
            found.append(lambda: self._by_words(asked, chosen, deadline))
        if (vector := asked.vector) is not None:
            found.append(lambda: self._by_meaning(vector, filters, chosen if conditions else "", deadline))
        return found

    def _by_words(self, asked: Asked, chosen: str, deadline: Deadline) -> Sequence[str]:
        terms = " ".join(filter(None, (spoken(term) for term in asked.understood.weights)))
        if not terms:
            return (
                self._keys(chosen, knobs.WORD_CANDIDATES, deadline) if asked.understood.parsed.phrases else ()
            )
        hits = self._server.ask(
            lambda client, left: client.search(
                self._names.documents,
                data=[terms],
                anns_field="words",
                limit=knobs.WORD_CANDIDATES,
                filter=chosen,
                search_params={"metric_type": "BM25"},
                consistency_level=self._consistency,
                timeout=left,
            ),
            within=deadline.left(),
        )[0]
        return [hit["key"] for hit in hits]

    def _by_meaning(self, vector: Floats, filters: Filters, chosen: str, deadline: Deadline) -> Sequence[str]:
        rights, holders = allowed(self._server.address, filters), None
        if chosen:
            holders = frozenset(self._keys(chosen, MOST_ROWS, deadline))
            if len(holders) == 0:
                return ()
            if len(holders) <= LONGEST_LIST:
                rights = f"{rights} and {any_of('document', sorted(holders))}"
        near = self.nearest(vector, rights, limit=knobs.PASSAGE_CANDIDATES, within=deadline.left())
        keys = dict.fromkeys(key for key, _, _ in near)
        return list(keys) if holders is None else [key for key in keys if key in holders]

    def _keys(self, chosen: str, limit: int, deadline: Deadline) -> list[str]:
        rows: list[dict[str, Any]] = self._server.ask(
            lambda client, left: list(
                client.query(
                    self._names.documents,
                    filter=chosen,
                    output_fields=["key"],
                    limit=limit,
                    consistency_level=self._consistency,
                    timeout=left,
                )
            ),
            within=deadline.left(),
        )
        return [row["key"] for row in rows]


def _places(keys: Sequence[str], filters: Filters, catalogue: Catalogue) -> Places:
    """The places of documents that are known and allowed. Rights are asked twice: here and in the expression."""
    found = [place for key in keys if (place := catalogue.places.get(key)) is not None]
    places = np.unique(np.array(found, dtype=np.int64))
    return places[catalogue.facets.allowed(filters)[places]]
