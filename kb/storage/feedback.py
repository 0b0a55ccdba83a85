# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Feedback on articles: one of each person on each article, which they can change, and some of nobody known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kb.domain.feedback import Feedback, FeedbackCount, Verdict
from kb.storage.database import Database
from kb.storage.text_rows import inserted, moment, stamp

_SLUG = "coalesce((select leads_to from redirects where redirects.slug = f.slug), f.slug)"
_COLUMNS = f"f.id, {_SLUG}, a.title, f.account, f.verdict, f.reason, f.made_at, f.changed_at, f.handled_at"
_FROM = f"from feedback f join articles a on a.slug = {_SLUG}"
_THERE = "not exists (select 1 from taken_down d where d.slug = a.slug)"


def keep(
    db: Database, slug: str, verdict: Verdict, reason: str, *, account: int | None, now: datetime
) -> int:
    """Keep what somebody says about an article, in place of what they said before; give its number."""
    row = {"slug": slug, "account": account, "verdict": verdict.value, "reason": reason}
    with db.write() as writing:
        before = of_person(db, slug, account) if account is not None else None
        if before is None:
            return inserted(writing, "feedback", row | {"made_at": stamp(now), "changed_at": stamp(now)})
        writing.execute(
            "update feedback set verdict = :verdict, reason = :reason, changed_at = :now, handled_at = null, "
            "handled_by = null where id = :id",
            row | {"id": before.id, "now": stamp(now)},
        )
        return before.id


def take_back(db: Database, slug: str, account: int) -> None:
    """Forget what a person said about an article."""
    with db.write() as writing:
        before = of_person(db, slug, account)
        if before:
            writing.execute("delete from feedback where id = ?", [before.id])


def handle(db: Database, feedback_id: int, *, by: int, now: datetime) -> None:
    """Note that somebody has dealt with it."""
    with db.write() as writing:
        writing.execute(
            "update feedback set handled_at = :now, handled_by = :by where id = :id and handled_at is null",
            {"id": feedback_id, "by": by, "now": stamp(now)},
        )


def find(db: Database, feedback_id: int) -> Feedback | None:
    """One piece of feedback on an article that is there."""
    return next(iter(_select(db, "f.id = :id", {"id": feedback_id})), None)


def of_person(db: Database, slug: str, account: int) -> Feedback | None:
    """What a person says about an article."""
    asked = {"slug": slug, "who": account}
    return next(iter(_select(db, "a.slug = :slug and f.account = :who", asked)), None)


def of_articles(
    db: Database, slugs: Iterable[str] | None = None, *, since: datetime | None = None
) -> tuple[Feedback, ...]:
    """What is said about these articles, or about all of them, what is not dealt with first, then the newest."""
    asked = {
        "slugs": json.dumps(sorted(set(slugs))) if slugs is not None else None,
        "since": stamp(since) if since else None,
    }
    where = (
        "(:slugs is null or a.slug in (select value from json_each(:slugs))) "
        "and (:since is null or f.changed_at >= :since)"
    )
    return _select(db, where, asked)


def counts(db: Database, slugs: Iterable[str] | None = None) -> Mapping[str, FeedbackCount]:
    """Address → how many readers said what, for those of these articles, or of all, about which somebody did."""
    asked = {"slugs": json.dumps(sorted(set(slugs))) if slugs is not None else None}
    sql = (
        "select a.slug, sum(f.verdict = 'helpful'), sum(f.verdict = 'not-for-my-setting'), "
        f"sum(f.verdict = 'out-of-date') {_FROM} where {_THERE} "
        "and (:slugs is null or a.slug in (select value from json_each(:slugs))) group by a.slug"
    )
    with db.read() as connection:
        rows = connection.execute(sql, asked).fetchall()
    return {
        row[0]: FeedbackCount(helpful=row[1], not_for_my_setting=row[2], out_of_date=row[3]) for row in rows
    }


def _select(db: Database, where: str, asked: Mapping[str, Any]) -> tuple[Feedback, ...]:
    order = "order by f.handled_at is not null, f.changed_at desc, f.id desc"
    with db.read() as connection:
        rows = connection.execute(
            f"select {_COLUMNS} {_FROM} where {_THERE} and {where} {order}", asked
        ).fetchall()
    return tuple(
        Feedback(
            id=row[0],
            slug=row[1],
            title=row[2],
            account=row[3],
            verdict=Verdict(row[4]),
            reason=row[5],
            made_at=datetime.fromisoformat(row[6]),
            changed_at=datetime.fromisoformat(row[7]),
            handled_at=moment(row[8]),
        )
        for row in rows
    )
