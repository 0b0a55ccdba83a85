"""The results page: what was found, what it was narrowed to and how to narrow or widen it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import searching
from kb.domain.library import Library
from kb.domain.search import Answer, Facet, Question
from kb.storage import trials
from kb.web import addresses, search_trail
from kb.web.access import public, reader
from kb.web.asking import MODES, SORTS, question_from
from kb.web.asks_shown import ask_address
from kb.web.cards import found
from kb.web.site import site
from kb.web.turning import turns
from kb.web.wording import filters_in_words, label, shortened

pages = Blueprint("search", __name__)

LONGEST_HEADING = 70


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter in use, with the address that takes it off."""

    facet: Facet
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A filter that the words of the question suggest."""

    typed: str
    label: str
    address: str


@pages.get("/search")
@public
def results() -> ResponseReturnValue:
    """Answer the question in the address."""
    current = site()
    answer = _answer(question_from(request.args.to_dict(flat=False), current.library))
    question, library = answer.question, current.library
    token = search_trail.begun(answer)
    today = datetime.now(tz=UTC).date()
    return render_template(
        "search/results.html",
        answer=answer,
        question=question,
        heading=heading(question, library),
        sentence=filters_in_words(question, library),
        cards=search_trail.marked(found(answer.finds, library, today), token),
        weak=search_trail.marked(found(answer.weak, library, today), token, first=0),
        applied=applied(question, library),
        offered=offered(answer),
        modes=MODES,
        sorts=_sorts(question),
        turns=turns(question, answer.pages),
        tried=_tried(answer),
        ask=ask_address(question),
    )


def _tried(answer: Answer) -> dict[str, str]:
    """Address → who tried it, in words, of those found that were tried."""
    slugs = [each.article.slug for each in (*answer.finds, *answer.weak)]
    return {slug: each.words for slug, each in trials.tallies(site().database, slugs, reader()).items()}


def _answer(question: Question) -> Answer:
    """The answer; beyond its last page, the last page with a word about it."""
    current = site()
    answer = searching.ask(current.search, question, reader())
    if question.page <= answer.pages:
        return answer
    remark = f"There is no page {question.page:,}. This is the last page."
    last = replace(question, page=answer.pages, remarks=(*question.remarks, remark))
    return searching.ask(current.search, last, reader())


def heading(question: Question, library: Library) -> str:
    """What the page is called: the words asked for, or the filters, or everything."""
    if question.text:
        return f"Results for ‘{shortened(question.text, LONGEST_HEADING)}’"
    return filters_in_words(question, library) if question.chosen else "All articles"


def applied(question: Question, library: Library) -> tuple[Applied, ...]:
    """The filters in use, in the order of the page."""
    return tuple(
        Applied(facet, label(library, facet, term_id), addresses.without(question, facet, term_id))
        for facet, ids in question.chosen.items()
        for term_id in ids
    )


def offered(answer: Answer) -> tuple[Offered, ...]:
    """The filters that the question's own words suggest and that are not in use."""
    question = answer.question
    return tuple(
        Offered(hint.typed, hint.label, addresses.with_filter(question, hint.facet, hint.id))
        for hint in answer.hints
        if hint.id not in question.chosen.get(hint.facet, ())
    )


def _sorts(question: Question) -> dict[str, str]:
    """The orders that make sense: without words nothing can match best."""
    return {name: words for name, words in SORTS.items() if question.text or name != "relevance"}
