"""The controlled vocabulary: schemes of terms with stable ids, labels and the words people type for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

ALL = "all"
"""The key-stage value that stands for every key stage. An empty list means 'not stated'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term. Its id never changes; label and aliases may.

    parent       id of the wider term, in the same scheme
    replaced_by  id of the term to use instead; set when this one is retired
    details      what only this scheme knows (ages, year groups, census code, strand, pounds ...)
    """

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    replaced_by: str | None = None
    description: str = ""
    details: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One list of terms, in the order it is shown. ``version`` and ``source`` say where it comes from."""

    id: str
    label: str
    version: str
    source: str
    terms: Mapping[str, Term]

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.terms

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def label_of(self, term_id: str) -> str:
        """The label of a term, or the id itself when the scheme does not know it."""
        term = self.terms.get(term_id)
        return term.label if term else term_id

    def with_parents(self, term_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The given ids followed by those of their wider terms, each once."""
        found = dict.fromkeys(term_ids)
        queue = list(term_ids)
        while queue:
            term = self.terms.get(queue.pop(0))
            if term and term.parent and term.parent not in found:
                found[term.parent] = None
                queue.append(term.parent)
        return tuple(found)

    def nearest(self, value: str) -> str | None:
        """The id that somebody who typed ``value`` most likely meant: by alias, by label, then by spelling."""
        wanted = value.strip().casefold()
        for term in self.terms.values():
            if wanted in {term.label.casefold(), *(alias.casefold() for alias in term.aliases)}:
                return term.replaced_by or term.id
        names = {term.id.casefold(): term.id for term in self.terms.values()}
        names |= {term.label.casefold(): term.id for term in self.terms.values()}
        close = get_close_matches(wanted.replace(" ", "-"), names, n=1, cutoff=0.5)
        close = close or get_close_matches(wanted, names, n=1, cutoff=0.5)
        return names[close[0]] if close else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """All schemes by id.

    They are: key-stages, phases, provisions, needs, themes, roles, subjects, article-types,
    local-levels, cost-bands, outcomes, visibilities, standards.
    """

    schemes: Mapping[str, Scheme]

    def __getitem__(self, scheme_id: str) -> Scheme:
        return self.schemes[scheme_id]
