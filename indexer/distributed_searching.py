"""The search itself over a server's index: the same understanding, judgement and lists as over a folder's."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from indexer import knobs
from indexer.distributed_answering import (
    Considered,
    ages,
    best_first,
    choice,
    facet_counts,
    hit_of,
    opened_up,
    ordered,
    plain_hit,
    without,
)
from indexer.distributed_company import Company
from indexer.distributed_finding import Deadline, Finder
from indexer.distributed_library import Catalogue, Volume
from indexer.distributed_rows import passage_key
from indexer.distributed_schema import Names, allowed, any_of, own
from indexer.distributed_server import Server
from indexer.distributed_shelf import Examined, Held, Shelf
from indexer.document import Filters, Hit, Mode, Query, Results, Sort
from indexer.explaining import reasons
from indexer.judging import Asked, Judge
from indexer.query_encoder import QueryEncoder
from indexer.scoring import Places
from indexer.synonyms import SynonymTable
from indexer.understanding import Understood, understand

PASSAGES_OF_ONE = 30
"""Passages that one document may take up among the nearest, so that enough documents are left for a list of likes."""


class Moved(Exception):
    """Documents changed on the server between two requests of one question: ask again with what is there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one question is answered from.

    patient  documents that moved meanwhile are left out instead of raising Moved
    """

    volume: Volume
    synonyms: SynonymTable
    encoder: QueryEncoder | None
    deadline: Deadline
    patient: bool

    def asked(self, query: Query, understood: Understood) -> Asked:
        """The query with its vector, when there is an encoder and meaning is wanted."""
        if query.mode is Mode.WORDS or self.encoder is None:
            return Asked(query=query, understood=understood, vector=None)
        vector = self.encoder.embed_query(understood.meaning)
        return Asked(query=query, understood=understood, vector=vector)


class DistributedSearcher:
    """Answers queries over the volumes of one set of collections. Holds no state of a query; safe for many threads."""

    def __init__(self, server: Server, names: Names, side_by_side: ThreadPoolExecutor) -> None:
        self._server, self._names = server, names
        self._shelf = Shelf(server, names)
        self._finder = Finder(server, names)
        self._company = Company(server, names)
        self._side_by_side = side_by_side

    def search(self, reading: Reading, query: Query) -> Results:
        """The answer to one query. Raises BadQuery, Moved, EngineUnavailable."""
        began, catalogue = time.perf_counter(), reading.volume.catalogue
        understood = self._understood(reading, query)
        if understood.parsed.empty:
            return self._listing(reading, query, began)
        asked = reading.asked(query, understood)
        wider = {facet: without(query.filters, facet) for facet, ids in query.filters.facets.items() if ids}
        considered = self._considered(
            reading, asked, [query.filters, *wider.values(), opened_up(query.filters)]
        )
        order = ordered(considered.scored, query.sort, considered.rows[choice(query.filters)], catalogue)
        worth = np.isin(order, considered.listed(query.filters))
        listed, rest = order[worth], best_first(considered.scored, order[~worth])
        page = listed[query.offset : query.offset + query.limit]
        weak = rest[: knobs.MOST_WEAK] if query.offset == 0 else rest[:0]
        hits = self._hits(reading, asked, considered, np.concatenate([page, weak]))
        return Results(
            hits=hits[: len(page)],
            weak=hits[len(page) :],
            total=len(listed),
            facets=facet_counts(catalogue, considered, listed, wider),
            corrected=understood.corrected,
            expanded=understood.expanded,
            nothing_close=len(listed) == 0,
            took_ms=(time.perf_counter() - began) * 1000,
            meaning_missing=query.mode is not Mode.WORDS and asked.vector is None,
        )

    def ranked(self, reading: Reading, query: Query, *, depth: int) -> list[tuple[str, float]]:
        """(document id, score) of the best candidates, good enough to list or not."""
        understood, catalogue = self._understood(reading, query), reading.volume.catalogue
        if understood.parsed.empty:
            return []
        scored = self._considered(reading, reading.asked(query, understood), [query.filters]).scored
        rows = ordered(scored, Sort.RELEVANCE, np.arange(len(scored.places)), catalogue)
        return [
            (catalogue.ids[int(scored.places[row])], float(scored.score[row]))
            for row in rows[:depth].tolist()
        ]

    def similar_to(
        self, reading: Reading, document_id: str, *, filters: Filters, limit: int
    ) -> list[tuple[str, float]]:
        """(document id, cosine) of the documents nearest in meaning, nearest first, itself left out."""
        catalogue, deadline = reading.volume.catalogue, reading.deadline
        place = catalogue.place_of(document_id)
        if place is None or document_id in catalogue.facets.hidden or limit < 1 or not filters.visibilities:
            return []
        document = catalogue.documents[place]
        (own_held,) = self._shelf.held([document], deadline.left)
        if own_held is None or len(own_held.vectors) == 0:
            return []
        middle = own_held.vectors.mean(axis=0)
        middle /= max(1e-12, float(np.linalg.norm(middle)))
        chosen = f"{allowed(self._server.address, filters)} and not ({any_of('document', [document.key])})"
        near = self._finder.nearest(middle, chosen, limit=limit * PASSAGES_OF_ONE, within=deadline.left())
        may = catalogue.facets.allowed(filters)
        best: dict[str, float] = {}
        for key, version, cosine in near:
            at = catalogue.places.get(key)
            if at is not None and may[at] and catalogue.documents[at].version == version:
                best.setdefault(catalogue.ids[at], cosine)
        return list(best.items())[:limit]

    def _understood(self, reading: Reading, query: Query) -> Understood:
        """The query with its spelling mended and its synonyms added. Raises BadQuery."""
        together = self._company.of(reading.volume, query.filters.visibilities, reading.deadline)
        return understand(query, reading.volume.speller, reading.synonyms, together)

    def _considered(self, reading: Reading, asked: Asked, filters: Sequence[Filters]) -> Considered:
        """The candidates under each of the filters, all scored alike."""
        catalogue = reading.volume.catalogue
        distinct = {choice(each): each for each in filters}
        found = self._finder.found(
            asked,
            list(distinct.values()),
            catalogue,
            deadline=reading.deadline,
            side_by_side=self._side_by_side,
        )
        places = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
        documents = [catalogue.documents[place] for place in places.tolist()]
        held = self._shelf.held(documents, reading.deadline.left)
        here = np.array([item is not None for item in held], dtype=bool)
        if not here.all() and not reading.patient:
            raise Moved
        places = places[here]
        examined = _examined(reading.volume, asked, places, [item for item in held if item is not None])
        judge = Judge(
            documents=examined.documents,
            passages=examined.passages,
            starts=catalogue.starts,
            titles=catalogue.titles,
        )
        return Considered(
            examined=examined,
            scored=judge.judged(asked, places, lambda: examined.cosines(asked.vector)),
            rows={
                key: np.flatnonzero(np.isin(places, each)) for key, each in zip(distinct, found, strict=True)
            },
        )

    def _hits(self, reading: Reading, asked: Asked, considered: Considered, rows: Places) -> tuple[Hit, ...]:
        """Candidates as they are shown, each with its best passage."""
        catalogue, shown = reading.volume.catalogue, []
        for row in rows.tolist():
            document = catalogue.documents[int(considered.scored.places[row])]
            ordinal = self._best_passage(catalogue, asked, considered, row)
            shown.append((document, passage_key(document.key, document.version, ordinal)))
        stored = self._passages([key for _, key in shown], reading.deadline)
        scored = considered.scored
        why = reasons(asked.understood, asked.mode, scored, rows, compared=asked.vector is not None)
        return tuple(
            hit_of(asked, score, because, document, *stored.get(key, (document.title, ())))
            for (document, key), score, because in zip(shown, scored.score[rows].tolist(), why, strict=True)
        )

    def _best_passage(self, catalogue: Catalogue, asked: Asked, considered: Considered, row: int) -> int:
        """The ordinal of the passage to show: near in meaning and holding the words."""
        place = int(considered.scored.places[row])
        span = np.arange(catalogue.starts[place], catalogue.starts[place + 1])
        if len(span) == 0:
            return 0
        worth = asked.passage_words(int(catalogue.starts[-1]))[span]
        if asked.vector is not None:
            worth = worth + knobs.SHOWN_MEANING * considered.examined.own_cosines(asked.vector, row)
        return int(np.argmax(worth))

    def _passages(self, keys: Sequence[str], deadline: Deadline) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Key → (text, headings) of passages."""
        if not keys:
            return {}
        chosen = f"{own(self._server.address)} and {any_of('key', keys)}"
        rows = self._server.ask(
            lambda client, left: list(
                client.query(
                    self._names.passages,
                    filter=chosen,
                    output_fields=["key", "text", "heading"],
                    timeout=left,
                )
            ),
            within=deadline.left(),
        )
        return {row["key"]: (row["text"], tuple(json.loads(row["heading"]))) for row in rows}

    def _listing(self, reading: Reading, query: Query, began: float) -> Results:
        """Everything that the filters allow, newest reviewed first unless asked otherwise."""
        catalogue = reading.volume.catalogue
        mask = catalogue.facets.allowed(query.filters)
        places = np.flatnonzero(mask)
        places = places[np.lexsort((places, -ages(catalogue, query.sort)[places]))]
        page = [catalogue.documents[at] for at in places[query.offset : query.offset + query.limit].tolist()]
        firsts = {item.key: passage_key(item.key, item.version, 0) for item in page}
        stored = self._passages(list(firsts.values()), reading.deadline)
        reachable = {
            facet: catalogue.facets.allowed(query.filters, without=facet)
            for facet, chosen in query.filters.facets.items()
            if chosen
        }
        return Results(
            hits=tuple(
                plain_hit(item.id, item.title, stored.get(firsts[item.key], ("", ()))[0]) for item in page
            ),
            weak=(),
            total=len(places),
            facets=catalogue.facets.counts(mask, reachable),
            corrected=None,
            expanded=(),
            nothing_close=len(places) == 0,
            took_ms=(time.perf_counter() - began) * 1000,
        )


def _examined(volume: Volume, asked: Asked, places: Places, held: Sequence[Held]) -> Examined:
    """Candidates with the counts of the asked terms and their vectors."""
    ways = (way for group in asked.understood.groups for way in group.alternatives)
    return Examined.of(
        places,
        held,
        list(dict.fromkeys(term for way in ways for term in way.terms)),
        catalogue=volume.catalogue,
        rarities=(volume.documents, volume.passages),
        dimension=volume.state.manifest.dimension,
    )
