"""What the site asks of a search engine, and how to open one by its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from numpy import float32
from numpy.typing import NDArray

from indexer.document import Chunk, Document, Filters, Query, Results
from indexer.errors import EngineUnavailable
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.synonyms import Synonym


class SearchEngine(Protocol):
    """What every engine does. Each one passes tests/indexer/engine_contract.py.

    Changes (``replace``, ``remove``) are gathered and take effect together with ``commit``: all since the last
    commit, or nothing. A reader never sees half of them.
    """

    @property
    def manifest(self) -> Manifest:
        """What the served index was built with. Raises IndexMissing."""
        ...

    def search(self, query: Query) -> Results:
        """The answer to one query. Raises BadQuery, IndexMissing, IndexDamaged, EngineUnavailable."""
        ...

    def ranked(self, query: Query, *, depth: int) -> Sequence[tuple[str, float]]:
        """(document id, score) of the best candidates, good enough to list or not: what evaluation looks at."""
        ...

    def similar_to(self, document_id: str, *, filters: Filters, limit: int) -> Sequence[tuple[str, float]]:
        """(document id, cosine) of the nearest documents in meaning, itself left out; none for an unknown id."""
        ...

    def use_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        """Search with these from the next query on."""
        ...

    def fingerprints(self) -> Mapping[str, str]:
        """Document id → fingerprint of what was committed. Empty when there is no index."""
        ...

    def replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[float32], *, fingerprint: str
    ) -> None:
        """Put a document in place of what is there under its id; vectors of shape (len(passages), dimension)."""
        ...

    def remove(self, document_id: str) -> None:
        """Take a document out; an unknown id is no error."""
        ...

    def start_anew(self) -> Mapping[str, str]:
        """Begin an index beside the one that serves, to take its place with ``commit``.

        Return the fingerprints of what it holds already, because it was begun before.
        """
        ...

    def commit(self) -> None:
        """Make all changes since the last commit visible at once."""
        ...

    def close(self) -> None:
        """Let go of files and connections; uncommitted changes are dropped."""
        ...


def open_engine(address: str, *, root: Path, model: Model, encoder: Callable[[], Path]) -> SearchEngine:
    """The engine at an address, for indexing.

    address  "embedded" keeps the index in ``root``, "milvus://host:port" on a server
    encoder  gives the folder of the query encoder; asked for only when something is committed

    Raises EngineUnavailable for an address that names no engine.
    """
    refuse_unknown(address)
    if address.startswith(_SERVER):
        from indexer.distributed import MilvusEngine

        return MilvusEngine(address, model=model, encoder=encoder)
    from indexer.embedded import EmbeddedEngine

    return EmbeddedEngine(root, model=model, encoder=encoder)


def refuse_unknown(address: str) -> None:
    """Go on only with an address of an engine there is. Raises EngineUnavailable."""
    if address != "embedded" and not address.startswith(_SERVER):
        raise EngineUnavailable(
            f"There is no search engine called ‘{address}’. Set KB_SEARCH to ‘embedded’ or to milvus://host:port."
        )


_SERVER = "milvus:"
