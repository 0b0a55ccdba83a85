"""Who carries which facet term: filters and counts as plain array work over all documents at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.document import FacetCount, Facets, Filters

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

_FEW = (
    8  # fewer than this part of all documents are counted by what each carries, more by who carries each term
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """What the filters know of one document."""

    visibility: str
    facets: Facets


@dataclass(frozen=True, slots=True)
class _Row:
    """The terms of one facet with the places of their documents, one term's after the other's, and the other way round.

    starts   where in ``places`` each term's begin: shape (terms,)
    firsts   where in ``carried`` each document's terms begin, and one past the last: shape (documents + 1,)
    carried  numbers of terms, one document's after the other's
    """

    terms: tuple[str, ...]
    places: Places
    starts: Places
    firsts: Places
    carried: Places

    @classmethod
    def of(cls, holders: Mapping[str, Places], size: int) -> _Row:
        """The row of those terms, of so many documents, that anybody carries."""
        held = {term: places for term, places in holders.items() if len(places)}
        sizes = np.array([len(places) for places in held.values()], dtype=np.int64)
        places = np.concatenate([*held.values(), np.zeros(0, dtype=np.int64)])
        order = np.argsort(places, kind="stable")
        return cls(
            terms=tuple(held),
            places=places,
            starts=np.cumsum(sizes) - sizes,
            firsts=np.searchsorted(places[order], np.arange(size + 1)),
            carried=np.repeat(np.arange(len(held)), sizes)[order],
        )

    def count(self, marked: Mask) -> Places:
        """How many of the marked documents carry each term: shape (terms,)."""
        documents = np.flatnonzero(marked)
        if len(documents) > len(marked) // _FEW:
            return np.add.reduceat(marked[self.places], self.starts, dtype=np.int64)
        begin, end = self.firsts[documents], self.firsts[documents + 1]
        sizes = end - begin
        where = np.repeat(begin - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
        return np.bincount(self.carried[where], minlength=len(self.terms))


class FacetTable:
    """Facet terms and visibility of every document of a generation, by place."""

    def __init__(self, carriers: Iterable[Carrier]) -> None:
        holders: dict[str, dict[str, list[int]]] = {}
        visibilities: dict[str, list[int]] = {}
        self.size = 0
        for place, carrier in enumerate(carriers):
            visibilities.setdefault(carrier.visibility, []).append(place)
            for facet, terms in carrier.facets.items():
                for term in dict.fromkeys(terms):
                    holders.setdefault(facet, {}).setdefault(term, []).append(place)
            self.size = place + 1
        self._holders = {facet: _arrays(terms) for facet, terms in holders.items()}
        self._visible = _arrays(visibilities)
        self._rows: dict[str, _Row] = {}
        self._hidden = np.zeros(0, dtype=np.int64)
        self._seen: dict[frozenset[str], Mask] = {}
        self.hidden: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, size: int, visible: Mapping[str, list[int]], holders: Mapping[str, Mapping[str, list[int]]]
    ) -> FacetTable:
        """The table that ``plain`` was asked of, of so many documents."""
        table = cls(())
        table.size, table._visible = size, _arrays(visible)
        table._holders = {facet: _arrays(terms) for facet, terms in holders.items()}
        return table

    def plain(self) -> dict[str, dict[str, Any]]:
        """Who carries what, as plain data."""
        return {"visible": _lists(self._visible), "holders": {f: _lists(t) for f, t in self._holders.items()}}

    def hide(self, ids: frozenset[str], places: Places) -> None:
        """Allow nobody to find these documents, given by id and by place, and all others again."""
        self._hidden, self.hidden, self._seen = places, ids, {}

    @classmethod
    def joined(cls, large: FacetTable, live: FacetTable, gone: Mask) -> FacetTable:
        """Two tables as one: the places of ``live`` come after those of ``large``, of which some are gone."""

        def both(first: Mapping[str, Places], second: Mapping[str, Places]) -> dict[str, Places]:
            none = np.zeros(0, dtype=np.int64)
            found = {}
            for name in dict.fromkeys((*first, *second)):
                kept = first.get(name, none)
                found[name] = np.concatenate([kept[~gone[kept]], second.get(name, none) + large.size])
            return {name: places for name, places in found.items() if len(places)}

        table = cls(())
        table.size = large.size + live.size
        table._visible = both(large._visible, live._visible)
        for facet in dict.fromkeys((*large._holders, *live._holders)):
            carried = both(large._holders.get(facet, {}), live._holders.get(facet, {}))
            if carried:
                table._holders[facet] = carried
        return table

    def allowed(self, filters: Filters, *, without: str | None = None) -> Mask:
        """Shape (documents,): True where the reader may look and the filters fit; ``without`` leaves one facet out."""
        mask = self._visible_to(filters.visibilities).copy()
        for facet, chosen in filters.facets.items():
            if facet != without and chosen:
                mask &= self._carrying(facet, chosen)
        return mask

    def _visible_to(self, visibilities: frozenset[str]) -> Mask:
        """Which documents a reader may see. Kept for every kind of reader: there are only a few."""
        seen, hidden = self._seen, self._hidden
        mask = seen.get(visibilities)
        if mask is None:
            mask = np.zeros(self.size, dtype=bool)
            for visibility in visibilities:
                mask[self._visible.get(visibility, np.zeros(0, dtype=np.int64))] = True
            mask[hidden] = False
            seen[visibilities] = mask
        return mask

    def counts(self, listed: Mask, reachable: Mapping[str, Mask]) -> dict[str, tuple[FacetCount, ...]]:
        """Facet → its terms with how many listed documents carry each, most first.

        reachable  facet that is filtered → documents that would be listed without that filter, for ``adds``
        """
        return {facet: _counted(self._row(facet), listed, reachable.get(facet)) for facet in self._holders}

    def _row(self, facet: str) -> _Row:
        """A facet's terms in one row, made when they are first counted."""
        row = self._rows.get(facet)
        if row is None:
            row = self._rows[facet] = _Row.of(self._holders[facet], self.size)
        return row

    def _carrying(self, facet: str, chosen: Iterable[str]) -> Mask:
        mask = np.zeros(self.size, dtype=bool)
        for term in chosen:
            mask[self._holders.get(facet, {}).get(term, np.zeros(0, dtype=np.int64))] = True
        return mask


def _counted(row: _Row, listed: Mask, reachable: Mask | None) -> tuple[FacetCount, ...]:
    """The terms of a row that at least one listed or reachable document carries, most first."""
    if not row.terms:
        return ()
    counts = row.count(listed).tolist()
    adds = [0] * len(counts)
    if reachable is not None:
        adds = row.count(reachable & ~listed).tolist()
    found = [
        FacetCount(id=term, count=count, adds=more)
        for term, count, more in zip(row.terms, counts, adds, strict=True)
        if count or more
    ]
    return tuple(sorted(found, key=lambda item: (-item.count, -item.adds, item.id)))


def _arrays(places: Mapping[str, list[int]]) -> dict[str, Places]:
    return {name: np.array(held, dtype=np.int64) for name, held in places.items()}


def _lists(places: Mapping[str, Places]) -> dict[str, list[int]]:
    return {name: held.tolist() for name, held in places.items()}
