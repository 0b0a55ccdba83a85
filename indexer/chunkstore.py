"""The truth of an index: documents, passages and their vectors in one SQLite file of the generation.

Everything else in a generation folder (words, vectors, lexicon, spelling) is derived from it without the model.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import pysqlite3 as sqlite3
from numpy.typing import NDArray

from indexer.chunker import embedded_text
from indexer.document import Chunk, Document, Facets
from indexer.errors import IndexDamaged, IndexNotWritten

NAME = "chunks.sqlite"
BLOCK = 4096
"""Vectors that are held at once while an index is built."""

_MAPPED = 1 << 36  # bytes of a finished file that are mapped into memory at most, which all processes share
_MAPPED_FROM = 1 << 28
"""Bytes from which a finished file is mapped. Passages of a large file lie far apart, and mapped they take a quarter of
the time; of a small one they take as long either way, and each process would seem to hold all of it."""

_SCHEMA = """
create table documents(
    id text primary key, title text not null, summary text not null, body text not null, keywords text not null,
    facets text not null, visibility text not null, published text not null, reviewed text not null,
    fingerprint text not null
) strict, without rowid;
create table chunks(
    document_id text not null references documents(id) on delete cascade, ordinal integer not null,
    heading_path text not null, text text not null, vector blob not null,
    primary key(document_id, ordinal)
) strict;
"""
"""Passages have numbered rows beside their key: rows of 3 kB in the tree of the keys leave room for four on a page, and
one of 10,000 lies seven pages down. The passages of an answer take 0.17 ms so, and took 0.29. A file of before is read
and changed as it is."""

_ASIDE = """
create index if not exists fingerprints on documents(fingerprint);
create index if not exists ordinals on chunks(ordinal);
"""
"""Fingerprints and the number of passages are asked with each publishing: of a large file they are read from here, a
hundredth of the tables with their texts. A file of before has none, and gets them when it is next written to."""

Key = tuple[str, int]
"""A passage's document and its number there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """One passage as it is shown."""

    text: str
    heading_path: tuple[str, ...]


class Brief(NamedTuple):
    """What is held in memory of a document: everything but its texts."""

    id: str
    title: str
    facets: Facets
    visibility: str
    published: str
    reviewed: str


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:  # no room, or nobody may write here
        raise IndexNotWritten(error) from error


class ChunkStore:
    """One file, opened for writing while a generation is built and for reading afterwards."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self._mode = "rwc" if writable else "ro&immutable=1"  # nobody writes to a finished generation
        self._own = threading.local()
        if writable:
            with _written():
                self._connection.execute("pragma journal_mode=delete")
                self._connection.execute("pragma foreign_keys=on")
                if not self._connection.execute("select 1 from sqlite_schema limit 1").fetchone():
                    self._connection.executescript(_SCHEMA)
                self._connection.executescript(_ASIDE)

    @property
    def _connection(self) -> Any:
        """This thread's connection."""
        connection = getattr(self._own, "connection", None)
        if connection is None:
            try:
                connection = sqlite3.connect(f"file:{quote(str(self.path))}?mode={self._mode}", uri=True)
                if self._mode != "rwc" and self.path.stat().st_size >= _MAPPED_FROM:
                    connection.execute(f"pragma mmap_size={_MAPPED}")
            except (sqlite3.OperationalError, OSError) as error:
                raise IndexDamaged(NAME, "is missing or cannot be read") from error
            self._own.connection = connection
        return connection

    def replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[np.float32], fingerprint: str
    ) -> None:
        """Put a document with its passages in place of what was stored under its id. Raises IndexNotWritten."""
        with _written():
            self._replace(document, passages, vectors, fingerprint)

    def _replace(
        self, document: Document, passages: Sequence[Chunk], vectors: NDArray[np.float32], fingerprint: str
    ) -> None:
        self.remove(document.id)
        row = (
            document.id,
            document.title,
            document.summary,
            document.body,
            json.dumps(document.keywords, ensure_ascii=False),
            json.dumps(dict(document.facets), ensure_ascii=False),
            document.visibility,
            document.published,
            document.reviewed,
            fingerprint,
        )
        self._connection.execute("insert into documents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._connection.executemany(
            "insert into chunks(document_id, ordinal, heading_path, text, vector) values (?, ?, ?, ?, ?)",
            [
                (
                    document.id,
                    chunk.ordinal,
                    json.dumps(chunk.heading_path, ensure_ascii=False),
                    chunk.text,
                    vector.tobytes(),
                )
                for chunk, vector in zip(passages, vectors, strict=True)
            ],
        )

    def remove(self, document_id: str) -> None:
        """Forget a document and its passages. Raises IndexNotWritten."""
        with _written():
            self._connection.execute("delete from chunks where document_id = ?", [document_id])
            self._connection.execute("delete from documents where id = ?", [document_id])

    def absorb(self, other: Path) -> None:
        """Take in everything that another store holds, and make all changes durable. Raises IndexNotWritten."""
        with _written():
            self._connection.commit()
            self._connection.execute("attach ? as other", [str(other)])
            self._connection.execute("insert into documents select * from other.documents")
            self._connection.execute("insert into chunks select * from other.chunks")
            self._connection.commit()
            self._connection.execute("detach other")

    def commit(self) -> None:
        """Make everything so far durable. Raises IndexNotWritten."""
        with _written():
            self._connection.commit()

    def close(self) -> None:
        """Let this thread's connection go, uncommitted changes with it; other threads' go when they end."""
        connection = self._own.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def fingerprints(self) -> dict[str, str]:
        """Document id → fingerprint of what was stored."""
        return dict(self._rows("select id, fingerprint from documents"))

    def documents(self) -> Iterator[Document]:
        """All documents in order of id: their place in a generation is their number in this order."""
        return self._documents("order by id")

    def _documents(self, which: str, parameters: Sequence[str] = ()) -> Iterator[Document]:
        names = "id, title, summary, body, keywords, facets, visibility, published, reviewed"
        for row in self._rows(f"select {names} from documents {which}", parameters):  # noqa: S608 - fixed names
            id_, title, summary, body, keywords, facets, visibility, published, reviewed = row
            yield Document(
                id=id_,
                title=title,
                summary=summary,
                body=body,
                keywords=tuple(json.loads(keywords)),
                facets={facet: tuple(terms) for facet, terms in json.loads(facets).items()},
                visibility=visibility,
                published=published,
                reviewed=reviewed,
            )

    def briefs(self) -> Iterator[Brief]:
        """All documents without their texts, in order of id."""
        sql = "select id, title, facets, visibility, published, reviewed from documents order by id"
        for id_, title, facets, *rest in self._rows(sql):
            carried = {facet: tuple(terms) for facet, terms in json.loads(facets).items()}
            yield Brief(id_, title, carried, *rest)

    def document(self, document_id: str) -> Document | None:
        """One document, None when it is not here."""
        return next(self._documents("where id = ?", [document_id]), None)

    def documents_held(self) -> int:
        """How many documents there are."""
        return next(int(row[0]) for row in self._rows("select count(*) from documents"))

    def number_of_passages(self, document_id: str) -> int:
        """How many passages a document has."""
        sql = "select count(*) from chunks where document_id = ?"
        return next(int(row[0]) for row in self._rows(sql, [document_id]))

    def owners(self) -> list[str]:
        """Document id of each passage, in order: a passage's number is its number in this order."""
        return [row[0] for row in self._rows("select document_id from chunks order by document_id, ordinal")]

    def vector_bytes(self) -> int:
        """Bytes of one stored vector, 0 when there is none."""
        return next((int(row[0]) for row in self._rows("select length(vector) from chunks limit 1")), 0)

    def passages(self) -> int:
        """How many passages there are."""
        return next(int(row[0]) for row in self._rows("select count(*) from chunks"))

    def vectors(self, dimension: int) -> Iterator[NDArray[np.float32]]:
        """Vectors of all passages in the same order, in blocks of shape (BLOCK or fewer, dimension)."""
        rows = self._rows("select vector from chunks order by document_id, ordinal")
        while block := b"".join(row[0] for row in islice(rows, BLOCK)):
            yield np.frombuffer(block, dtype=np.float32).reshape(-1, dimension)

    def passages_at(self, keys: Sequence[Key]) -> dict[Key, StoredPassage]:
        """Passages by their document's id and their number in it; one that is not here is left out."""
        if not keys:
            return {}
        pairs = ", ".join(["(?, ?)"] * len(keys))
        sql = (
            "select document_id, ordinal, text, heading_path from chunks "  # noqa: S608 - question marks only
            f"where (document_id, ordinal) in (values {pairs})"
        )
        rows = self._rows(sql, [part for key in keys for part in key])
        return {
            (document_id, ordinal): StoredPassage(text=text, heading_path=tuple(json.loads(path)))
            for document_id, ordinal, text, path in rows
        }

    def passages_of(self, document: Document) -> tuple[list[Chunk], NDArray[np.float32]]:
        """The passages of a document in order, with their vectors of shape (passages, dimension)."""
        sql = "select ordinal, heading_path, text, vector from chunks where document_id = ? order by ordinal"
        rows = list(self._rows(sql, [document.id]))
        passages = [
            Chunk(
                document_id=document.id,
                ordinal=ordinal,
                title=document.title,
                heading_path=tuple(json.loads(path)),
                text=text,
            )
            for ordinal, path, text, _ in rows
        ]
        dimension = len(rows[0][3]) // 4 if rows else 0
        blobs = b"".join(row[3] for row in rows)
        return passages, np.frombuffer(blobs, dtype=np.float32).reshape(-1, max(1, dimension))

    def read_texts(self) -> Iterator[str]:
        """Each passage as the model reads it, title and headings first, in order of the passages' numbers."""
        sql = (
            "select title, heading_path, text, document_id, ordinal from chunks join documents on id = document_id "
            "order by document_id, ordinal"
        )
        for title, path, text, document_id, ordinal in self._rows(sql):
            headings = tuple(json.loads(path))
            yield embedded_text(
                Chunk(document_id=document_id, ordinal=ordinal, title=title, heading_path=headings, text=text)
            )

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        try:
            # Not ‘yield from’, which closes the cursor of a reading that stopped, be its connection closed or not.
            for row in self._connection.execute(sql, parameters):  # noqa: UP028
                yield row
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(NAME, "cannot be read") from error
