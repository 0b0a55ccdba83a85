"""Which facet terms an article carries, wider terms included: what filters and counts go by."""

from __future__ import annotations

from collections.abc import Mapping

from kb.domain.article import Article
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from kb.domain.taxonomy import ALL


def carried(article: Article, library: Library) -> Mapping[Facet, tuple[str, ...]]:
    """Facet → ids of the article's terms and their wider terms. "All key stages" carries each of them."""
    local = article.local
    stated = {
        Facet.TYPE: (article.type.value,),
        Facet.KEY_STAGE: _every_key_stage(article.key_stages, library),
        Facet.PROVISION: article.provisions,
        Facet.NEED: article.needs,
        Facet.THEME: article.themes,
        Facet.SUBJECT: article.subjects,
        Facet.ROLE: article.roles,
        Facet.SCHOOL: (article.school,) if article.school else (),
        Facet.COST: (local.cost_band,) if local and local.cost_band else (),
        Facet.LEVEL: (str(local.level),) if local else (),
        Facet.OUTCOME: (local.outcome.value,) if local else (),
    }
    return {facet: _with_parents(facet, ids, library) for facet, ids in stated.items() if ids}


def _with_parents(facet: Facet, ids: tuple[str, ...], library: Library) -> tuple[str, ...]:
    scheme_id = SCHEME_OF_FACET.get(facet)
    return library.taxonomy[scheme_id].with_parents(ids) if scheme_id else ids


def _every_key_stage(ids: tuple[str, ...], library: Library) -> tuple[str, ...]:
    if ALL not in ids:
        return ids
    return tuple(
        term.id for term in library.taxonomy[SCHEME_OF_FACET[Facet.KEY_STAGE]] if not term.replaced_by
    )


def described(article: Article, library: Library) -> tuple[str, ...]:
    """Labels and aliases of the article's own terms, its school and its authors: words that describe it."""
    found: dict[str, None] = {}
    for facet, ids in carried(article, library).items():
        scheme_id = SCHEME_OF_FACET.get(facet)
        if scheme_id is None or facet in _SAY_LITTLE:
            continue
        for term_id in ids:
            term = library.taxonomy[scheme_id].terms.get(term_id)
            if term:
                found[term.label] = None
                found.update(dict.fromkeys(term.aliases))
    school = library.group.schools.get(article.school or "")
    names = ((school.name,) if school else ()) + article.authors
    return (*found, *names)


_SAY_LITTLE = frozenset({Facet.COST, Facet.LEVEL, Facet.OUTCOME, Facet.ROLE})
"""Facets whose labels ("very low", "teacher") are ordinary words and would match what they do not mean."""
