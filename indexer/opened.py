"""One generation with all its parts open for reading."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import manifest as manifests
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.encoder import OnnxEncoder
from indexer.errors import IndexerError
from indexer.facets import Carrier, FacetTable
from indexer.lexicon import DOCUMENTS, PASSAGES, Lexicon
from indexer.manifest import Manifest
from indexer.spelling import Speller
from indexer.vectors import NAME as VECTORS
from indexer.vectors import VectorIndex
from indexer.words import WordIndex

ENCODER = "encoder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is held in memory of each document, by place."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    published: NDArray[np.str_]
    reviewed: NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The parts of a generation. ``vectors`` and ``encoder`` are None when only words can be searched.

    starts  passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    owner   document place of each passage: shape (passages,)
    """

    folder: Path
    manifest: Manifest
    store: ChunkStore
    listing: Listing
    facets: FacetTable
    lexicon: Lexicon
    passage_words: Lexicon
    words: WordIndex
    speller: Speller
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: VectorIndex | None
    encoder: OnnxEncoder | None

    def place_of(self, document_id: str) -> int | None:
        """A document's place, None when it is not here."""
        place = bisect_left(self.listing.ids, document_id)
        return place if place < len(self.listing.ids) and self.listing.ids[place] == document_id else None

    def close(self) -> None:
        """Let the files go."""
        self.store.close()


def open_generation(folder: Path, *, meaning: bool = True) -> Opened:
    """A generation whose files the caller has checked. Raises IndexDamaged when a part cannot be read all the same."""
    manifest = manifests.read(folder)
    store = ChunkStore(folder / STORE)
    try:
        documents = list(store.documents())
        starts, owner = _layout([document.id for document in documents], store.owners())
        return Opened(
            folder=folder,
            manifest=manifest,
            store=store,
            listing=Listing(
                ids=tuple(document.id for document in documents),
                titles=tuple(document.title for document in documents),
                published=np.array([document.published for document in documents], dtype=np.str_),
                reviewed=np.array([document.reviewed for document in documents], dtype=np.str_),
            ),
            facets=FacetTable(Carrier(visibility=item.visibility, facets=item.facets) for item in documents),
            lexicon=Lexicon.open(folder / DOCUMENTS),
            passage_words=Lexicon.open(folder / PASSAGES),
            words=WordIndex.open(folder),
            speller=Speller.open(folder),
            starts=starts,
            owner=owner,
            vectors=VectorIndex.open(folder) if meaning else None,
            encoder=OnnxEncoder(folder / ENCODER, window=manifest.window) if meaning else None,
        )
    except IndexerError:
        store.close()
        raise


def damaged_meaning(names: Iterable[str]) -> bool:
    """True when only parts that meaning needs are among the names: words can still be searched."""
    return all(name == VECTORS or name.startswith(f"{ENCODER}/") for name in names)


def _layout(ids: list[str], owners: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(starts, owner) from the document id of each passage; both lists are in order of id."""
    counts = {document_id: len(list(group)) for document_id, group in groupby(owners)}
    sizes = np.array([counts.get(document_id, 0) for document_id in ids], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    return starts, np.repeat(np.arange(len(ids), dtype=np.int64), sizes)
