"""What the indexer's tests share: the small encoder, and the real model's encoder made once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.document import Document
from indexer.encoder import OnnxEncoder
from indexer.model import Model, find_model
from indexer.pipeline import Indexer
from tests.indexer.milvus_server import MilvusServer, milvus_server
from tests.indexer.small_model import WINDOW, write_encoder

pytest.register_assert_rewrite(
    "tests.indexer.contract_writing", "tests.indexer.contract_asking", "tests.indexer.contract_filters"
)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small query encoder. Read only."""
    return write_encoder(tmp_path_factory.mktemp("small") / "encoder")


@pytest.fixture(scope="session")
def small_encoder(encoder_folder: Path) -> OnnxEncoder:
    """The small query encoder, loaded."""
    return OnnxEncoder(encoder_folder, window=WINDOW)


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A running Milvus Lite server for tests that leave it running."""
    with milvus_server(tmp_path_factory.mktemp("milvus")) as server:
        yield server


@pytest.fixture(scope="session")
def model() -> Model:
    """The real model that comes with the product."""
    return find_model()


@pytest.fixture(scope="session")
def real_root(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Path:
    """A folder in which the real model has indexed one document: its ``encoders`` are made once for all. Read only."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    with FileLock(shared / "real.lock"):
        if not (shared / "real" / "current").exists():
            indexer = Indexer(shared / "real", model=model)
            indexer.bring_up_to_date([Document(id="one", title="One", body="A single document.")])
            indexer.engine.close()
    return shared / "real"


@pytest.fixture
def new_indexer(tmp_path: Path, real_root: Path, model: Model) -> Iterator[Callable[..., Indexer]]:
    """Makes indexers over one fresh folder, with the real model and its encoder at hand."""
    opened: list[Indexer] = []
    root = tmp_path / "index"
    root.mkdir()
    (root / "encoders").symlink_to(real_root / "encoders")

    def make(**options: object) -> Indexer:
        opened.append(Indexer(root, **({"model": model} | options)))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for indexer in opened:
        indexer.engine.close()


@pytest.fixture
def documents() -> Iterable[Document]:
    """Three documents of nothing in particular."""
    return [
        Document(id="a", title="Calm after lunch", body="We breathe together at the door."),
        Document(
            id="b", title="Reading together", body="Phonics every morning.\n\n## Cost\n\nAn hour a week."
        ),
        Document(id="c", title="Attendance", body="A letter home on the first day of absence."),
    ]
