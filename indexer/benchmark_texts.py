"""Real texts for a benchmark, as many documents as it asks for, always the same ones.

Used are short texts, lessons and pages about teaching from the folder of shared data when it is there, otherwise the
Markdown files of the knowledge base itself. When all were used they come again with changes: one word in eight is
exchanged for another word of the same collection, so that no two documents are alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np

from indexer.document import Document, Facets, Filters
from indexer.errors import IndexerError

SEED = 20_260
SHARES = {"half": 0.5, "twentieth": 0.05, "two-hundredth": 0.005}
"""Term of the facet "share" → the share of documents that carry it, drawn by chance from the seed."""

VISIBILITIES = {"public": 0.6, "partners": 0.2, "trust": 0.2}
"""Visibility → the share of documents that have it."""

SHORT_TEXTS = 8
"""Short texts that make one document together."""

_TITLES = 100  # titles that are asked as questions
_CHANGED = 0.125  # the share of words exchanged when a text comes again
_POOL = 2000  # texts whose words are exchanged for one another
_TERMS = {"subject": 40, "stage": 8}  # further facets, about as many terms as a school's vocabulary has
_LABEL = re.compile(r"^([A-Z][A-Za-z ]{2,40}):$", re.MULTILINE)
_TITLE = re.compile(r"""^title:\s*["']?(.+?)["']?\s*$""", re.MULTILINE)


class TextsMissing(IndexerError):
    """There is nothing to make a benchmark from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What documents are made from.

    sources    (title, Markdown) of each real text
    questions  what is asked, as people typed it or titles of the texts
    origin     where they come from, for people
    """

    sources: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    origin: str


def read_texts(shared: Path, articles: Path) -> Texts:
    """The texts of the shared folder, itself or its ``data``; without them the articles. Raises TextsMissing."""
    for folder in (shared / "data", shared):
        sources = (*_lessons(folder), *_pages(folder / "dfe-support-ect"), *_short_texts(folder))
        if sources:
            origin = f"{len(sources)} lessons, pages and groups of {SHORT_TEXTS} short texts from shared data"
            return Texts(sources=sources, questions=_questions(folder, sources), origin=origin)
    sources = tuple(_pages(articles))
    if not sources:
        raise TextsMissing(
            f"There are no texts to measure with: neither shared data in {shared} nor articles in {articles}. "
            "Set KB_SHARED or KB_CONTENT."
        )
    return Texts(
        sources=sources,
        questions=_questions(articles, sources),
        origin=f"the {len(sources)} articles of this knowledge base; shared data was not found",
    )


def documents(texts: Texts, *, seed: int = SEED) -> Iterator[Document]:
    """Documents without end, in an order by chance but always the same; texts that come again are changed."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(texts.sources)).tolist()
    pool = _pool(texts, order)
    for turn in count():
        for number in order:
            title, body = texts.sources[number]
            if turn:
                title, body = changed(title, pool, chance), changed(body, pool, chance)
            yield _document(f"{turn:03d}-{number:06d}", title, body, chance)


def changed(text: str, pool: Sequence[str], chance: np.random.Generator) -> str:
    """The text with one word in eight exchanged for one of the pool; its lines and headings stay where they are."""
    words = re.split(r"(\s+)", text)
    for place in np.flatnonzero(chance.random(len(words)) < _CHANGED).tolist():
        if words[place][:1].isalpha():
            words[place] = pool[int(chance.integers(len(pool)))]
    return "".join(words)


def filters_by_name() -> dict[str, Filters]:
    """The filters that queries are timed with: none, a visitor's rights, and one facet term of each share."""
    everybody = frozenset(VISIBILITIES)
    shares = {
        f"filter of {share * 100:g} %": Filters(visibilities=everybody, facets={"share": frozenset({term})})
        for term, share in SHARES.items()
    }
    visitor = Filters(visibilities=frozenset({"public"}))
    return {"no filter": Filters(visibilities=everybody), "public only": visitor, **shares}


def _document(document_id: str, title: str, body: str, chance: np.random.Generator) -> Document:
    visibility = chance.choice(list(VISIBILITIES), p=list(VISIBILITIES.values()))
    facets: Facets = {
        "share": tuple(term for term, share in SHARES.items() if chance.random() < share),
        **{facet: (f"{facet}-{chance.integers(terms)}",) for facet, terms in _TERMS.items()},
    }
    return Document(id=document_id, title=title, body=body, facets=facets, visibility=str(visibility))


def _pool(texts: Texts, order: Sequence[int]) -> list[str]:
    bodies = (texts.sources[number][1] for number in islice(order, _POOL))
    return [word for body in bodies for word in body.split() if word.isalpha()] or ["text"]


def _questions(folder: Path, sources: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    typed = [row["text"] for row in _rows(folder / "oak-lessons/queries.jsonl")]
    every = max(1, len(sources) // _TITLES)
    titles = [title for title, _ in sources[::every]]
    return tuple(question for question in (*typed, *titles) if question[:1].isalpha())


def _lessons(folder: Path) -> Iterator[tuple[str, str]]:
    """Lessons; the label above each list becomes a heading."""
    for row in _rows(folder / "oak-lessons/corpus.jsonl"):
        yield row["title"], _LABEL.sub(r"## \1", row["text"])


def _short_texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((folder / "oak-short-texts").glob("*.jsonl")):
        rows = _rows(path)
        while group := list(islice(rows, SHORT_TEXTS)):
            said = [": ".join(part for part in (row["title"], row["text"]) if part) for row in group]
            yield " ".join(said[0].split()[:12]), "\n\n".join(said)


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Markdown files with their title, from the front matter or the file's name."""
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        _, front, body = text.split("---\n", 2) if text.startswith("---\n") else ("", "", text)
        title = _TITLE.search(front)
        if body.strip():
            yield title[1] if title else path.stem.replace("-", " "), body


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
