"""What is held in memory of every document, stored as a generation is built, so that opening it reckons nothing.

Ids, titles and dates, who carries which facet term, and how many passages each document has, in columns by place.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.chunkstore import ChunkStore
from indexer.errors import IndexDamaged
from indexer.facets import Carrier, FacetTable

NAME = "listing.json"
_DATES = ("published", "reviewed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is held in memory of each document, by place.

    rank  of each place: its number when all are put in order of id, so that a document's turn among equals does not
          depend on the part it lies in
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    published: NDArray[np.str_]
    reviewed: NDArray[np.str_]
    rank: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing with its facets, and where each document's passages lie.

    starts  passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    owner   document place of each passage: shape (passages,)
    """

    listing: Listing
    facets: FacetTable
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]


def write_listing(store: ChunkStore, folder: Path) -> None:
    """Write the listing of a chunk store into a folder."""
    (folder / NAME).write_text(json.dumps(_columns(store), ensure_ascii=False), encoding="utf-8")


def open_listing(folder: Path, store: ChunkStore) -> Listed:
    """The listing in a folder, whose hash the caller has checked; reckoned from the store where none was written.

    Raises IndexDamaged.
    """
    try:
        return _listed(json.loads((folder / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:  # a generation of before listings were stored
        return _listed(_columns(store))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IndexDamaged(NAME, "cannot be read") from error


def _columns(store: ChunkStore) -> dict[str, Any]:
    briefs = list(store.briefs())
    table = FacetTable(Carrier(visibility=item.visibility, facets=item.facets) for item in briefs)
    passages = Counter(store.owners())
    return {
        "ids": [item.id for item in briefs],
        "titles": [item.title for item in briefs],
        **{name: [getattr(item, name) for item in briefs] for name in _DATES},
        "passages": [passages[item.id] for item in briefs],
        **table.plain(),
    }


def _listed(columns: dict[str, Any]) -> Listed:
    ids, sizes = columns["ids"], np.array(columns["passages"], dtype=np.int64)
    published, reviewed = (np.array(columns[name], dtype=np.str_) for name in _DATES)
    if not len(ids) == len(columns["titles"]) == len(sizes) == len(published) == len(reviewed):
        raise ValueError("the columns are not of one length")
    return Listed(
        listing=Listing(
            ids=tuple(ids),
            titles=tuple(columns["titles"]),
            published=published,
            reviewed=reviewed,
            rank=np.arange(len(ids), dtype=np.int64),
        ),
        facets=FacetTable.of(len(ids), columns["visible"], columns["holders"]),
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
        owner=np.repeat(np.arange(len(ids), dtype=np.int64), sizes),
    )
