"""The chunk store answers what each publishing asks without reading the texts of everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pysqlite3
import pytest

from indexer.chunkstore import ChunkStore, StoredPassage
from indexer.document import Chunk
from tests.indexer.shelves import make_document

ASKED: tuple[Callable[[ChunkStore], object], ...] = (
    ChunkStore.fingerprints,
    ChunkStore.documents_held,
    ChunkStore.passages,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of twenty documents with a megabyte of text each."""
    path = tmp_path / "chunks.sqlite"
    store = ChunkStore(path, writable=True)
    for number in range(20):
        document = make_document(f"d{number:02}", body="word " * 200_000)
        passage = Chunk(
            document_id=document.id, ordinal=0, title=document.title, heading_path=(), text="word " * 10_000
        )
        store.replace(document, [passage], np.ones((1, 8), dtype=np.float32), f"print {number}")
    store.commit()
    store.close()
    return path


def mend_nothing(path: Path) -> None:
    """The store as it was written."""


def written_before(path: Path) -> None:
    """The store as an older version wrote it, opened for writing once since."""
    connection = pysqlite3.connect(path)
    made = connection.execute(
        "select name from sqlite_schema where type = 'index' and sql is not null"
    ).fetchall()
    assert made
    for (name,) in made:
        connection.execute(f"drop index {name}")
    connection.executescript("""
        alter table chunks rename to newer;
        create table chunks(
            document_id text not null references documents(id) on delete cascade, ordinal integer not null,
            heading_path text not null, text text not null, vector blob not null,
            primary key(document_id, ordinal)
        ) strict, without rowid;
        insert into chunks select * from newer;
        drop table newer;
    """)
    connection.commit()
    connection.close()
    ChunkStore(path, writable=True).close()


@pytest.mark.parametrize("history", [mend_nothing, written_before])
def test_publishing_reads_next_to_nothing_of_the_texts(path: Path, history: Callable[[Path], None]) -> None:
    history(path)
    store = ChunkStore(path)
    connection = store._connection
    connection.execute("pragma mmap_size=0")

    before = _bytes_read()
    answers = [ask(store) for ask in ASKED]

    assert _bytes_read() - before < 200_000
    assert answers == [{f"d{number:02}": f"print {number}" for number in range(20)}, 20, 20]


def _bytes_read() -> int:
    """Bytes that this process has read from files so far."""
    facts = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(facts["rchar"])


@pytest.mark.parametrize("history", [mend_nothing, written_before])
def test_what_was_written_before_is_read_and_changed_like_what_is_written_now(
    path: Path, history: Callable[[Path], None]
) -> None:
    history(path)
    document = make_document("d07")
    passage = Chunk(document_id="d07", ordinal=0, title=document.title, heading_path=("Why",), text="Anew.")
    store = ChunkStore(path, writable=True)
    store.replace(document, [passage], np.full((1, 8), 2, dtype=np.float32), "print")
    store.remove("d08")
    store.commit()
    store.close()

    shown = ChunkStore(path).passages_at([("d07", 0), ("d08", 0), ("d09", 0)])

    assert shown[("d07", 0)] == StoredPassage(text="Anew.", heading_path=("Why",))
    assert list(shown) == [("d07", 0), ("d09", 0)]
    assert [block[7, 0] for block in ChunkStore(path).vectors(8)] == [2.0]
