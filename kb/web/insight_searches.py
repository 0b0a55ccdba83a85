"""The sheet about searches: how many, how worded, how well answered."""

from __future__ import annotations

from kb.domain.chart import Line, line
from kb.domain.insight import SearchNumbers, Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, percent
from kb.domain.library import Library
from kb.domain.search import FACET_LABELS, Facet, Question
from kb.domain.search_log import KIND_WORDS, SearchKind
from kb.storage import insight_numbers
from kb.storage.database import Database
from kb.web import addresses
from kb.web.insight_words import short
from kb.web.wording import label


def sheet(db: Database, library: Library, span: Span) -> Sheet:
    """What came of the searches of a span."""
    found = insight_numbers.searches(db, span)
    return Sheet(
        id="searches",
        title="Searches",
        lead="How people put their questions, and how often the site had an answer.",
        numbers=numbers(found),
        parts=(
            weeks(found),
            _kinds(found),
            _answers(found),
            _words(found),
            _filters(found, library),
        ),
    )


def numbers(found: SearchNumbers) -> tuple[Number, ...]:
    """The few that matter most."""
    wanted = found.corrected and max(0, found.corrected - found.refused)
    return (
        Number(value=f"{found.searches:,}", words="searches"),
        Number(
            value=percent(found.unanswered, found.with_words),
            words="of those with words found nothing close",
            address="/insights/gaps",
        ),
        Number(value=percent(found.opened, found.searches), words="led to an article"),
        Number(value=percent(wanted, found.corrected), words="of mended spellings were kept"),
    )


def weeks(found: SearchNumbers) -> Line:
    """Searches by week."""
    return line(
        "Searches each week",
        [short(week) for week in found.by_week],
        {
            "All searches": [count for count, _ in found.by_week.values()],
            "Nothing close": [unanswered for _, unanswered in found.by_week.values()],
        },
        up="Searches",
    )


def _kinds(found: SearchNumbers) -> Table:
    rows = []
    for kind in SearchKind:
        count, unanswered = found.by_kind.get(kind.value, (0, 0))
        rows.append((KIND_WORDS[kind], count, percent(count, found.searches), percent(unanswered, count)))
    return Table(
        id="kinds",
        title="How searches are worded",
        heads=("Wording", "Searches", "Share", "Nothing close"),
        rows=tuple(rows),
        bar=1,
    )


def _answers(found: SearchNumbers) -> Table:
    took = found.took_ms or (0.0, 0.0)
    kept = max(0, found.corrected - found.refused)
    rows = (
        ("Nothing was close", found.unanswered, percent(found.unanswered, found.with_words)),
        ("An article was opened", found.opened, percent(found.opened, found.searches)),
        ("The first result was opened", found.first, percent(found.first, found.searches)),
        ("One of the first three was opened", found.third, percent(found.third, found.searches)),
        ("Spelling was mended", found.corrected, percent(found.corrected, found.with_words)),
        ("The mended spelling was kept", kept, percent(kept, found.corrected)),
        ("Other words were searched as well", found.expanded, percent(found.expanded, found.with_words)),
        (
            "The other words were switched off",
            found.not_expanded,
            percent(found.not_expanded, found.expanded),
        ),
        (
            "The words may name somebody and were not kept",
            found.withheld,
            percent(found.withheld, found.with_words),
        ),
        ("Milliseconds to the results, half of the searches", round(took[0], 1), "–"),
        ("Milliseconds to the results, 95 of 100 searches", round(took[1], 1), "–"),
        ("Seconds to the first article that is opened, half of the searches", found.seconds, "–"),
    )
    return Table(id="answers", title="What came of them", heads=("What", "Number", "Share"), rows=rows)


def _words(found: SearchNumbers) -> Table:
    return Table(
        id="words",
        title="Most searched for in the last 30 days",
        heads=("Words", "Searches", "Nothing close"),
        rows=tuple(
            (Cell(value=words, address=addresses.of(Question(text=words))), count, unanswered)
            for words, count, unanswered in found.words
        ),
        note="What was searched for once is not shown. Words are kept for 30 days.",
        empty="Nothing was searched for twice in the last 30 days.",
        bar=1,
    )


def _filters(found: SearchNumbers, library: Library) -> Table:
    rows = [
        (FACET_LABELS[facet], label(library, facet, term), count)
        for facet in Facet
        for term, count in list(found.filters.get(facet.value, {}).items())[:5]
    ]
    return Table(
        id="filters",
        title="Filters that were used",
        heads=("Filter", "Choice", "Searches"),
        rows=tuple(sorted(rows, key=lambda row: -row[2])[:20]),
        empty="No filter was used.",
        bar=2,
    )
