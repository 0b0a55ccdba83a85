"""Small documents, put into an engine the way the pipeline does it, without the real model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from indexer.chunker import Window, chunks, embedded_text
from indexer.document import Document, Filters, Query, Results
from indexer.embedded import EmbeddedEngine
from indexer.encoder import OnnxEncoder
from indexer.engine import SearchEngine
from indexer.pipeline import fingerprint
from tests.indexer.small_model import WINDOW, small_model

EVERYBODY = frozenset({"public"})
STAFF = frozenset({"public", "trust"})


def make_document(id: str = "calm-starts", **changes: Any) -> Document:  # noqa: A002 - the field's own name
    """A small document."""
    values: dict[str, Any] = {
        "title": "Calm starts after lunch",
        "summary": "Breathing at the door helped the class to settle.",
        "body": "## What we did\n\nThe teacher met pupils at the door.\n\n## What it cost\n\nTwo hours a week.\n",
        "facets": {"stage": ("ks1",), "need": ("semh",)},
        "published": "2026-03-02",
        "reviewed": "2026-09-01",
    }
    return Document(id=id, **(values | changes))


def search(
    engine: Any, text: str = "", *, facets: dict[str, set[str]] | None = None, **options: Any
) -> Results:
    """One question to an engine; everybody's view unless ``visibilities`` says otherwise."""
    filters = Filters(
        visibilities=frozenset(options.pop("visibilities", EVERYBODY)),
        facets={facet: frozenset(chosen) for facet, chosen in (facets or {}).items()},
    )
    answer: Results = engine.search(Query(text=text, filters=filters, **options))
    return answer


def found(results: Results) -> list[str]:
    """Ids of the hits, in order."""
    return [hit.document_id for hit in results.hits]


def stage(engine: SearchEngine, documents: Iterable[Document], encoder: OnnxEncoder) -> None:
    """Replace documents in an engine, without committing."""
    window = Window(count=encoder.count, size=WINDOW - 2)
    for document in documents:
        passages = chunks(document, window)
        vectors = encoder.embed_passages([embedded_text(chunk) for chunk in passages])
        engine.replace(document, passages, vectors, fingerprint=fingerprint(document))


def open_small(root: Path, encoder: Path) -> EmbeddedEngine:
    """An engine over ``root`` that can be written to."""
    return EmbeddedEngine(root, model=small_model(encoder), encoder=lambda: encoder)


def build(root: Path, encoder: Path, documents: Iterable[Document], *, gone: Iterable[str] = ()) -> Path:
    """One more generation with these documents put in and others taken out; the folder of it."""
    engine = open_small(root, encoder)
    try:
        stage(engine, documents, OnnxEncoder(encoder, window=WINDOW))
        for document_id in gone:
            engine.remove(document_id)
        engine.commit()
    finally:
        engine.close()
    return (root / "current").resolve()
