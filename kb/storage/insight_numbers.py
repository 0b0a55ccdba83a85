# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Numbers over the search log and the views."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kb.domain.gap import monday
from kb.domain.insight import SearchNumbers, Span
from kb.storage.database import Database

_IN = "hour >= :first and hour < :after"
_OWN = f"{_IN} and again = ''"
MOST_WORDS = 40


def searches(db: Database, span: Span) -> SearchNumbers:
    """What came of the searches of a span."""
    wanted = _of(span)
    with db.read() as connection:
        one = connection.execute(
            "select count(*), sum(kind <> 'filters'), sum(kind <> 'filters' and outcome <> 'found'), sum(withheld), "
            f"sum(corrected), sum(expanded) from searches where {_OWN}",
            wanted,
        ).fetchone()
        again = dict(
            connection.execute(
                f"select again, count(*) from searches where {_IN} group by again", wanted
            ).fetchall()
        )
        opened = _opened(connection, wanted)
        return SearchNumbers(
            searches=one[0],
            with_words=one[1] or 0,
            unanswered=one[2] or 0,
            withheld=one[3] or 0,
            corrected=one[4] or 0,
            expanded=one[5] or 0,
            refused=again.get("exact", 0),
            not_expanded=again.get("synonyms", 0),
            **opened,
            took_ms=_took(connection, wanted),
            by_kind={
                kind: (count, unanswered)
                for kind, count, unanswered in connection.execute(
                    f"select kind, count(*), sum(outcome <> 'found') from searches where {_OWN} group by kind",
                    wanted,
                )
            },
            by_week=_by_week(connection, wanted, span),
            filters=_filters(connection, wanted),
            words=_words(connection, wanted),
        )


def _opened(connection: Any, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """How many searches led to an article, at which rank, and how fast."""
    rows = connection.execute(
        "select max(rank = 1), max(rank between 1 and 3), min(seconds) from search_clicks "
        f"join searches on searches.id = search where {_OWN} group by search",
        wanted,
    ).fetchall()
    seconds = sorted(row[2] for row in rows)
    return {
        "opened": len(rows),
        "first": sum(row[0] for row in rows),
        "third": sum(row[1] for row in rows),
        "seconds": _middle(seconds) if seconds else None,
    }


def _words(connection: Any, wanted: Mapping[str, Any]) -> tuple[tuple[str, int, int], ...]:
    """(words, searches, without a close answer) of what was searched for more than once."""
    rows = connection.execute(
        "select min(words), count(*), sum(outcome <> 'found') from searches "
        f"where {_OWN} and words is not null group by lower(words) having count(*) > 1 "
        "order by count(*) desc, min(words) limit :most",
        {**wanted, "most": MOST_WORDS},
    ).fetchall()
    return tuple((row[0], row[1], row[2]) for row in rows)


def _took(connection: Any, wanted: Mapping[str, Any]) -> tuple[float, float] | None:
    rows = [
        row[0]
        for row in connection.execute(f"select took_ms from searches where {_OWN} order by took_ms", wanted)
    ]
    return (_middle(rows), float(rows[min(len(rows) - 1, int(0.95 * len(rows)))])) if rows else None


def _middle(values: list[float]) -> float:
    half = len(values) // 2
    return float(values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2)


def _by_week(connection: Any, wanted: Mapping[str, Any], span: Span) -> Mapping[str, tuple[int, int]]:
    weeks: dict[str, tuple[int, int]] = {week.isoformat(): (0, 0) for week in span.weeks}
    for day, count, unanswered in connection.execute(
        f"select substr(hour, 1, 10), count(*), sum(outcome <> 'found') from searches where {_OWN} group by 1",
        wanted,
    ):
        week = monday(date.fromisoformat(day)).isoformat()
        before = weeks.get(week, (0, 0))
        weeks[week] = (before[0] + count, before[1] + unanswered)
    return weeks


def _filters(connection: Any, wanted: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for facet, term, count in connection.execute(
        "select facet.key, term.value, count(*) from searches, json_each(chosen) as facet, "
        f"json_each(facet.value) as term where {_OWN} group by 1, 2 order by 3 desc, 2",
        wanted,
    ):
        found[facet][term] = count
    return {facet: dict(terms) for facet, terms in found.items()}


def unmet(db: Database, span: Span) -> tuple[tuple[Mapping[str, frozenset[str]], int], ...]:
    """(facet → terms, how many) of unanswered searches: what they filter for or name in their words."""
    sql = (
        "select chosen, named, count(*) from searches "
        f"where {_OWN} and outcome <> 'found' and kind <> 'filters' group by chosen, named"
    )
    with db.read() as connection:
        rows = connection.execute(sql, _of(span)).fetchall()
    found = []
    for chosen, named, count in rows:
        terms: dict[str, set[str]] = defaultdict(set)
        for each in (json.loads(chosen), json.loads(named)):
            for facet, ids in each.items():
                terms[facet].update(ids)
        if terms:
            found.append(({facet: frozenset(ids) for facet, ids in terms.items()}, count))
    return tuple(found)


def views(db: Database, span: Span) -> Mapping[str, int]:
    """Slug → how often it was opened."""
    sql = "select slug, sum(views) from article_views where day between :first and :last group by slug"
    with db.read() as connection:
        return dict(
            connection.execute(
                sql, {"first": span.first.isoformat(), "last": span.last.isoformat()}
            ).fetchall()
        )


def views_by_week(db: Database, span: Span) -> Mapping[str, int]:
    """Monday → how often any article was opened."""
    weeks = {week.isoformat(): 0 for week in span.weeks}
    sql = "select day, sum(views) from article_views where day between :first and :last group by day"
    with db.read() as connection:
        for day, count in connection.execute(
            sql, {"first": span.first.isoformat(), "last": span.last.isoformat()}
        ):
            week = monday(date.fromisoformat(day)).isoformat()
            weeks[week] = weeks.get(week, 0) + count
    return weeks


def found_by_search(db: Database, span: Span) -> Mapping[str, int]:
    """Slug → how many searches led to it."""
    sql = f"select slug, count(*) from search_clicks join searches on searches.id = search where {_OWN} group by slug"
    with db.read() as connection:
        return dict(connection.execute(sql, _of(span)).fetchall())


def _of(span: Span) -> dict[str, Any]:
    return {
        "first": f"{span.first.isoformat()}T00",
        "after": f"{(span.last + timedelta(days=1)).isoformat()}T00",
    }
