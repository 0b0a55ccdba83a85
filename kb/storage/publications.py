"""External evidence: effect figures in content/figures.yaml and publications in content/references.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kb.domain.article import Figure, Reference
from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.taxonomy import Scheme
from kb.storage.content_files import read_text
from kb.storage.fields import Fields, MistakesOf, nearest_of, shown, suggestion
from kb.storage.safe_yaml import Kind, Node, parse

LARGEST = 500_000

_FIGURE_KEYS = ("label", "months", "cost", "strength", "as_of", "source_url", "verified_by", "check_note")
_REFERENCE_KEYS = ("authors", "year", "title", "where", "doi", "publisher")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_ADDRESS = re.compile(r"https://[^\s<>\"]+", re.ASCII)


def read_figures(content: Path, themes: Scheme | None) -> tuple[Mapping[str, Figure], tuple[Mistake, ...]]:
    """The figures that could be read, by strand, and every mistake in the file.

    themes  the scheme that knows the strands; None leaves them unchecked
    """
    mistakes = MistakesOf(content / "figures.yaml")
    strands = None if themes is None else [term.id for term in themes if term.details.get("kind") == "strand"]
    figures = {}
    for strand, node in _entries(mistakes).items():
        if strands is not None and strand not in strands:
            end = suggestion(
                nearest_of(strand, strands), "add it to vocabulary/themes.yaml with kind: strand"
            )
            mistakes.add(node.line, f"{shown(strand)} is not a strand of the vocabulary; {end}")
            continue
        figure = _figure(strand, node, mistakes)
        if figure:
            figures[strand] = figure
    return MappingProxyType(figures), tuple(mistakes.found)


def read_references(content: Path) -> tuple[Mapping[str, Reference], tuple[Mistake, ...]]:
    """The publications that could be read, by key, and every mistake in the file."""
    mistakes = MistakesOf(content / "references.yaml")
    references = {}
    for key, node in _entries(mistakes).items():
        if not _KEY.fullmatch(key):
            mistakes.add(
                node.line, f"The key {shown(key)} may hold only small letters, figures and single hyphens."
            )
            continue
        reference = _reference(key, node, mistakes)
        if reference:
            references[key] = reference
    return MappingProxyType(references), tuple(mistakes.found)


def _entries(mistakes: MistakesOf) -> Mapping[str, Node]:
    try:
        text, _ = read_text(mistakes.path, largest=LARGEST)
        root = parse(text, path=mistakes.path, largest=LARGEST)
    except ContentInvalid as error:
        mistakes.take(error)
        return {}
    if root.kind not in (Kind.MAPPING, Kind.NOTHING):
        mistakes.add(root.line, f"This file takes keys with values, and here is {root.kind.value}.")
    return root.entries


def _figure(strand: str, node: Node, mistakes: MistakesOf) -> Figure | None:
    fields = Fields(node, mistakes, known=_FIGURE_KEYS, owner="a figure")
    fields.require(("label", "cost", "strength", "as_of", "source_url", "check_note"))
    label = fields.text("label")
    cost = fields.whole_number("cost", least=1, most=5)
    strength = fields.whole_number("strength", least=0, most=5)
    as_of = fields.day("as_of")
    address = fields.text("source_url")
    if address and not _ADDRESS.fullmatch(address):
        fields.wrong(
            "source_url", f"‘source_url’ says {shown(address)}; write an address that begins with https://."
        )
    if label is None or cost is None or strength is None or as_of is None or address is None:
        return None
    return Figure(
        strand=strand,
        label=label,
        months=fields.whole_number("months", least=-12, most=24),
        cost=cost,
        strength=strength,
        as_of=as_of,
        source_url=address,
        verified_by=fields.text("verified_by"),
        check_note=fields.text("check_note") or "",
    )


def _reference(key: str, node: Node, mistakes: MistakesOf) -> Reference | None:
    fields = Fields(node, mistakes, known=_REFERENCE_KEYS, owner="a publication")
    fields.require(("authors", "year", "title"))
    authors, year, title = fields.text("authors"), fields.text("year"), fields.text("title")
    doi, publisher = fields.text("doi"), fields.text("publisher")
    if doi and not _DOI.fullmatch(doi):
        fields.wrong(
            "doi", f"‘doi’ says {shown(doi)}; write it from its 10. onwards, without the resolver’s address."
        )
    if not doi and not publisher:
        fields.mistakes.add(
            node.line, f"‘{key}’ has neither a doi nor a publisher; add one so that it can be found."
        )
    if authors is None or year is None or title is None:
        return None
    return Reference(
        key=key,
        authors=authors,
        year=year,
        title=title,
        where=fields.text("where") or "",
        doi=doi,
        publisher=publisher,
    )
