"""Documents and passages as rows of a server's collections, and back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import terms, words
from indexer.builder import counted, fields
from indexer.chunker import embedded_text
from indexer.distributed_address import ServerAddress
from indexer.distributed_packing import (
    LONGEST_FIELD,
    Counts,
    in_turns,
    packed,
    packed_words,
    spoken,
    unpacked,
    unpacked_words,
)
from indexer.distributed_schema import EXACT, key_of, label, said
from indexer.document import Chunk, Document

GONE = "(gone)"
"""The visibility of a row whose document was taken out: no reader's, because ``said`` encodes brackets."""

_OVERLAP = 320  # bytes that two stretches share: the longest phrase that can be asked has 300 characters

LIGHT = (
    "key",
    "document",
    "title",
    "facets",
    "dates",
    "visibility",
    "version",
    "passages",
    "changed",
    "fingerprint",
)
"""What is held in memory of every document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is held in memory of one document."""

    key: str
    id: str
    title: str
    facets: Mapping[str, tuple[str, ...]]
    published: str
    reviewed: str
    visibility: str
    version: str
    passages: int
    changed: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One document ready to be sent, with what it adds to the statistics."""

    row: dict[str, Any]
    passages: list[dict[str, Any]]
    counts: Counts
    passage_counts: tuple[Counts, ...]
    spelt: Counter[str]
    visibility: str


def prepared(
    address: ServerAddress,
    document: Document,
    chunks: Sequence[Chunk],
    vectors: NDArray[np.float32],
    *,
    fingerprint: str,
) -> Prepared:
    """The rows of one document. ``changed`` is left for whoever sends them."""
    spellings: dict[str, Counter[str]] = {}
    weighted = counted(document, spellings)
    spelt = packed_words(spellings.get(document.visibility, Counter()))
    common = _common(address, document, version=version_of(fingerprint))
    row = {**common, **_document_row(address, document, weighted, spelt), "fingerprint": fingerprint}
    row["passages"] = len(chunks)
    passages = [
        {**common, **_passage_row(str(row["key"]), common["version"], chunk), "vector": vector}
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]
    return Prepared(
        row=row,
        passages=passages,
        counts=unpacked(row["terms"]),
        passage_counts=tuple(unpacked(passage["terms"]) for passage in passages),
        spelt=unpacked_words(spelt),
        visibility=document.visibility,
    )


def _common(address: ServerAddress, document: Document, *, version: str) -> dict[str, Any]:
    """What a document's row and its passages' rows share."""
    return {
        "trust": said(address.trust),
        "visibility": said(document.visibility),
        "labels": sorted({label(facet, term) for facet, ids in document.facets.items() for term in ids}),
        "version": version,
    }


def _document_row(
    address: ServerAddress, document: Document, weighted: Mapping[str, float], spelt: str
) -> dict[str, Any]:
    return {
        "key": key_of(address, document.id),
        "document": document.id,
        "title": document.title,
        "facets": json.dumps(dict(document.facets), ensure_ascii=False),
        "dates": json.dumps([document.published, document.reviewed]),
        "terms": packed(weighted),
        "spelt": spelt,
        "stemmed": in_turns(weighted),
        **dict(zip(EXACT, _stretches(document), strict=True)),
    }


def _passage_row(key: str, version: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "key": passage_key(key, version, chunk.ordinal),
        "document": key,
        "ordinal": chunk.ordinal,
        "heading": json.dumps(chunk.heading_path, ensure_ascii=False),
        "text": chunk.text,
        "terms": packed(Counter(terms(embedded_text(chunk)))),
    }


def passage_key(key: str, version: str, ordinal: int) -> str:
    """The key of one passage of one version of a document."""
    return f"{key}{version}{ordinal:06d}"


def gone(row: Mapping[str, Any], *, changed: int) -> dict[str, Any]:
    """The row that is left of a document that was taken out: readers learn from it that it is gone."""
    kept = {"key": row["key"], "trust": row["trust"], "document": row["document"]}
    empty = dict.fromkeys(("title", "fingerprint", "terms", "spelt", "stemmed", *EXACT), "")
    return {
        **kept,
        **empty,
        "visibility": GONE,
        "labels": [],
        "version": "",
        "changed": changed,
        "passages": 0,
        "facets": "{}",
        "dates": '["", ""]',
    }


def known(row: Mapping[str, Any]) -> Known:
    """The part of a document's row that is held in memory."""
    published, reviewed = json.loads(row["dates"])
    return Known(
        key=row["key"],
        id=row["document"],
        title=row["title"],
        facets={facet: tuple(ids) for facet, ids in json.loads(row["facets"]).items()},
        published=published,
        reviewed=reviewed,
        visibility=row["visibility"],
        version=row["version"],
        passages=int(row["passages"]),
        changed=int(row["changed"]),
        fingerprint=row["fingerprint"],
    )


def version_of(fingerprint: str) -> str:
    """A short name for one state of a document: its passages carry it, so that old and new never mix."""
    return hashlib.blake2b(fingerprint.encode(), digest_size=8).hexdigest()


def exact_words(phrase: Sequence[str]) -> str:
    """Words side by side as they stand in the fields for phrases."""
    return f" {' '.join(spoken(word) for word in phrase)} "


def _stretches(document: Document) -> list[str]:
    """Title, summary and text as folded words, in stretches that fit into fields and overlap by a phrase."""
    texts = fields(document)
    shown = (texts["title"], texts["summary"], texts["body"])
    raw = " | ".join(exact_words(words(text)) for text in shown).encode()
    step = LONGEST_FIELD - _OVERLAP
    return [
        raw[number * step : number * step + LONGEST_FIELD].decode("utf-8", "ignore")
        for number in range(len(EXACT))
    ]
