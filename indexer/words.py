"""Full text in Tantivy: which documents hold the words, phrases and facet terms of a question.

Terms arrive already cut and stemmed (``indexer.analysis``); Tantivy splits them at spaces only. It gives the
candidates; how well each one answers is computed by ``indexer.lexicon`` for every candidate alike, those found by
meaning included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from indexer.errors import IndexDamaged, IndexNotWritten

FOLDER = "words"
_HEAP = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEntry:
    """What the word index keeps of a document.

    place   its number, the same everywhere in a generation
    terms   its stemmed terms, important fields repeated by their weight
    exact   its folded words in order, for phrases
    labels  "facet:id" of each of its facet terms, and "visibility:..."
    """

    place: int
    terms: str
    exact: str
    labels: tuple[str, ...]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("place", stored=False, indexed=False, fast=True)
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", stored=False, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("labels", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


class WordIndex:
    """One Tantivy index, opened for reading."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, entries: Iterable[WordEntry], folder: Path) -> WordIndex:
        """Write an index of all entries into ``folder``/words, in one segment. Raises IndexNotWritten."""
        place = folder / FOLDER
        place.mkdir(parents=True)
        try:
            return cls._built(entries, place)
        except ValueError as error:  # tantivy's own kind for everything, a full disk too
            raise IndexNotWritten(error) from error

    @classmethod
    def _built(cls, entries: Iterable[WordEntry], place: Path) -> WordIndex:
        index = tantivy.Index(_schema(), path=str(place))
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("place", entry.place)
            document.add_text("terms", entry.terms)
            document.add_text("exact", entry.exact)
            for label in entry.labels:
                document.add_text("labels", label)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> WordIndex:
        """The index in ``folder``/words."""
        try:
            return cls(tantivy.Index.open(str(folder / FOLDER)))
        except Exception as error:  # tantivy raises plain ValueError and OSError of many texts
            raise IndexDamaged(FOLDER, "cannot be opened") from error

    def find(
        self,
        weights: Mapping[str, float],
        *,
        phrases: Sequence[Sequence[str]] = (),
        without: Sequence[str] = (),
        within: Sequence[Sequence[str]] = (),
        limit: int,
    ) -> NDArray[np.int64]:
        """Places of up to ``limit`` documents that hold any of the terms, best first.

        weights  stemmed term → weight of the term in this question
        phrases  folded words that must stand side by side, all of them
        without  stemmed terms that must not occur
        within   groups of labels; a document must carry at least one of each group
        """
        any_of = [(tantivy.Occur.Should, self._weighted(term, weight)) for term, weight in weights.items()]
        must = [(tantivy.Occur.Must, self._phrase(words)) for words in phrases]
        if any_of:
            must.append((tantivy.Occur.Must, tantivy.Query.boolean_query(any_of)))
        if not must:
            return np.zeros(0, dtype=np.int64)
        query = tantivy.Query.boolean_query([*must, *self._limits(without, within)])
        return self._places(query, limit)

    def holding(self, phrases: Sequence[Sequence[str]], without: Sequence[str]) -> NDArray[np.int64]:
        """Places of all documents that hold every phrase and none of the terms in ``without``."""
        must = [(tantivy.Occur.Must, self._phrase(words)) for words in phrases]
        must = must or [(tantivy.Occur.Must, tantivy.Query.all_query())]
        query = tantivy.Query.boolean_query([*must, *self._limits(without, ())])
        return self._places(query, max(1, self._searcher.num_docs))

    def _places(self, query: tantivy.Query, limit: int) -> NDArray[np.int64]:
        found = self._searcher.search(query, limit=limit, count=False)
        addresses = [address for _, address in found.hits]
        places = self._searcher.fast_field_values("place", addresses) if addresses else []
        return np.array(places, dtype=np.int64)

    def _weighted(self, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def _phrase(self, words: Sequence[str]) -> tantivy.Query:
        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, "exact", words[0], index_option="basic")
        return tantivy.Query.phrase_query(self._schema, "exact", list(words))

    def _limits(
        self, without: Sequence[str], within: Sequence[Sequence[str]]
    ) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        limits = [
            (
                tantivy.Occur.MustNot,
                tantivy.Query.term_query(self._schema, "terms", term, index_option="basic"),
            )
            for term in without
        ]
        for group in within:
            labels = tantivy.Query.term_set_query(self._schema, "labels", list(group))
            limits.append((tantivy.Occur.Must, tantivy.Query.const_score_query(labels, 0.0)))
        return limits
