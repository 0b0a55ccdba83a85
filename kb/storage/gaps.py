# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Needs that nothing answers: gathered searches, their weeks, and what was decided about them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kb.domain.gap import (
    BACK_AFTER,
    FEWEST_SHOWN,
    FORGOTTEN_WEEKS,
    SINGLE_DAYS,
    Gap,
    GapState,
    last_weeks,
    monday,
)
from kb.storage.database import Database

_COLUMNS = "id, label, size, state, note, decided_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A search that nothing answered and that belongs to no need yet."""

    id: int
    words: str
    hour: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """What a search is compared with: how a need was worded, and the mean of its vectors, None without vectors."""

    id: int
    wordings: tuple[str, ...]
    size: int
    vector: bytes | None


def unanswered(db: Database, limit: int) -> tuple[Unanswered, ...]:
    """Searches that are to be gathered, oldest first."""
    sql = (
        "select id, words, hour, chosen, named from searches where gap is null and words is not null and again = '' "
        "and outcome in ('weak', 'nothing') order by id limit ?"
    )
    with db.read() as connection:
        rows = connection.execute(sql, [limit]).fetchall()
    return tuple(
        Unanswered(id=row[0], words=row[1], hour=row[2], terms=_terms(json.loads(row[3]), json.loads(row[4])))
        for row in rows
    )


def _terms(*asked: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    pairs = ((facet, term) for each in asked for facet, ids in each.items() for term in ids)
    return tuple(dict.fromkeys(pairs))


def middles(db: Database) -> tuple[Middle, ...]:
    """Every need as a search is compared with it."""
    with db.read() as connection:
        rows = connection.execute("select id, label, size, vector from gaps order by id").fetchall()
        worded = defaultdict(list)
        for gap, words in connection.execute(
            "select distinct gap, words from searches where gap is not null and words is not null"
        ):
            worded[gap].append(words)
    return tuple(
        Middle(id=row[0], wordings=(row[1], *worded[row[0]]), size=row[2], vector=row[3]) for row in rows
    )


def begin(db: Database, label: str, vector: bytes | None) -> int:
    """A new need; its first search is added by ``add``."""
    with db.write() as writing:
        row = writing.execute(
            "insert into gaps(label, vector) values (?, ?) returning id", [label, vector]
        ).fetchone()
    return int(row[0])


def add(
    db: Database, gap: int, search: Unanswered, *, vector: bytes | None = None, first: bool = False
) -> None:
    """Count a search under a need, once; ``vector`` is the need's new mean."""
    with db.write() as writing:
        taken = writing.execute(
            "update searches set gap = ? where id = ? and gap is null returning id", [gap, search.id]
        ).fetchone()
        if taken is None:
            return
        if not first:
            writing.execute(
                "update gaps set size = size + 1, vector = coalesce(?, vector), "
                "since = since + (state = 'dealt-with'), "
                "state = case when state = 'dealt-with' and since + 1 >= ? then 'back' else state end where id = ?",
                [vector, BACK_AFTER, gap],
            )
        week = monday(date.fromisoformat(search.hour[:10])).isoformat()
        _count(writing, "gap_weeks(gap, week, searches)", [gap, week])
        for facet, term in search.terms:
            _count(writing, "gap_terms(gap, facet, term, searches)", [gap, facet, term])


def _count(writing: Any, into: str, key: list[Any], how_many: int = 1) -> None:
    marks = ", ".join("?" for _ in key)
    writing.execute(
        f"insert into {into} values ({marks}, ?) on conflict do update set searches = searches + excluded.searches",
        [*key, how_many],
    )


def place(db: Database, gap: int, vector: bytes) -> None:
    """Give a need its middle."""
    with db.write() as writing:
        writing.execute("update gaps set vector = ? where id = ?", [vector, gap])


def put_history(
    db: Database, gap: int, weeks: Mapping[str, int], terms: Iterable[tuple[str, str, int]] = ()
) -> None:
    """Add weeks of long ago, of which no search is left (the demo's year)."""
    with db.write() as writing:
        for week, how_many in weeks.items():
            _count(writing, "gap_weeks(gap, week, searches)", [gap, week], how_many)
        for facet, term, how_many in terms:
            _count(writing, "gap_terms(gap, facet, term, searches)", [gap, facet, term], how_many)
        writing.execute("update gaps set size = size + ? where id = ?", [sum(weeks.values()), gap])


def listed(db: Database, states: Iterable[GapState], today: date, *, limit: int = 100) -> tuple[Gap, ...]:
    """Needs in these states that more than one search asked for, those asked for most lately first."""
    weeks = last_weeks(today)
    sql = (
        f"select {_COLUMNS} from gaps where size >= :fewest "
        "and state in (select value from json_each(:states)) "
        "order by (select coalesce(sum(searches), 0) from gap_weeks where gap = gaps.id and week >= :first) desc, "
        "size desc, id limit :limit"
    )
    wanted = {
        "fewest": FEWEST_SHOWN,
        "states": json.dumps([state.value for state in states]),
        "first": weeks[0],
        "limit": limit,
    }
    with db.read() as connection:
        rows = connection.execute(sql, wanted).fetchall()
        return _whole(connection, rows, weeks)


def find(db: Database, gap: int, today: date) -> Gap | None:
    """One need; None when there is none that is shown."""
    with db.read() as connection:
        rows = connection.execute(
            f"select {_COLUMNS} from gaps where id = ? and size >= ?", [gap, FEWEST_SHOWN]
        ).fetchall()
        return next(iter(_whole(connection, rows, last_weeks(today))), None)


def decide(db: Database, gap: int, state: GapState, *, note: str, by: int) -> None:
    """Say that a need is dealt with, or open again."""
    with db.write() as writing:
        writing.execute(
            "update gaps set state = ?, note = ?, decided_by = ?, decided_at = ?, since = 0 where id = ?",
            [state.value, note, by, datetime.now(UTC).isoformat(timespec="seconds"), gap],
        )


def follow(db: Database, gap: int, kind: str, number: int) -> None:
    """Remember an ask or a text that was begun from a need's page."""
    with db.write() as writing:
        writing.execute("insert or ignore into gap_followed values (?, ?, ?)", [gap, kind, number])


def followed(db: Database, gap: int) -> tuple[tuple[str, int], ...]:
    """(ask or text, number) of what was begun from a need's page, the first one first."""
    with db.read() as connection:
        return tuple(
            connection.execute(
                "select kind, number from gap_followed where gap = ? order by kind, number", [gap]
            ).fetchall()
        )


def forget(db: Database, today: date) -> None:
    """Delete what only one search asked for a month ago, and what nobody has asked for in a year."""
    single = (today - timedelta(days=SINGLE_DAYS)).isoformat()
    old = (today - timedelta(weeks=FORGOTTEN_WEEKS)).isoformat()
    newest = "coalesce((select max(week) from gap_weeks where gap = gaps.id), '')"
    with db.write() as writing:
        writing.execute(
            f"delete from gaps where (size < ? and {newest} < ?) or {newest} < ?", [FEWEST_SHOWN, single, old]
        )


def _whole(connection: Any, rows: list[Any], weeks: tuple[str, ...]) -> tuple[Gap, ...]:
    ids = json.dumps([row[0] for row in rows])
    of = "gap in (select value from json_each(?))"
    by_week: dict[int, dict[str, int]] = defaultdict(dict)
    for gap, week, count in connection.execute(
        f"select gap, week, searches from gap_weeks where {of} and week >= ?", [ids, weeks[0]]
    ):
        by_week[gap][week] = count
    terms: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for gap, facet, term, count in connection.execute(
        f"select gap, facet, term, searches from gap_terms where {of} order by searches desc, term", [ids]
    ):
        terms[gap][facet][term] = count
    wordings: dict[int, list[str]] = defaultdict(list)
    for gap, words in connection.execute(
        f"select gap, words from searches where {of} and words is not null group by gap, lower(words) "
        "order by count(*) desc, max(id) desc",
        [ids],
    ):
        wordings[gap].append(words)
    return tuple(
        Gap(
            id=row[0],
            label=row[1],
            size=row[2],
            state=GapState(row[3]),
            note=row[4],
            decided_at=datetime.fromisoformat(row[5]) if row[5] else None,
            weeks={week: by_week[row[0]].get(week, 0) for week in weeks},
            terms={facet: dict(found) for facet, found in terms[row[0]].items()},
            wordings=tuple(wordings[row[0]]),
        )
        for row in rows
    )
