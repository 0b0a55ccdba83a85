"""Chunk store → a complete generation: words, vectors, lexicon, spelling and manifest beside it."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from indexer import knobs
from indexer import manifest as manifests
from indexer.analysis import clean, terms, terms_of_words, words
from indexer.chunker import plain, sections
from indexer.chunkstore import NAME as STORE
from indexer.chunkstore import ChunkStore
from indexer.crash import crash_point
from indexer.document import Document
from indexer.lexicon import DOCUMENTS, PASSAGES, TITLES, Lexicon
from indexer.listing import write_listing
from indexer.manifest import Manifest
from indexer.model import Model
from indexer.opened import ENCODER, LIVE
from indexer.phrases import PhraseIndex
from indexer.spelling import Speller
from indexer.vectors import VectorIndex
from indexer.vectors_clustered import ClusteredIndex


def complete(folder: Path, store: ChunkStore, *, model: Model, dimension: int, encoder: Path) -> Manifest:
    """Derive everything else from the chunk store in ``folder``, write the manifest and return it."""
    passages = _derive(folder, store, dimension, clustered_from=knobs.CLUSTERED_FROM)
    link_tree(encoder, folder / ENCODER)
    manifest = Manifest(
        format=manifests.FORMAT,
        built_at=_now(),
        model=model.name,
        model_sha256=model.sha256,
        dimension=dimension,
        window=model.window,
        documents=len(store.fingerprints()),
        passages=passages,
        files=manifests.hashes(folder),
    )
    manifests.write(manifest, folder)
    crash_point("manifest-written")
    return manifest


def complete_live(folder: Path, live: ChunkStore, gone: Collection[str], large: Manifest) -> Manifest:
    """Derive the rest of a live part from its chunk store; the large part's files lie in ``folder`` already.

    gone   ids of the large part that do not count any more
    large  the manifest that vouches for the large part's files: their bytes are shared, so they are not read again
    """
    part = folder / LIVE
    whole = ChunkStore(folder / STORE)
    try:
        left = [document for document in map(whole.document, sorted(gone)) if document]
        less = sum(whole.number_of_passages(document.id) for document in left)
        _derive(part, live, large.dimension, without=left)
        documents = whole.documents_held() - len(left) + live.documents_held()
        passages = whole.passages() - less + live.passages()
    finally:
        whole.close()
    shared = {name: value for name, value in large.files.items() if not name.startswith(f"{LIVE}/")}
    own = {f"{LIVE}/{name}": value for name, value in manifests.hashes(part).items()}
    manifest = replace(large, built_at=_now(), documents=documents, passages=passages, files=shared | own)
    manifests.write(manifest, folder)
    crash_point("manifest-written")
    return manifest


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _derive(
    folder: Path,
    store: ChunkStore,
    dimension: int,
    *,
    without: Iterable[Document] = (),
    clustered_from: int = sys.maxsize,
) -> int:
    """Write words, lexicons, spelling and vectors of a chunk store beside it. Return how many passages it holds.

    without  documents whose words no longer count for the spelling
    """
    spellings: dict[str, Counter[str]] = {}
    Lexicon.build((counted(document, spellings) for document in store.documents()), folder / DOCUMENTS)
    Lexicon.build((Counter(terms(text)) for text in store.read_texts()), folder / PASSAGES)
    Lexicon.build(
        (Counter(terms(document.title, keep_stop_words=True)) for document in store.documents()),
        folder / TITLES,
    )
    crash_point("lexicon-written")
    PhraseIndex.build(_exact_texts(store), folder)
    crash_point("words-written")
    for document in without:
        taken: dict[str, Counter[str]] = {}
        counted(document, taken)
        for visibility, words_taken in taken.items():
            spellings.setdefault(visibility, Counter()).subtract(words_taken)
    Speller.build(spellings, folder)
    write_listing(store, folder)
    passages = store.passages()
    if passages < clustered_from:
        VectorIndex.of(store.vectors(dimension), dimension).save(folder)
    else:
        ClusteredIndex.write(
            lambda: store.vectors(dimension), number=passages, dimension=dimension, folder=folder
        )
    crash_point("vectors-written")
    return passages


def fields(document: Document) -> dict[str, str]:
    """Field name → text, for words. Headings stand in the body too; here they count once more."""
    cut = tuple(sections(document.body))
    return {
        "title": clean(document.title),
        "summary": clean(document.summary),
        "headings": " \n".join(path[-1] for path, _ in cut if path),
        "keywords": " \n".join(document.keywords),
        "body": plain(cut),
    }


def counted(document: Document, spellings: dict[str, Counter[str]]) -> dict[str, float]:
    """Term → weighted count in one document; its words are added to ``spellings`` under its visibility."""
    weighted: dict[str, float] = {}
    spelt = spellings.setdefault(document.visibility, Counter())
    for name, text in fields(document).items():
        own = words(text)
        spelt.update(word for word in own if len(word) > 1 and not word.isdigit())
        for term, count in Counter(terms_of_words(own)).items():
            weighted[term] = weighted.get(term, 0.0) + knobs.FIELD_WEIGHTS[name] * count
    return weighted


def _exact_texts(store: ChunkStore) -> Iterator[str]:
    """The folded words of each document in order; no phrase runs over the bar between two fields."""
    for document in store.documents():
        texts = fields(document)
        yield " | ".join(" ".join(words(texts[name])) for name in ("title", "summary", "body"))


def link_tree(source: Path, target: Path, *, leave_out: Collection[str] = ()) -> None:
    """The same files in another folder, sharing their bytes on disk where the file system can."""
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.name in leave_out:
            continue
        if path.is_dir():
            link_tree(path, target / path.name)
            continue
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copy2(path, target / path.name)
