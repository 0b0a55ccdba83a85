"""The search log: what was searched to the hour, which results were opened, how often articles are read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.domain.search_log import (
    LINKS_SECONDS,
    LONGEST_WORDS,
    ROWS_DAYS,
    VIEWS_DAYS,
    WORDS_DAYS,
    Click,
    Looked,
    View,
    hour_of,
)
from kb.storage.database import Database

_HIGHEST_SECONDS = LINKS_SECONDS


def note(db: Database, events: Iterable[Looked | Click | View], *, demo: bool = False) -> None:
    """Add what happened, in one short transaction."""
    with db.write() as writing:
        for event in events:
            if isinstance(event, Looked):
                _look(writing, event, demo=demo)
            elif isinstance(event, Click):
                _click(writing, event)
            else:
                _view(writing, event.slug, event.at)


def _look(writing: Any, event: Looked, *, demo: bool) -> None:
    words = event.words[:LONGEST_WORDS] if event.words and not event.withheld else None
    added = writing.execute(
        "insert into searches(hour, words, withheld, kind, mode, chosen, named, total, outcome, corrected, expanded, "
        "again, took_ms, demo) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
        [
            hour_of(event.at),
            words,
            int(event.withheld),
            event.kind.value,
            event.mode,
            json.dumps({name: list(ids) for name, ids in event.chosen.items()}),
            json.dumps({name: list(ids) for name, ids in event.named.items()}),
            event.total,
            event.outcome.value,
            int(event.corrected),
            int(event.expanded),
            event.again.value,
            round(event.took_ms, 1),
            int(demo),
        ],
    ).fetchone()
    if event.token:
        writing.execute("delete from search_links where at < ?", [event.at.timestamp() - LINKS_SECONDS])
        writing.execute(
            "insert or ignore into search_links values (?, ?, ?)",
            [event.token, added[0], event.at.timestamp()],
        )


def _click(writing: Any, event: Click) -> None:
    """Note the click when its link is still good; the first one of an article counts."""
    found = writing.execute("select search, at from search_links where token = ?", [event.token]).fetchone()
    if found is None:
        return
    seconds = round(event.at.timestamp() - found[1])
    if 0 <= seconds <= _HIGHEST_SECONDS:
        writing.execute(
            "insert or ignore into search_clicks values (?, ?, ?, ?)",
            [found[0], event.slug, event.rank, seconds],
        )


def _view(writing: Any, slug: str, at: datetime, how_many: int = 1) -> None:
    writing.execute(
        "insert into article_views values (?, ?, ?) on conflict do update set views = views + excluded.views",
        [slug, at.astimezone(UTC).date().isoformat(), how_many],
    )


def add_views(db: Database, rows: Iterable[tuple[str, datetime, int]]) -> None:
    """Add numbers of views: slug, any moment of the day, how many."""
    with db.write() as writing:
        for slug, at, how_many in rows:
            _view(writing, slug, at, how_many)


def forget(db: Database, now: datetime) -> None:
    """Delete what is kept only for a while: links, then words, then searches and views."""
    with db.write() as writing:
        writing.execute("delete from search_links where at < ?", [now.timestamp() - LINKS_SECONDS])
        writing.execute(
            "update searches set words = null where words is not null and hour < ?",
            [hour_of(now - timedelta(days=WORDS_DAYS))],
        )
        writing.execute("delete from searches where hour < ?", [hour_of(now - timedelta(days=ROWS_DAYS))])
        oldest = (now - timedelta(days=VIEWS_DAYS)).date().isoformat()
        writing.execute("delete from article_views where day < ?", [oldest])


def is_empty(db: Database) -> bool:
    """True when nobody has searched yet."""
    with db.read() as connection:
        return connection.execute("select 1 from searches limit 1").fetchone() is None
