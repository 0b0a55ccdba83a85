"""Chunk store → a complete generation: words, vectors, lexicon, spelling and manifest beside it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from indexer import knobs
from indexer import manifest as manifests
from indexer.analysis import clean, terms, words
from indexer.chunker import plain, sections
from indexer.chunkstore import ChunkStore
from indexer.crash import crash_point
from indexer.document import Document
from indexer.lexicon import DOCUMENTS, PASSAGES, Lexicon
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.opened import ENCODER
from indexer.spelling import Speller
from indexer.vectors import VectorIndex
from indexer.words import WordEntry, WordIndex


def complete(folder: Path, store: ChunkStore, *, model: Model, dimension: int, encoder: Path) -> Manifest:
    """Derive everything else from the chunk store in ``folder``, write the manifest and return it."""
    spellings: dict[str, Counter[str]] = {}
    Lexicon.build((counted(document, spellings) for document in store.documents()), folder / DOCUMENTS)
    Lexicon.build((Counter(terms(text)) for text in store.read_texts()), folder / PASSAGES)
    crash_point("lexicon-written")
    WordIndex.build(_entries(store), folder)
    crash_point("words-written")
    Speller.build(spellings, folder)
    vectors = VectorIndex.build(store.vectors(dimension))
    vectors.save(folder)
    crash_point("vectors-written")
    _link_tree(encoder, folder / ENCODER)
    manifest = Manifest(
        format=manifests.FORMAT,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model.name,
        model_sha256=model.sha256,
        dimension=dimension,
        window=model.window,
        documents=len(store.fingerprints()),
        passages=len(vectors),
        files=manifests.hashes(folder),
    )
    manifests.write(manifest, folder)
    crash_point("manifest-written")
    return manifest


def fields(document: Document) -> dict[str, str]:
    """Field name → text, for words. Headings stand in the body too; here they count once more."""
    headings = " \n".join(path[-1] for path, _ in sections(document.body) if path)
    return {
        "title": clean(document.title),
        "summary": clean(document.summary),
        "headings": headings,
        "keywords": " \n".join(document.keywords),
        "body": plain(document.body),
    }


def counted(document: Document, spellings: dict[str, Counter[str]]) -> dict[str, float]:
    """Term → weighted count in one document; its words are added to ``spellings`` under its visibility."""
    weighted: dict[str, float] = {}
    spelt = spellings.setdefault(document.visibility, Counter())
    for name, text in fields(document).items():
        spelt.update(word for word in words(text) if len(word) > 1 and not word.isdigit())
        for term, count in Counter(terms(text)).items():
            weighted[term] = weighted.get(term, 0.0) + knobs.FIELD_WEIGHTS[name] * count
    return weighted


def _entries(store: ChunkStore) -> Iterator[WordEntry]:
    for place, document in enumerate(store.documents()):
        texts = fields(document)
        repeated = [terms(text) * max(1, round(knobs.FIELD_WEIGHTS[name])) for name, text in texts.items()]
        labels = [f"{facet}:{term}" for facet, ids in document.facets.items() for term in ids]
        shown = (texts["title"], texts["summary"], texts["body"])
        yield WordEntry(
            place=place,
            terms=" ".join(term for part in repeated for term in part),
            exact=" | ".join(" ".join(words(text)) for text in shown),
            labels=(*labels, f"visibility:{document.visibility}"),
        )


def _link_tree(source: Path, target: Path) -> None:
    """The same files in another folder, sharing their bytes on disk where the file system can."""
    target.mkdir()
    for path in source.iterdir():
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copy2(path, target / path.name)
