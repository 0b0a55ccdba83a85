"""Addresses of searches: the whole state of a results page is in them, so they can be kept, shared and gone back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from kb.domain.search import Facet, Question

SEARCH = "/search"


def of(question: Question) -> str:
    """The shortest address that asks this question."""
    pairs = pairs_of(question)
    if question.page > 1:
        pairs.append(("page", str(question.page)))
    return f"{SEARCH}?{urlencode(pairs)}" if pairs else SEARCH


def pairs_of(question: Question) -> list[tuple[str, str]]:
    """Names and values of an address, without the page."""
    pairs = [("q", question.text)] if question.text else []
    if question.mode != "best":
        pairs.append(("mode", question.mode))
    if question.sort != usual_sort(question.text):
        pairs.append(("sort", question.sort))
    if not question.correct_spelling:
        pairs.append(("exact", "1"))
    if not question.expand_synonyms:
        pairs.append(("synonyms", "0"))
    pairs.extend((facet.value, term_id) for facet, ids in question.chosen.items() for term_id in ids)
    return pairs


def usual_sort(text: str) -> str:
    """The order nobody has to ask for: best first, or newest reviewed first when there are no words to match."""
    return "relevance" if text else "reviewed"


def narrowed(chosen: Mapping[Facet, Sequence[str]]) -> str:
    """The address of a listing by filters alone."""
    return of(Question(sort="reviewed", chosen={facet: tuple(ids) for facet, ids in chosen.items()}))


def page(question: Question, number: int) -> str:
    """The address of another page of the same listing."""
    return of(replace(question, page=number))


def without(question: Question, facet: Facet, term_id: str) -> str:
    """The address with one filter taken off."""
    left = {
        each: tuple(i for i in ids if (each, i) != (facet, term_id)) for each, ids in question.chosen.items()
    }
    return of(replace(question, page=1, chosen={each: ids for each, ids in left.items() if ids}))


def with_filter(question: Question, facet: Facet, term_id: str) -> str:
    """The address with one filter more."""
    ids = dict.fromkeys((*question.chosen.get(facet, ()), term_id))
    return of(replace(question, page=1, chosen={**question.chosen, facet: tuple(ids)}))


def without_filters(question: Question) -> str:
    """The address with the same words and no filter."""
    return of(replace(question, page=1, chosen={}))


def as_typed(question: Question) -> str:
    """The address that searches for the words exactly as typed."""
    return of(replace(question, page=1, correct_spelling=False))


def without_synonyms(question: Question) -> str:
    """The address that searches for no other words than those typed."""
    return of(replace(question, page=1, expand_synonyms=False))


def with_text(question: Question, text: str) -> str:
    """The address that asks for other words with the same filters."""
    return of(replace(question, page=1, text=text))


def with_synonyms(question: Question) -> str:
    """The address that searches for words with the same meaning as well."""
    return of(replace(question, page=1, expand_synonyms=True))


def with_mode(question: Question, mode: str) -> str:
    """The address that matches in another way."""
    return of(replace(question, page=1, mode=mode))
