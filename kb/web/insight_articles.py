"""Sheets about articles: how fresh they are, how they are used, which schools write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from kb.domain.article import Article, Figure
from kb.domain.chart import line
from kb.domain.insight import Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value, percent
from kb.domain.library import Library
from kb.domain.school import SchoolKind
from kb.domain.search import Facet
from kb.storage import insight_numbers
from kb.storage.database import Database
from kb.web.insight_words import short
from kb.web.wording import day, label

SOON = timedelta(days=60)
YEAR = timedelta(days=365)
_NO_DATE = date.max


def linked(article: Article) -> Cell:
    """An article's title as a way to it."""
    return Cell(value=article.title, address=f"/articles/{article.slug}")


def freshness(articles: Sequence[Article], library: Library, today: date) -> Sheet:
    """Which articles were looked at lately, and which are late."""
    late = sorted(
        (each for each in articles if each.overdue(today)), key=lambda each: each.review_by or _NO_DATE
    )
    soon = [each for each in articles if each.review_by and today <= each.review_by <= today + SOON]
    ages = Counter(_age(each, today) for each in articles)
    unchecked = [each for each in library.figures.values() if not each.verified_by]
    return Sheet(
        id="freshness",
        title="Freshness",
        lead="Whether what is published has been looked at lately, and whether its figures are checked.",
        spanned=False,
        numbers=(
            Number(value=f"{len(articles):,}", words="articles"),
            Number(
                value=percent(len(late), len(articles)),
                words="are past their review date",
                address="/verify/",
            ),
            Number(value=str(len(soon)), words="are to be looked at within 60 days"),
            Number(
                value=percent(len(library.figures) - len(unchecked), len(library.figures)),
                words="of the evidence figures are checked at their source",
            ),
        ),
        parts=(
            Table(
                id="ages",
                title="When articles were last reviewed",
                heads=("Last reviewed", "Articles", "Share"),
                rows=tuple((words, ages[words], percent(ages[words], len(articles))) for words in _AGES),
                bar=1,
            ),
            _late(late, library, today),
            _unchecked(unchecked, articles),
        ),
    )


def _late(late: Sequence[Article], library: Library, today: date) -> Table:
    """Articles past their review date."""
    return Table(
        id="late",
        title="Past their review date",
        heads=("Article", "School", "To be reviewed by", "Days late"),
        rows=tuple(
            (linked(each), _school(each, library), day(each.review_by), (today - each.review_by).days)
            for each in late
            if each.review_by
        ),
        empty="No article is late.",
    )


def _unchecked(unchecked: Sequence[Figure], articles: Sequence[Article]) -> Table:
    """Figures that nobody has checked."""
    return Table(
        id="figures",
        title="Figures that nobody has checked at their source",
        heads=("Figure", "As of", "Articles that use it"),
        rows=tuple(
            (
                Cell(value=each.label, address=each.source_url),
                day(each.as_of),
                sum(each.strand in article.strands for article in articles),
            )
            for each in sorted(unchecked, key=lambda one: one.label)
        ),
        empty="Every figure is checked.",
    )


_AGES = (
    "In the last 6 months",
    "6 to 12 months ago",
    "1 to 2 years ago",
    "Longer ago",
    "Never, or not known",
)


def _age(article: Article, today: date) -> str:
    if article.reviewed is None:
        return _AGES[-1]
    days = (today - article.reviewed).days
    steps = (183, 365, 730)
    return next((words for most, words in zip(steps, _AGES, strict=False) if days <= most), _AGES[3])


def use(db: Database, articles: Sequence[Article], library: Library, span: Span) -> Sheet:
    """What is read, and what is found."""
    views, found = insight_numbers.views(db, span), insight_numbers.found_by_search(db, span)
    by_week = insight_numbers.views_by_week(db, span)
    known = sorted(articles, key=lambda each: (-views.get(each.slug, 0), each.title))
    unread = [each for each in known if not views.get(each.slug)]
    return Sheet(
        id="use",
        title="Use of articles",
        lead="How often each article was opened. Openings are counted by day, not people.",
        numbers=(
            Number(value=f"{sum(by_week.values()):,}", words="times an article was opened"),
            Number(value=f"{sum(found.values()):,}", words="of them from a page of results"),
            Number(
                value=percent(len(articles) - len(unread), len(articles)), words="of the articles were opened"
            ),
        ),
        parts=(
            line(
                "Articles opened each week",
                [short(week) for week in by_week],
                {"Opened": list(by_week.values())},
                up="Times opened",
            ),
            Table(
                id="articles",
                title="Each article",
                heads=("Article", "School", "Opened", "From search"),
                rows=tuple(
                    (linked(each), _school(each, library), views.get(each.slug, 0), found.get(each.slug, 0))
                    for each in known
                ),
                bar=2,
                most=40,
            ),
        ),
    )


def contributions(articles: Sequence[Article], library: Library, span: Span) -> Sheet:
    """Which schools share what they do."""
    own = [each for each in articles if each.school]
    new = [each for each in own if each.published and span.first <= each.published <= span.last]
    schools = [each for each in library.group.schools.values() if each.kind in _WRITE]
    held = Counter(each.school for each in own)
    rows: list[tuple[Value, ...]] = []
    for school in sorted(schools, key=lambda each: (-held[each.id], each.name)):
        theirs = [each for each in own if each.school == school.id]
        last = max((each.published for each in theirs if each.published), default=None)
        rows.append(
            (
                Cell(value=school.name, address=f"/schools/{school.id}"),
                held[school.id],
                sum(each in new for each in theirs),
                sum(each.overdue(span.last) for each in theirs),
                day(last) or "–",
            )
        )
    silent = sum(not held[each.id] for each in schools)
    return Sheet(
        id="contributions",
        title="Contributions",
        lead="What each school has shared. Schools are counted, not people.",
        numbers=(
            Number(value=str(len(new)), words="articles by schools were published in these days"),
            Number(value=f"{len(schools) - silent} of {len(schools)}", words="schools have shared something"),
        ),
        parts=(
            Table(
                id="schools",
                title="Each school",
                heads=("School", "Articles", "New in these days", "Late", "Last published"),
                rows=tuple(rows),
                bar=1,
            ),
        ),
    )


_WRITE = (SchoolKind.TRUST_SCHOOL, SchoolKind.TRUST_SERVICE, SchoolKind.PARTNER_SCHOOL)


def _school(article: Article, library: Library) -> str:
    return label(library, Facet.SCHOOL, article.school) if article.school else "–"
