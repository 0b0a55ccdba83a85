"""What a reader of a server's index keeps in memory: every document's title, dates and facet terms, and its terms.

A few hundred bytes a document, so that counts, listings and orders are exact and cost the server nothing. It is
renewed when the last commit has another number: only what changed since is read.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.distributed_facts import Facts, State
from indexer.distributed_rows import GONE, LIGHT, Known, known
from indexer.distributed_schema import Names, unsaid
from indexer.distributed_server import Server
from indexer.distributed_statistics import Rarity, Statistics
from indexer.distributed_writing import all_rows
from indexer.errors import IndexMissing
from indexer.facets import Carrier, FacetTable
from indexer.spelling import Speller

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All documents of a trust in order of id: a document's place is its number in it.

    starts  passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    """

    documents: tuple[Known, ...]
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    published: NDArray[np.str_]
    reviewed: NDArray[np.str_]
    facets: FacetTable
    starts: Places
    places: Mapping[str, int]

    @classmethod
    def of(cls, documents: Iterable[Known]) -> Catalogue:
        """A catalogue of these documents."""
        ordered = tuple(sorted(documents, key=lambda item: item.id))
        sizes = np.array([item.passages for item in ordered], dtype=np.int64)
        return cls(
            documents=ordered,
            ids=tuple(item.id for item in ordered),
            titles=tuple(item.title for item in ordered),
            published=np.array([item.published for item in ordered], dtype=np.str_),
            reviewed=np.array([item.reviewed for item in ordered], dtype=np.str_),
            facets=FacetTable(
                Carrier(visibility=unsaid(item.visibility), facets=item.facets) for item in ordered
            ),
            starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
            places={item.key: place for place, item in enumerate(ordered)},
        )

    def place_of(self, document_id: str) -> int | None:
        """A document's place, None when it is not here."""
        place = bisect_left(self.ids, document_id)
        return place if place < len(self.ids) and self.ids[place] == document_id else None

    def hide(self, ids: frozenset[str]) -> None:
        """Let nobody find these documents."""
        if ids != self.facets.hidden:
            places = [place for document_id in ids if (place := self.place_of(document_id)) is not None]
            self.facets.hide(ids, np.array(places, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Everything that belongs to one commit."""

    state: State
    catalogue: Catalogue
    documents: Rarity
    passages: Rarity
    speller: Speller


class Library:
    """The newest volume of one set of collections. Safe to use from many threads."""

    def __init__(self, server: Server, names: Names, known_words: Iterable[str]) -> None:
        self._server, self.names = server, names
        self._facts = Facts(server, names)
        self._known: dict[str, Known] = {}
        self._seen = 0
        self._words = frozenset(known_words)
        self._renewing = threading.Lock()
        self._volume: Volume | None = None

    def also_known(self, words: Iterable[str]) -> None:
        """Words of the curator's synonyms, which are no slips."""
        self._words = frozenset(words)
        if self._volume:
            self._volume.speller.also_known(self._words)

    def state(self, *, within: float | None = None) -> State:
        """The newest state, as the server has it now. Raises IndexMissing."""
        state = self._facts.state(within=within)
        if state is None:
            raise IndexMissing
        return state

    def renewed(self, *, within: float | None = None) -> Volume:
        """The newest volume; read when it is not the one at hand."""
        state = self.state(within=within)
        with self._renewing:
            volume = self._volume
            if volume is None or volume.state.commit != state.commit:
                self._volume = volume = self._read(state, volume)
            return volume

    def caught_up(self) -> Volume:
        """The volume with every change of a document that the server has now, committed to the end or not."""
        volume = self.renewed()
        with self._renewing:
            self._catch_up(whole=False)
            self._volume = volume = replace(volume, catalogue=Catalogue.of(self._known.values()))
            return volume

    def _read(self, state: State, before: Volume | None) -> Volume:
        self._catch_up(whole=before is None)
        statistics = self._facts.statistics(state)
        return _volume(state, Catalogue.of(self._known.values()), statistics, self._words)

    def _catch_up(self, *, whole: bool) -> None:
        chosen = f'visibility != "{GONE}"' if whole else f"changed > {self._seen}"
        for row in all_rows(self._server, self.names.documents, chosen, LIGHT):
            item = known(row)
            if item.visibility == GONE:
                self._known.pop(item.key, None)
            else:
                self._known[item.key] = item
            self._seen = max(self._seen, item.changed)


def _volume(state: State, catalogue: Catalogue, statistics: Statistics, words: frozenset[str]) -> Volume:
    speller = Speller({name: dict(+counts) for name, counts in statistics.spelt.items()})
    speller.also_known(words)
    return Volume(
        state=state,
        catalogue=catalogue,
        documents=Rarity(statistics.documents),
        passages=Rarity(statistics.passages),
        speller=speller,
    )
