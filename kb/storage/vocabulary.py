"""The controlled vocabulary as it lies in content/vocabulary, one file a scheme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.taxonomy import Scheme, Taxonomy, Term
from kb.storage.content_files import read_text
from kb.storage.fields import Fields, MistakesOf, nearest_of, shown, suggestion
from kb.storage.safe_yaml import Kind, Node, parse

SCHEMES = (
    "key-stages",
    "phases",
    "provisions",
    "needs",
    "themes",
    "roles",
    "subjects",
    "article-types",
    "local-levels",
    "cost-bands",
    "outcomes",
    "visibilities",
    "standards",
)
LARGEST = 200_000
MOST_TERMS = 2000

_SCHEME_KEYS = ("version", "source", "label", "terms")
_TERM_KEYS = ("id", "label", "aliases", "parent", "replaced_by", "description")
_DETAIL_KEYS: Mapping[str, tuple[str, ...]] = {
    "key-stages": ("ages", "year_groups", "checks"),
    "provisions": ("footing",),
    "needs": ("census_code",),
    "themes": ("kind", "strand"),
    "subjects": ("area",),
    "cost-bands": ("pounds",),
}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def read_taxonomy(content: Path) -> tuple[Taxonomy, tuple[Mistake, ...]]:
    """What could be read of the vocabulary, and every mistake in it.

    A scheme whose file is missing or is no YAML is left out.
    """
    schemes: dict[str, Scheme] = {}
    found: list[Mistake] = []
    for scheme_id in SCHEMES:
        mistakes = MistakesOf(content / "vocabulary" / f"{scheme_id}.yaml")
        try:
            text, _ = read_text(mistakes.path, largest=LARGEST)
            root = parse(text, path=mistakes.path, largest=LARGEST)
            schemes[scheme_id] = _scheme(scheme_id, root, mistakes)
        except ContentInvalid as error:
            mistakes.take(error)
        found += mistakes.found
    return Taxonomy(schemes=MappingProxyType(schemes)), tuple(found)


def _scheme(scheme_id: str, root: Node, mistakes: MistakesOf) -> Scheme:
    fields = Fields(root, mistakes, known=_SCHEME_KEYS, owner="a vocabulary file")
    fields.require(_SCHEME_KEYS)
    terms: dict[str, Term] = {}
    lines: dict[str, int] = {}
    for node in fields.items("terms", most=MOST_TERMS):
        term = _term(scheme_id, node, mistakes)
        if term is None:
            continue
        if term.id in terms:
            mistakes.add(
                node.line, f"‘{term.id}’ is already on line {lines[term.id]}; give this term another id."
            )
            continue
        terms[term.id], lines[term.id] = term, node.line
    _check_links(terms, lines, mistakes)
    return Scheme(
        id=scheme_id,
        label=fields.text("label") or scheme_id,
        version=fields.text("version") or "",
        source=fields.text("source") or "",
        terms=MappingProxyType(terms),
    )


def _term(scheme_id: str, node: Node, mistakes: MistakesOf) -> Term | None:
    detail_keys = _DETAIL_KEYS.get(scheme_id, ())
    fields = Fields(node, mistakes, known=(*_TERM_KEYS, *detail_keys), owner="a term")
    fields.require(("id", "label"))
    term_id = fields.text("id", longest=60)
    if term_id is None:
        return None
    if not _ID.fullmatch(term_id):
        fields.wrong(
            "id", f"The id {shown(term_id)} may hold only small letters, figures and single hyphens."
        )
    return Term(
        id=term_id,
        label=fields.text("label", longest=120) or term_id,
        aliases=fields.words("aliases"),
        parent=fields.text("parent"),
        replaced_by=fields.text("replaced_by"),
        description=fields.text("description") or "",
        details=MappingProxyType({key: _detail(fields, key, node) for key in detail_keys if fields.has(key)}),
    )


def _detail(fields: Fields, key: str, node: Node) -> str | tuple[str, ...]:
    if node.entries[key].kind is Kind.LIST:
        return fields.words(key)
    return fields.text(key) or ""


def _check_links(terms: Mapping[str, Term], lines: Mapping[str, int], mistakes: MistakesOf) -> None:
    """Note parents, successors and strands that lead nowhere, and aliases that are another term's id."""
    for term in terms.values():
        for key, target in (("parent", term.parent), ("replaced_by", term.replaced_by), *_strand_of(term)):
            if target and target not in terms:
                end = suggestion(nearest_of(target, terms), "name a term of this file")
                mistakes.add(
                    lines[term.id], f"‘{term.id}’ has {key} {shown(target)}, which is no term here; {end}"
                )
        if term.replaced_by and terms.get(term.replaced_by, term).replaced_by:
            mistakes.add(lines[term.id], f"‘{term.id}’ is replaced by a retired term; name the term in use.")
        if _is_own_ancestor(term, terms):
            mistakes.add(lines[term.id], f"‘{term.id}’ is its own wider term; name another parent.")
        for alias in term.aliases:
            if alias.casefold() in terms and alias.casefold() != term.id:
                mistakes.add(
                    lines[term.id], f"The alias {shown(alias)} of ‘{term.id}’ is the id of another term."
                )


def _strand_of(term: Term) -> tuple[tuple[str, str], ...]:
    strand = term.details.get("strand", "")
    return (("strand", strand),) if isinstance(strand, str) else ()


def _is_own_ancestor(term: Term, terms: Mapping[str, Term]) -> bool:
    seen: set[str] = set()
    wider = term.parent
    while wider and wider in terms and wider not in seen:
        seen.add(wider)
        wider = terms[wider].parent
    return term.id in seen
