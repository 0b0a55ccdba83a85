"""A trust's index on a server is brought up to date: into the collections that serve, or into new ones beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.crash import crash_point
from indexer.distributed_facts import Facts, State
from indexer.distributed_rows import Known, prepared
from indexer.distributed_schema import (
    Names,
    alias_of,
    any_of,
    compare_exactly,
    create,
    key_of,
    load,
    names_in,
    own,
    serving,
    stem_of,
)
from indexer.distributed_server import WRITE_WITHIN, Server
from indexer.distributed_writing import Changes, Writer, all_rows, known_documents
from indexer.document import Chunk, Document
from indexer.errors import IndexNotWritten, WrongDimension
from indexer.model import Model

_WIDELY = 500  # near vectors looked at: a narrow view of a large index is found among fewer only by luck
TESTED = 64
"""Documents looked up in a new set of collections before it takes over."""

_NEARLY_ONE = 0.999
_log = logging.getLogger(__name__)


class Builder:
    """Stages changes and commits them."""

    def __init__(self, server: Server, *, model: Model | None, dimension: Callable[[], int]) -> None:
        self._server, self._model, self._find_dimension = server, model, dimension
        self._writer = Writer(server)
        self._changes: Changes | None = None

    def fingerprints(self) -> dict[str, str]:
        """Document id → fingerprint of what serves; empty when this program or model cannot carry on with it."""
        names, _ = self._fitting()
        return _fingerprints(known_documents(self._server, names)) if names else {}

    def replace(
        self, document: Document, chunks: Sequence[Chunk], vectors: NDArray[np.float32], *, fingerprint: str
    ) -> None:
        """Stage a document; its passages are sent at once and shown after the commit."""
        if len(chunks) != len(vectors):
            raise ValueError(f"{len(chunks)} passages came with {len(vectors)} vectors")
        changes = self._staging(dimension=vectors.shape[1])
        if vectors.shape[1] != changes.dimension:
            raise WrongDimension(got=vectors.shape[1], built_with=changes.dimension)
        item = prepared(self._server.address, document, chunks, vectors, fingerprint=fingerprint)
        self._writer.put(changes, item)

    def remove(self, document_id: str) -> None:
        """Stage the removal of a document."""
        self._writer.take_out(self._staging(), key_of(self._server.address, document_id))

    def start_anew(self, *, dimension: int = 0) -> dict[str, str]:
        """Stage into new collections. Returns the fingerprints of what is in them already."""
        self.drop()
        self._changes = changes = self._anew(dimension)
        present = _fingerprints(known_documents(self._server, changes.names))
        changes.recount = bool(present)
        return present

    def commit(self) -> None:
        """Put what was staged in place. Raises IndexNotWritten, EngineUnavailable; the changes are dropped then."""
        if self._model is None:
            return
        try:
            if self._changes is None:
                names, state = self._fitting()
                if names is None or state is None:
                    self.start_anew()
                elif not state.whole:
                    self._staging()  # a run before was cut short: its statistics are counted anew
            if self._changes is not None:
                self._commit(self._changes, self._model)
        finally:
            self.drop()

    def drop(self) -> None:
        """Forget what was staged."""
        changes, self._changes = self._changes, None
        if changes is not None:
            changes.facts.give_lease_back()

    def _commit(self, changes: Changes, model: Model) -> None:
        state = self._writer.commit(changes, model)
        if not changes.anew:
            return
        crash_point("collections-filled")
        self._test(changes.names, state)
        crash_point("collections-tested")
        before = serving(self._server, within=WRITE_WITHIN)
        _point(self._server, changes.names, before)
        crash_point("alias-moved")
        self._sweep(changes.names, before)

    def _fitting(self) -> tuple[Names | None, State | None]:
        """What serves this trust now, when this program and model can carry on with it."""
        names = serving(self._server, within=WRITE_WITHIN)
        if names is None or (self._model and names.stem != stem_of(self._server.address, self._model)):
            return None, None
        load(self._server, names, within=WRITE_WITHIN)
        state = Facts(self._server, names).state(within=WRITE_WITHIN)
        return (names, state) if state else (None, None)

    def _staging(self, *, dimension: int = 0) -> Changes:
        if self._changes is None:
            names, state = self._fitting()
            if names is None or state is None:
                self.start_anew(dimension=dimension)
            else:
                facts = Facts(self._server, names)
                facts.take_lease()
                self._changes = Changes(
                    names=names, facts=facts, state=state, anew=False, dimension=state.manifest.dimension
                )
        if self._changes is None:
            raise IndexNotWritten("nothing is staged")
        return self._changes

    def _anew(self, dimension: int) -> Changes:
        """New collections: those that another trust has begun already, or the first of their number."""
        if self._model is None:
            raise IndexNotWritten("no model is known")
        stem = stem_of(self._server.address, self._model)
        now = serving(self._server, within=WRITE_WITHIN)
        least = now.number if now and now.stem == stem else 0
        newest = max((names.number for names in self._sets() if names.stem == stem), default=0)
        names = Names(stem=stem, number=newest if newest > least else newest + 1)
        dimension = dimension or self._find_dimension()
        create(self._server, names, dimension=dimension)
        facts = Facts(self._server, names)
        facts.take_lease()
        return Changes(names=names, facts=facts, state=None, anew=True, dimension=dimension)

    def _sets(self) -> list[Names]:
        listed = self._server.write("list_collections")
        return [names for collection in listed if (names := names_in(collection))]

    def _test(self, names: Names, state: State) -> None:
        """Look up some documents by their words' rights and their meaning. Raises IndexNotWritten."""
        for collection in names.all:
            self._server.write("flush", collection)
        known = known_documents(self._server, names)
        if len(known) != state.manifest.documents:
            raise IndexNotWritten(
                f"{len(known)} documents arrived on the search server instead of {state.manifest.documents}"
            )
        passages = sum(item.passages for item in known.values())
        if passages != state.manifest.passages:
            raise IndexNotWritten(f"{state.manifest.passages} passages were counted instead of {passages}")
        sample = [item for item in known.values() if item.passages][:: max(1, len(known) // TESTED)]
        missed = self._not_found(names, sample)
        if missed and not self._server.address.exact:
            _log.warning(
                "the search server's approximate index misses %d of %d texts that were looked up, as it may where many "
                "are nearly alike: it compares with every vector from now on",
                len(missed),
                len(sample),
            )
            compare_exactly(self._server, names)
            missed = self._not_found(names, sample)
        if missed:
            raise IndexNotWritten(f"the search server does not find ‘{missed[0].id}’ by its own text")

    def _not_found(self, names: Names, sample: Sequence[Known]) -> list[Known]:
        """Documents of which nothing is near to their own first passage, for readers who may see them and no others.

        A twin that is as near is right: readers are shown either.
        """
        missed: list[Known] = []
        for visibility in sorted({item.visibility for item in sample}):
            items = [item for item in sample if item.visibility == visibility]
            firsts = f"{any_of('document', [item.key for item in items])} and ordinal == 0"
            rows = all_rows(self._server, names.passages, firsts, ["document", "vector"])
            vectors = {row["document"]: row["vector"] for row in rows}
            near = self._nearest(names, [vectors[item.key] for item in items], visibility)
            missed += [
                item
                for item, hits in zip(items, near, strict=True)
                if not hits or hits[0]["distance"] < _NEARLY_ONE
            ]
        return missed

    def _nearest(self, names: Names, vectors: Sequence[Any], visibility: str) -> Any:
        """For each vector the passage that is nearest to it among those of a visibility."""
        rights = f"{own(self._server.address)} and {any_of('visibility', [visibility])}"
        return self._server.ask(
            lambda client, within: client.search(
                names.passages,
                data=list(vectors),
                anns_field="vector",
                limit=1,
                filter=rights,
                output_fields=["document"],
                search_params={"params": {} if self._server.address.exact else {"ef": _WIDELY}},
                consistency_level="Strong",
                timeout=within,
            ),
            within=WRITE_WITHIN,
        )

    def _sweep(self, names: Names, before: Names | None) -> None:
        """Take this trust's rows out of sets it has left, but for the last one, which is still being read."""
        older = [each for each in self._sets() if each.stem == names.stem and each.number < names.number]
        left = sorted(older, key=lambda each: each.number)[:-1]
        for each in (*left, *([before] if before and before.stem != names.stem else [])):
            described = self._server.write("list_aliases", each.documents)
            for collection in reversed(each.all):
                self._clear(collection, whole=not described["aliases"])

    def _clear(self, collection: str, *, whole: bool) -> None:
        """Drop a collection that serves nobody; of one that serves other trusts take out our rows."""
        if whole:
            self._server.write("drop_collection", collection)
            return
        ours = own(self._server.address)
        self._server.write("delete", collection, filter=ours)


def _point(server: Server, names: Names, now: Names | None) -> None:
    """Let the trust's alias point at new collections, in one step."""
    alias = alias_of(server.address)

    server.write("alter_alias" if now else "create_alias", names.documents, alias)


def _fingerprints(known: Mapping[str, Known]) -> dict[str, str]:
    return {item.id: item.fingerprint for item in known.values()}
