"""Terms and vectors of documents that were candidates before: what scoring needs, fetched once for each version.

A question's candidates are scored with the same counts and the same cosines as by the engine in a folder. They do
not change while a document does not, so a web process keeps those it has seen, up to a size.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.distributed_library import Catalogue
from indexer.distributed_packing import Counts, term_hash, unpacked
from indexer.distributed_rows import Known
from indexer.distributed_schema import Names, any_of, own
from indexer.distributed_server import Server
from indexer.distributed_statistics import Rarity
from indexer.scoring import Floats, Places, weighed_together

LARGEST = 256_000_000
"""Bytes that the kept documents may take in one process."""

TOGETHER = 512
"""Documents fetched with one request."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One version of one document. ``vectors`` has shape (passages, dimension)."""

    version: str
    counts: Counts
    passages: tuple[Counts, ...]
    vectors: Floats

    @property
    def size(self) -> int:
        """Bytes, about."""
        terms = len(self.counts.hashes) + sum(len(passage.hashes) for passage in self.passages)
        return 8 * terms + self.vectors.nbytes + 200 * (1 + len(self.passages))


class Shelf:
    """Held documents by key, the least recently used of them dropped first. Safe to use from many threads."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server, self._names = server, names
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._size = 0
        self._changing = threading.Lock()

    def held(self, wanted: Sequence[Known], within: Callable[[], float]) -> list[Held | None]:
        """The documents in their order; None for one that is in another version on the server now."""
        with self._changing:
            found = [self._held.get(item.key) for item in wanted]
            for item, held in zip(wanted, found, strict=True):
                if held is not None:
                    self._held.move_to_end(item.key)
        missing = [
            item
            for item, held in zip(wanted, found, strict=True)
            if held is None or held.version != item.version
        ]
        fresh: dict[str, Held] = {}
        for start in range(0, len(missing), TOGETHER):
            fresh |= self._fetched(missing[start : start + TOGETHER], within)
        self._keep(fresh)
        now = [fresh.get(item.key, held) for item, held in zip(wanted, found, strict=True)]
        return [
            held if held is not None and held.version == item.version else None
            for item, held in zip(wanted, now, strict=True)
        ]

    def _fetched(self, wanted: Sequence[Known], within: Callable[[], float]) -> dict[str, Held]:
        keys = [item.key for item in wanted]
        documents = self._rows(self._names.documents, "key", keys, ("key", "version", "terms"), within)
        fields = ("document", "version", "ordinal", "terms", "vector")
        passages: dict[tuple[str, str], list[Row]] = {}
        for row in self._rows(self._names.passages, "document", keys, fields, within):
            passages.setdefault((row["document"], row["version"]), []).append(row)
        counts = {(row["key"], row["version"]): row["terms"] for row in documents}
        return {
            item.key: _held(item, counts[item.key, item.version], passages.get((item.key, item.version), []))
            for item in wanted
            if (item.key, item.version) in counts
            and len(passages.get((item.key, item.version), [])) == item.passages
        }

    def _rows(
        self,
        collection: str,
        field: str,
        keys: Sequence[str],
        fields: Sequence[str],
        within: Callable[[], float],
    ) -> list[Row]:
        chosen = f"{own(self._server.address)} and {any_of(field, keys)}"
        rows: list[Row] = self._server.ask(
            lambda client, left: list(
                client.query(collection, filter=chosen, output_fields=list(fields), timeout=left)
            ),
            within=within(),
        )
        return rows

    def _keep(self, fresh: Mapping[str, Held]) -> None:
        with self._changing:
            for key, held in fresh.items():
                before = self._held.pop(key, None)
                self._size += held.size - (before.size if before else 0)
                self._held[key] = held
            while self._size > LARGEST and len(self._held) > 1:
                _, dropped = self._held.popitem(last=False)
                self._size -= dropped.size


def _held(item: Known, terms: str, passages: Iterable[Row]) -> Held:
    ordered = sorted(passages, key=lambda row: int(row["ordinal"]))
    return Held(
        version=item.version,
        counts=unpacked(terms),
        passages=tuple(unpacked(row["terms"]) for row in ordered),
        vectors=np.array([row["vector"] for row in ordered], dtype=np.float32),
    )


class SomeTerms:
    """The asked terms in some texts, given by their numbers: what ``scoring.Strengths`` wants.

    numbers  of the texts, ascending
    """

    def __init__(
        self, numbers: Places, texts: Sequence[Counts], terms: Sequence[str], rarity: Rarity
    ) -> None:
        self._numbers, self._rarity = numbers, rarity
        self._columns = {term: column for column, term in enumerate(terms)}
        self._lengths = np.array([text.counts.sum() for text in texts], dtype=np.float32)
        self._counts = np.zeros((len(texts), len(terms)), dtype=np.float32)
        if texts and terms:
            self._fill(texts, np.array([term_hash(term) for term in terms], dtype=np.uint32))

    def _fill(self, texts: Sequence[Counts], hashes: NDArray[np.uint32]) -> None:
        owners = np.repeat(np.arange(len(texts)), [len(text.hashes) for text in texts])
        everything = np.concatenate([text.hashes for text in texts])
        counts = np.concatenate([text.counts for text in texts])
        for column, number in enumerate(hashes.tolist()):
            found = everything == number
            self._counts[owners[found], column] = counts[found]

    def rarity(self, term: str) -> float:
        """How telling a term is among all texts of the index."""
        return self._rarity.rarity(term)

    def scores(self, terms: Sequence[str], places: Places, *, k1: float, b: float) -> Floats:
        """How strongly each text holds each term: the figure of ``Lexicon.scores``."""
        rows = np.searchsorted(self._numbers, places)
        columns = [self._columns[term] for term in terms]
        counts = self._counts[rows][:, columns]
        norms = k1 * (1 - b + b * self._lengths[rows] / max(self._rarity.mean_length, 1e-9))
        rarities = np.array([self._rarity.rarity(term) for term in terms], dtype=np.float32)
        strengths: Floats = (counts / np.maximum(counts + norms[:, np.newaxis], 1e-12) * rarities).astype(
            np.float32
        )
        return strengths

    def holding(self, terms: Sequence[str], places: Places) -> NDArray[np.bool_]:
        """Which texts hold which terms: shape (len(places), len(terms))."""
        columns = [self._columns[term] for term in terms]
        held: NDArray[np.bool_] = self._counts[np.searchsorted(self._numbers, places)][:, columns] > 0
        return held

    def held_weight(self, weights: Mapping[str, float], places: Places) -> Floats:
        """What the terms that each text holds weigh together: shape (len(places),)."""
        return weighed_together(self, weights, places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Candidates with all that scoring needs. ``places`` ascend; arrays of their length and order.

    firsts  row of ``vectors`` at which each candidate's passages begin, and one past the last
    """

    places: Places
    documents: SomeTerms
    passages: SomeTerms
    vectors: Floats
    firsts: Places

    @classmethod
    def of(
        cls,
        places: Places,
        held: Sequence[Held],
        terms: Sequence[str],
        *,
        catalogue: Catalogue,
        rarities: tuple[Rarity, Rarity],
        dimension: int,
    ) -> Examined:
        """The candidates at ``places`` with what is held of each."""
        sizes = np.array([len(item.passages) for item in held], dtype=np.int64)
        firsts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        numbers = np.repeat(catalogue.starts[places] - firsts[:-1], sizes) + np.arange(int(sizes.sum()))
        texts = [passage for item in held for passage in item.passages]
        vectors = [item.vectors for item in held if len(item.vectors)]
        return cls(
            places=places,
            documents=SomeTerms(places, [item.counts for item in held], terms, rarities[0]),
            passages=SomeTerms(numbers, texts, terms, rarities[1]),
            vectors=np.concatenate(vectors) if vectors else np.zeros((0, dimension), dtype=np.float32),
            firsts=firsts,
        )

    def cosines(self, vector: Floats | None) -> Floats:
        """The cosine of each candidate's nearest passage; 0 without a vector, -1 without a passage."""
        if vector is None:
            return np.zeros(len(self.places), dtype=np.float32)
        best = np.full(len(self.places), -1.0, dtype=np.float32)
        sizes = np.diff(self.firsts)
        if sizes.any():
            each = self.vectors @ vector
            best[sizes > 0] = np.maximum.reduceat(each, self.firsts[:-1][sizes > 0])
        return best

    def own_cosines(self, vector: Floats, row: int) -> Floats:
        """The cosine of each passage of one candidate."""
        cosines: Floats = self.vectors[self.firsts[row] : self.firsts[row + 1]] @ vector
        return cosines
