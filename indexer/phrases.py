"""Phrases in Tantivy: which documents hold words that stand side by side.

Words arrive already cut and folded (``indexer.analysis``); Tantivy splits them at spaces only. Single words are found
and weighed in ``indexer.lexicon``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from indexer.errors import IndexDamaged, IndexNotWritten

FOLDER = "phrases"
_HEAP = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("place", stored=False, indexed=False, fast=True)
    builder.add_text_field("exact", stored=False, tokenizer_name="whitespace", index_option="position")
    return builder.build()


class PhraseIndex:
    """One Tantivy index, opened for reading."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, texts: Iterable[str], folder: Path) -> PhraseIndex:
        """Write an index into ``folder``/phrases, in one segment. Raises IndexNotWritten.

        texts  the folded words of each document in order, those of different fields with a word between that none is
        """
        place = folder / FOLDER
        place.mkdir(parents=True)
        try:
            return cls._built(texts, place)
        except ValueError as error:  # tantivy's own kind for everything, a full disk too
            raise IndexNotWritten(error) from error

    @classmethod
    def _built(cls, texts: Iterable[str], folder: Path) -> PhraseIndex:
        index = tantivy.Index(_schema(), path=str(folder))
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for place, text in enumerate(texts):
            document = tantivy.Document()
            document.add_unsigned("place", place)
            document.add_text("exact", text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> PhraseIndex:
        """The index in ``folder``/phrases."""
        try:
            return cls(tantivy.Index.open(str(folder / FOLDER)))
        except Exception as error:  # tantivy raises plain ValueError and OSError of many texts
            raise IndexDamaged(FOLDER, "cannot be opened") from error

    def holding(self, phrases: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """Places of all documents that hold every phrase: folded words that must stand side by side."""
        must = [(tantivy.Occur.Must, self._phrase(words)) for words in phrases]
        number = self._searcher.num_docs
        if not must or not number:
            return np.arange(number, dtype=np.int64)
        found = self._searcher.search(tantivy.Query.boolean_query(must), limit=number, count=False)
        addresses = [address for _, address in found.hits]
        places = self._searcher.fast_field_values("place", addresses) if addresses else []
        return np.array(places, dtype=np.int64)

    def _phrase(self, words: Sequence[str]) -> tantivy.Query:
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, "exact", words[0], index_option="basic")
        return tantivy.Query.phrase_query(self._schema, "exact", list(words))
