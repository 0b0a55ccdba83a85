"""The engine that keeps its index on a Milvus server: the contract, against a real server process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer.distributed import MilvusEngine
from indexer.document import Document
from indexer.encoder import OnnxEncoder
from tests.indexer.engine_contract import EngineContract
from tests.indexer.milvus_server import MilvusServer
from tests.indexer.shelves import stage
from tests.indexer.small_model import small_model

pytestmark = pytest.mark.slow


class TestMilvusEngine(EngineContract):
    """MilvusEngine keeps the contract. Every index is another trust's, all in the same collections."""

    @pytest.fixture(scope="class")
    @classmethod
    def engine_with(
        cls, milvus: MilvusServer, encoder_folder: Path, small_encoder: OnnxEncoder
    ) -> Iterator[Callable[[Iterable[Document]], MilvusEngine]]:
        opened: list[MilvusEngine] = []
        numbers = count()

        def make(documents: Iterable[Document]) -> MilvusEngine:
            # Of so few passages HNSW's graph may come apart; tests/relevance looks at it over many.
            engine = open_on(milvus, encoder_folder, trust=f"contract-{next(numbers)}", exact=1)
            opened.append(engine)
            stage(engine, documents, small_encoder)
            engine.commit()
            return engine

        yield make
        for engine in opened:
            engine.close()


def open_on(milvus: MilvusServer, encoder: Path, **options: object) -> MilvusEngine:
    """An engine on the server that can be written to."""
    return MilvusEngine(milvus.address(**options), model=small_model(encoder), encoder=lambda: encoder)
