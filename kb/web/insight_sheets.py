"""The sheets of numbers by their names, for the days and the narrowing that an address asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import request

from kb.domain.article import Article
from kb.domain.errors import NotFound
from kb.domain.insight import LONGEST, Span, usual
from kb.domain.insight_sheet import Sheet
from kb.domain.search import Facet
from kb.storage import articles as stored
from kb.web import (
    insight_articles,
    insight_commissions,
    insight_coverage,
    insight_learning,
    insight_searches,
    insight_trials,
    insight_value,
)
from kb.web.access import reader
from kb.web.site import site
from kb.web.wording import label

NAMES: Mapping[str, str] = {
    "searches": "Searches",
    "coverage": "Coverage map",
    "use": "Use of articles",
    "freshness": "Freshness",
    "contributions": "Contributions",
    "value": "Cost beside evidence",
    "commissions": "Commissions",
    "trials": "Trials and feedback",
    "pathways": "Pathways",
}
"""Sheet → what it is called, in the order of the menu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days that were asked for, and a sentence when they were not understood."""

    span: Span
    remark: str = ""


def made(name: str, span: Span) -> Sheet:
    """A sheet as it stands. Raises NotFound."""
    here, today = site(), datetime.now(UTC).date()
    db, library = here.database, here.library
    makers: Mapping[str, Callable[[], Sheet]] = {
        "searches": lambda: insight_searches.sheet(db, library, span),
        "coverage": lambda: insight_coverage.sheet(db, everything_published(), library, span, narrowed_to()),
        "use": lambda: insight_articles.use(db, everything_published(), library, span),
        "freshness": lambda: insight_articles.freshness(everything_published(), library, today),
        "contributions": lambda: insight_articles.contributions(everything_published(), library, span),
        "value": lambda: insight_value.value(everything_published(), library),
        "commissions": lambda: insight_commissions.sheet(db, library, reader(), span, today),
        "trials": lambda: insight_trials.sheet(db, everything_published(), library, reader(), span),
        "pathways": lambda: insight_learning.sheet(db),
    }
    if name not in makers:
        raise NotFound("There is no such page of numbers. Begin at Insights.")
    return makers[name]()


def everything_published() -> tuple[Article, ...]:
    """Every article that this person may read."""
    db = site().database
    slugs = [slug for slug, _ in stored.titles(db, reader())]
    return tuple(stored.find_all(db, slugs, reader()).values())


def days_asked() -> Days:
    """The days in the address: a first and a last, or the last twelve weeks."""
    today = datetime.now(UTC).date()
    given = {name: request.args.get(name, "").strip() for name in ("first", "last")}
    if not any(given.values()):
        return Days(span=usual(today))
    try:
        last = date.fromisoformat(given["last"]) if given["last"] else today
        first = date.fromisoformat(given["first"]) if given["first"] else usual(last).first
    except (ValueError, OverflowError):
        return Days(
            span=usual(today), remark="Write days such as 2026-09-01. These are the last twelve weeks."
        )
    last = min(last, today)
    if first > last:
        return Days(
            span=usual(today), remark="The first day is after the last. These are the last twelve weeks."
        )
    if last - first > LONGEST:
        return Days(span=Span(first=last - LONGEST, last=last), remark="At most two years are shown at once.")
    return Days(span=Span(first=first, last=last))


def narrowed_to() -> dict[Facet, str]:
    """The theme and the need that the map is narrowed to; unknown ones are left out."""
    library, found = site().library, {}
    for facet in insight_coverage.NARROWED_BY:
        term = request.args.get(facet.value, "")
        if term and label(library, facet, term) != term:
            found[facet] = term
    return found


def narrowing() -> tuple[tuple[str, str, tuple[tuple[str, str, bool], ...]], ...]:
    """Name, words and choices of the lists that narrow the map."""
    library, chosen = site().library, narrowed_to()
    return tuple(
        (
            facet.value,
            words,
            tuple(
                (term, label(library, facet, term), chosen.get(facet) == term)
                for term in _offered(facet, chosen.get(facet))
            ),
        )
        for facet, words in ((Facet.THEME, "Theme"), (Facet.NEED, "Need"))
    )


def _offered(facet: Facet, chosen: str | None) -> tuple[str, ...]:
    """The terms of a list, and the narrower one that an address has chosen."""
    terms = insight_coverage.top_terms(site().library, facet)
    return terms if chosen is None or chosen in terms else (*terms, chosen)
