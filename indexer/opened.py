"""One generation with all its parts open for reading."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import manifest as manifests
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore, Key, StoredPassage
from indexer.errors import IndexDamaged, IndexerError
from indexer.facets import FacetTable
from indexer.joined import JoinedLexicon, JoinedPhrases, JoinedVectors
from indexer.lexicon import DOCUMENTS, PASSAGES, TITLES, Lexicon
from indexer.listing import Listing, open_listing
from indexer.manifest import Manifest
from indexer.phrases import PhraseIndex
from indexer.query_encoder import QueryEncoder, open_encoder
from indexer.spelling import Speller
from indexer.vectors import EXACT, VectorIndex
from indexer.vectors import NAME as VECTORS
from indexer.vectors_clustered import ClusteredIndex

ENCODER = "encoder"
LIVE = "live"
GONE = "gone.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The open files of the large part of a generation, or of its live part.

    starts  passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    owner   document place of each passage: shape (passages,)
    """

    store: ChunkStore
    listing: Listing
    facets: FacetTable
    lexicon: Lexicon
    passage_words: Lexicon
    title_words: Lexicon
    phrases: PhraseIndex
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: VectorIndex | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The parts of a generation. ``vectors`` and ``encoder`` are None when only words can be searched.

    starts, owner  as in ``Section``, of both parts together
    large  the part that the next generation may have in common with this one
    gone   ids that stand in the large part and do not count any more
    """

    folder: Path
    manifest: Manifest
    store: ChunkStore
    listing: Listing
    facets: FacetTable
    lexicon: Lexicon
    passage_words: Lexicon
    title_words: Lexicon
    phrases: PhraseIndex
    speller: Speller
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: VectorIndex | None
    encoder: QueryEncoder | None
    large: Section
    gone: frozenset[str] = frozenset()

    def place_of(self, document_id: str) -> int | None:
        """A document's place, None when it is not here."""
        ids, cut = self.listing.ids, len(self.large.listing.ids)
        for first, last in ((cut, len(ids)), (0, cut)):
            place = bisect_left(ids, document_id, first, last)
            if place < last and ids[place] == document_id:
                return place if first or document_id not in self.gone else None
        return None

    def close(self) -> None:
        """Let the files go."""
        self.store.close()


def open_generation(folder: Path, *, meaning: bool = True, like: Opened | None = None) -> Opened:
    """A generation whose files the caller has checked. Raises IndexDamaged when a part cannot be read all the same.

    like  an open one: if it has the large part in common, that is not read again
    """
    manifest = manifests.read(folder)
    same = like is not None and meaning and like.encoder is not None and _same_large_part(folder, like.folder)
    with ThreadPoolExecutor(1) as pool:  # the encoder is loaded while the files are opened
        known = like.encoder if same and like else None
        loading = pool.submit(_open_encoder, folder, manifest) if meaning and known is None else None
        if same and like:  # by its name here: the folder where it was opened first is swept away one day
            large = replace(like.large, store=ChunkStore(folder / STORE))
        else:
            large = _open_section(folder, meaning=meaning)
    try:
        encoder = loading.result() if loading else known
        speller = Speller.open(folder, *_live(folder))
        if not _live(folder):
            parts = {name: getattr(large, name) for name in Section.__slots__}
            return Opened(
                folder=folder, manifest=manifest, encoder=encoder, speller=speller, large=large, **parts
            )
        live = _open_section(folder / LIVE, meaning=meaning)
        return _joined(folder, manifest, large, live, encoder, speller)
    except IndexerError:
        large.store.close()
        raise


def _open_encoder(folder: Path, manifest: Manifest) -> QueryEncoder:
    return open_encoder(folder / ENCODER, window=manifest.window)


def damaged_meaning(names: Iterable[str]) -> bool:
    """True when only parts that meaning needs are among the names: words can still be searched."""
    vectors = {VECTORS, EXACT, f"{LIVE}/{VECTORS}"}
    return all(name in vectors or name.startswith(f"{ENCODER}/") for name in names)


def _live(folder: Path) -> tuple[Path, ...]:
    """The folder of the live part, when there is one."""
    return (folder / LIVE,) if (folder / LIVE).is_dir() else ()


def _same_large_part(one: Path, other: Path) -> bool:
    """True when two generations share the bytes of their large part: hard links to one file."""
    try:
        return (one / STORE).samefile(other / STORE)
    except OSError:
        return False


def gone_from(folder: Path) -> frozenset[str]:
    """Ids of the large part that a live part replaced or took out. Raises IndexDamaged."""
    try:
        return frozenset(json.loads((folder / LIVE / GONE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"{LIVE}/{GONE}", "cannot be read") from error


def _open_section(folder: Path, *, meaning: bool) -> Section:
    store = ChunkStore(folder / STORE)
    try:
        listed = open_listing(folder, store)
        return Section(
            store=store,
            listing=listed.listing,
            facets=listed.facets,
            starts=listed.starts,
            owner=listed.owner,
            lexicon=Lexicon.open(folder / DOCUMENTS),
            passage_words=Lexicon.open(folder / PASSAGES),
            title_words=Lexicon.open(folder / TITLES),
            phrases=PhraseIndex.open(folder),
            vectors=_open_vectors(folder) if meaning else None,
        )
    except IndexerError:
        store.close()
        raise


def _joined(
    folder: Path,
    manifest: Manifest,
    large: Section,
    live: Section,
    encoder: QueryEncoder | None,
    speller: Speller,
) -> Opened:
    ids = gone_from(folder)
    places = (bisect_left(large.listing.ids, document_id) for document_id in sorted(ids))
    at = np.array(list(places), dtype=np.int64)
    gone = np.zeros(len(large.listing.ids), dtype=bool)
    gone[at] = True
    vectors = None
    if large.vectors is not None and live.vectors is not None:  # an empty index counts as false
        vectors = JoinedVectors(large.vectors, live.vectors)
    return Opened(
        folder=folder,
        manifest=manifest,
        store=_JoinedStore(large.store, live.store, frozenset(live.listing.ids)),
        listing=_joined_listing(large.listing, live.listing),
        facets=FacetTable.joined(large.facets, live.facets, gone),
        lexicon=JoinedLexicon(large.lexicon, live.lexicon, at),
        passage_words=JoinedLexicon(
            large.passage_words, live.passage_words, np.flatnonzero(gone[large.owner])
        ),
        title_words=JoinedLexicon(large.title_words, live.title_words, at),
        phrases=JoinedPhrases(large.phrases, live.phrases, gone),
        speller=speller,
        starts=np.concatenate([large.starts, live.starts[1:] + large.starts[-1]]),
        owner=np.concatenate([large.owner, live.owner + len(large.listing.ids)]),
        vectors=vectors,
        encoder=encoder,
        large=large,
        gone=ids,
    )


def _joined_listing(large: Listing, live: Listing) -> Listing:
    before = np.array([bisect_left(large.ids, document_id) for document_id in live.ids], dtype=np.int64)
    shift = np.cumsum(np.bincount(before, minlength=len(large.ids) + 1))[: len(large.ids)]
    return Listing(
        ids=large.ids + live.ids,
        titles=large.titles + live.titles,
        published=np.concatenate([large.published, live.published]),
        reviewed=np.concatenate([large.reviewed, live.reviewed]),
        rank=np.concatenate([large.rank + shift, before + np.arange(len(before))]),
    )


class _JoinedStore(ChunkStore):
    """The texts of both parts; those that stand in the live part are taken from there."""

    def __init__(self, large: ChunkStore, live: ChunkStore, in_live: frozenset[str]) -> None:
        self._large, self._live, self._in_live = large, live, in_live

    def passages_at(self, keys: Sequence[Key]) -> dict[Key, StoredPassage]:
        """Passages by their document's id and their number in it; one that is not here is left out."""
        own = [key for key in keys if key[0] in self._in_live]
        return self._live.passages_at(own) | self._large.passages_at(
            [key for key in keys if key[0] not in self._in_live]
        )

    def close(self) -> None:
        """Let this thread's connections go."""
        self._large.close()
        self._live.close()


def _open_vectors(folder: Path) -> VectorIndex:
    """The vectors, clustered when there are very many."""
    return (ClusteredIndex if (folder / EXACT).exists() else VectorIndex).open(folder)
