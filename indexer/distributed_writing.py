"""Changes to an index on a server: gathered, sent in batches, and made visible together.

Passages are sent as they come and nobody sees them: they carry the version of their document, and only the row of
the document says which version counts. A commit puts all changed documents in place with one request a batch, so
that a killed writer leaves documents of one commit or the other and never half a document. When nothing of the old
index is kept, a new set of collections is filled beside it, tested, and the trust's alias moved to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from indexer import manifest as manifests
from indexer.crash import crash_point
from indexer.distributed_facts import Facts, State
from indexer.distributed_packing import unpacked, unpacked_words
from indexer.distributed_rows import GONE, LIGHT, Known, Prepared, gone
from indexer.distributed_rows import known as known_of
from indexer.distributed_schema import Names, any_of, own, unsaid
from indexer.distributed_server import Server
from indexer.distributed_statistics import Statistics
from indexer.manifest import Manifest
from indexer.model import Model

T = TypeVar("T")
BATCH = 256
"""Rows sent with one request: about a megabyte of passages."""

PAGE = 4096
"""Rows read with one request."""

_HEAVIEST = 8_000_000  # characters in one request of documents
WITHIN = 60.0


@dataclass(slots=True)
class Changes:
    """What was staged and not committed yet.

    anew     the collections are no trust reader's yet
    counted  statistics of what was sent into new collections
    recount  statistics must be counted from the rows: a run before was interrupted
    waiting  passages that are not sent yet
    sent     key → version of documents that were sent
    """

    names: Names
    facts: Facts
    state: State | None
    anew: bool
    dimension: int
    counted: Statistics = field(default_factory=Statistics)
    recount: bool = False
    documents: dict[str, Prepared] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)


class Writer:
    """Sends the changes of one trust."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def put(self, changes: Changes, item: Prepared) -> None:
        """Stage one document; its passages are sent already."""
        key = item.row["key"]
        changes.gone.discard(key)
        changes.documents[key] = replace(item, passages=[])
        changes.waiting += item.passages
        while len(changes.waiting) >= BATCH:
            self._send_passages(changes, BATCH)
        if changes.anew and len(changes.documents) >= BATCH:
            self._send_documents(changes, _now(), changes.counted)

    def take_out(self, changes: Changes, key: str) -> None:
        """Stage the removal of one document."""
        changes.documents.pop(key, None)
        changes.waiting = [row for row in changes.waiting if row["document"] != key]
        changes.gone.add(key)

    def flush(self, changes: Changes) -> None:
        """Send what is waiting."""
        self._send_passages(changes, len(changes.waiting))
        if changes.anew:
            self._send_documents(changes, _now(), changes.counted)

    def commit(self, changes: Changes, model: Model) -> State:
        """Put everything staged in place. What readers see changes with the last step of it."""
        self._send_passages(changes, len(changes.waiting))
        crash_point("passages-sent")
        commit = max(_now(), changes.state.commit + 1 if changes.state else 0)
        if changes.state and not changes.anew:
            changes.facts.mark_unfinished(changes.state)
        statistics = self._statistics_of_the_rest(changes)
        self._send_documents(changes, commit, statistics)
        crash_point("documents-sent")
        self._send_gone(changes, commit)
        self._sweep_passages(changes)
        if changes.recount:
            statistics = self.recounted(changes.names)
        crash_point("passages-swept")
        state = changes.facts.record(_manifest(model, changes.dimension, statistics), commit, statistics)
        changes.facts.forget_before(state)
        return state

    def recounted(self, names: Names) -> Statistics:
        """The statistics of a trust's rows, counted from the rows themselves; passages of no document are swept."""
        total, passages = Statistics(), self._passage_terms(names, "")
        fields = ["key", "visibility", "version", "terms", "spelt"]
        for row in all_rows(self._server, names.documents, f'visibility != "{GONE}"', fields):
            counts = [unpacked(terms) for terms in passages.pop((row["key"], row["version"]), ())]
            words = unpacked_words(row["spelt"])
            total.add(unpacked(row["terms"]), counts, unsaid(row["visibility"]), words)
        for key, version in passages:
            left = f"{any_of('document', [key])} and {any_of('version', [version])}"
            self._delete(names.passages, left)
        return total

    def _statistics_of_the_rest(self, changes: Changes) -> Statistics:
        """The statistics as they were, without what is replaced or taken out."""
        if changes.anew or changes.state is None:
            return changes.counted
        if not changes.state.whole:
            changes.recount = True
        if changes.recount:
            return Statistics()
        statistics = changes.facts.statistics(changes.state)
        for keys in _batches([*changes.documents, *changes.gone], BATCH):
            self._count_out(changes.names, keys, statistics)
        return statistics

    def _count_out(self, names: Names, keys: Sequence[str], statistics: Statistics) -> None:
        passages = self._passage_terms(names, any_of("document", keys))
        chosen = f'{any_of("key", keys)} and visibility != "{GONE}"'
        for row in all_rows(
            self._server, names.documents, chosen, ["key", "visibility", "version", "terms", "spelt"]
        ):
            counts = [unpacked(terms) for terms in passages.get((row["key"], row["version"]), ())]
            words = unpacked_words(row["spelt"])
            statistics.add(unpacked(row["terms"]), counts, unsaid(row["visibility"]), words, times=-1)

    def _passage_terms(self, names: Names, chosen: str) -> dict[tuple[str, str], list[str]]:
        """(document, version) → the packed terms of its passages."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in all_rows(self._server, names.passages, chosen, ["document", "version", "terms"]):
            found.setdefault((row["document"], row["version"]), []).append(row["terms"])
        return found

    def _send_passages(self, changes: Changes, count: int) -> None:
        for rows in _batches(changes.waiting[:count], BATCH):
            self._upsert(changes.names.passages, rows)
            changes.facts.take_lease()
        changes.waiting = changes.waiting[count:]

    def _send_documents(self, changes: Changes, commit: int, statistics: Statistics) -> None:
        items = list(changes.documents.values())
        rows = [{**item.row, "changed": commit} for item in items]
        for batch in _weighed(rows):
            self._upsert(changes.names.documents, batch)
        for item in items:
            statistics.add(item.counts, item.passage_counts, item.visibility, item.spelt)
        changes.sent |= {row["key"]: row["version"] for row in rows}
        changes.documents = {}

    def _send_gone(self, changes: Changes, commit: int) -> None:
        for keys in _batches(sorted(changes.gone), BATCH):
            chosen = any_of("key", keys)
            if changes.anew:
                self._delete(changes.names.documents, chosen)
                continue
            rows = list(all_rows(self._server, changes.names.documents, chosen, ["key", "trust", "document"]))
            if rows:
                self._upsert(changes.names.documents, [gone(row, changed=commit) for row in rows])

    def _sweep_passages(self, changes: Changes) -> None:
        """Take out the passages of versions that no document has any more."""
        for keys in _batches(sorted(changes.gone), BATCH):
            self._delete(changes.names.passages, any_of("document", keys))
        if changes.anew and not changes.recount:
            return
        for keys in _batches(sorted(changes.sent), BATCH):
            current = [changes.sent[key] for key in keys]
            stale = f"{any_of('document', keys)} and not ({any_of('version', current)})"
            self._delete(changes.names.passages, stale)

    def _upsert(self, collection: str, rows: Sequence[dict[str, Any]]) -> None:
        self._server.write("upsert", collection, list(rows))

    def _delete(self, collection: str, chosen: str) -> None:
        everything = f"{own(self._server.address)} and {chosen}"
        self._server.write("delete", collection, filter=everything)


def _manifest(model: Model, dimension: int, statistics: Statistics) -> Manifest:
    return Manifest(
        format=manifests.FORMAT,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model.name,
        model_sha256=model.sha256,
        dimension=dimension,
        window=model.window,
        documents=statistics.documents.texts,
        passages=statistics.passages.texts,
    )


def known_documents(server: Server, names: Names) -> dict[str, Known]:
    """Every document of the server's trust that is there, by key."""
    chosen = f'visibility != "{GONE}"'
    return {row["key"]: known_of(row) for row in all_rows(server, names.documents, chosen, LIGHT)}


def all_rows(server: Server, collection: str, chosen: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """All rows of the server's trust that an expression chooses, read page by page."""
    everything = own(server.address) + (f" and ({chosen})" if chosen else "")
    pages = server.ask(
        lambda client, within: client.query_iterator(
            collection,
            batch_size=PAGE,
            filter=everything,
            output_fields=list(fields),
            consistency_level="Strong",
            timeout=within,
        ),
        within=WITHIN,
    )
    while page := server.ask(lambda _client, _within: pages.next(), within=WITHIN):
        yield from page
    pages.close()


def _now() -> int:
    """A number that grows from commit to commit: microseconds."""
    return time.time_ns() // 1000


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _weighed(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in batches that a server takes: as many as one request may hold."""
    batch: list[dict[str, Any]] = []
    weight = 0
    for row in rows:
        size = sum(len(value) for value in row.values() if isinstance(value, str))
        if batch and (weight + size > _HEAVIEST or len(batch) == BATCH):
            yield batch
            batch, weight = [], 0
        batch.append(row)
        weight += size
    if batch:
        yield batch
