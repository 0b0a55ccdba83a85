# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Trials in the database. Listings carry the reader: who may not read the article, or the trial, is not told of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from kb.domain.article import Outcome, Visibility
from kb.domain.search import Reader
from kb.domain.trial import Report, Tally, Trial, TrialState
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_SLUG = "coalesce((select leads_to from redirects where redirects.slug = t.slug), t.slug)"
_COLUMNS = (
    f"t.id, {_SLUG}, a.title, t.author, t.state, t.school, t.began, t.ended, t.key_stages, t.provisions, "
    "t.how_often, t.how_long, t.changed, t.outcome, t.how_we_know, t.visibility, t.pupils, t.small_group, "
    "t.made_at, t.changed_at, t.hidden_because"
)
_FROM = f"from trials t join articles a on a.slug = {_SLUG}"
_ABOUT = (  # a.slug itself finds them only by looking at every trial there is
    "t.slug in (select value from json_each(:slugs) "
    "union select slug from redirects where leads_to in (select value from json_each(:slugs)))"
)
_THERE = "not exists (select 1 from taken_down d where d.slug = a.slug)"
_SEEN = (
    f"t.state = 'shown' and {_THERE} and a.visibility in (select value from json_each(:visibilities)) "
    "and t.visibility in (select value from json_each(:visibilities))"
)
_ORDER = "order by t.began desc, t.id desc"


def insert(db: Database, slug: str, report: Report, *, author: int, now: datetime) -> int:
    """Keep a trial and give its id."""
    row = _row(report) | {
        "slug": slug,
        "author": author,
        "state": TrialState.SHOWN.value,
        "made_at": stamp(now),
        "changed_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "trials", row)


def change(db: Database, trial_id: int, report: Report, *, now: datetime) -> None:
    """Keep what a school says about its trial now."""
    row = _row(report) | {"changed_at": stamp(now)}
    sets = ", ".join(f"{name} = :{name}" for name in row)
    with db.write() as writing:
        writing.execute(f"update trials set {sets} where id = :id", row | {"id": trial_id})


def move(db: Database, trial_id: int, *, was: TrialState, to: TrialState, reason: str = "") -> bool:
    """Put a trial into another state, hidden with a reason; False when somebody was quicker."""
    asked = {"id": trial_id, "was": was.value, "to": to.value, "reason": reason}
    with db.write() as writing:
        moved = writing.execute(
            "update trials set state = :to, hidden_because = :reason where id = :id and state = :was", asked
        )
        return bool(moved.rowcount == 1)


def find(db: Database, trial_id: int) -> Trial | None:
    """The trial with this number whoever may see it, None when there is none or its article is gone."""
    return next(iter(_select(db, f"t.id = :id and {_THERE}", {"id": trial_id})), None)


def find_seen(db: Database, trial_id: int, reader: Reader) -> Trial | None:
    """The trial with this number that this reader may see."""
    return next(iter(_select(db, f"t.id = :id and {_SEEN}", {"id": trial_id} | _of(reader))), None)


def of_article(db: Database, slug: str, reader: Reader) -> tuple[Trial, ...]:
    """The trials of an article that this reader may see, the newest first."""
    asked = {"slug": slug, "slugs": json.dumps([slug])}
    return _select(db, f"{_ABOUT} and a.slug = :slug and {_SEEN}", asked | _of(reader))


def of_school(db: Database, school: str, reader: Reader) -> tuple[Trial, ...]:
    """What a school has tried, as far as this reader may see it, the newest first."""
    return _select(db, f"t.school = :school and {_SEEN}", {"school": school} | _of(reader))


def of_author(db: Database, account_id: int, reader: Reader) -> tuple[Trial, ...]:
    """What a person has told of, as far as this reader may see it, the newest first."""
    return _select(db, f"t.author = :author and {_SEEN}", {"author": account_id} | _of(reader))


def theirs(db: Database, account_id: int) -> tuple[Trial, ...]:
    """What a person has told of, for themselves: also what is hidden; not what they took back."""
    return _select(db, f"t.author = :author and t.state <> 'withdrawn' and {_THERE}", {"author": account_id})


def seen(db: Database, reader: Reader) -> tuple[Trial, ...]:
    """Every trial that this reader may see, the newest first."""
    return _select(db, _SEEN, _of(reader))


def hidden(db: Database) -> tuple[Trial, ...]:
    """What the lead has hidden, the newest first."""
    return _select(db, f"t.state = 'hidden' and {_THERE}", {})


def is_empty(db: Database) -> bool:
    """True when nobody has ever told of a trial, whatever became of its article."""
    with db.read() as connection:
        return not connection.execute("select exists (select 1 from trials)").fetchone()[0]


def tallies(db: Database, slugs: Iterable[str], reader: Reader) -> Mapping[str, Tally]:
    """Address → tally of the trials that this reader may see, for those of these articles that were tried."""
    sql = (
        f"select a.slug, count(*), count(distinct t.school), sum(t.outcome = 'worked'), sum(t.outcome = 'mixed'), "
        f"sum(t.outcome = 'did-not-work') {_FROM} "
        f"where {_ABOUT} and a.slug in (select value from json_each(:slugs)) and {_SEEN} group by a.slug"
    )
    with db.read() as connection:
        rows = connection.execute(sql, {"slugs": json.dumps(sorted(set(slugs)))} | _of(reader)).fetchall()
    return {
        row[0]: Tally(trials=row[1], schools=row[2], worked=row[3], mixed=row[4], did_not_work=row[5])
        for row in rows
    }


def _select(db: Database, where: str, asked: Mapping[str, Any]) -> tuple[Trial, ...]:
    with db.read() as connection:
        rows = connection.execute(f"select {_COLUMNS} {_FROM} where {where} {_ORDER}", asked).fetchall()
    return tuple(_trial(row) for row in rows)


def _of(reader: Reader) -> dict[str, str]:
    return {"visibilities": json.dumps(sorted(reader.visibilities))}


def _row(report: Report) -> dict[str, Any]:
    return {
        "school": report.school,
        "visibility": report.visibility.value,
        "outcome": report.outcome.value,
        "began": report.began.isoformat(),
        "ended": report.ended.isoformat() if report.ended else None,
        "key_stages": json.dumps(list(report.key_stages)),
        "provisions": json.dumps(list(report.provisions)),
        "how_often": report.how_often,
        "how_long": report.how_long,
        "changed": report.changed,
        "how_we_know": report.how_we_know,
        "pupils": report.pupils,
        "small_group": int(report.small_group),
    }


def _trial(row: Any) -> Trial:
    report = Report(
        school=row[5],
        began=date.fromisoformat(row[6]),
        ended=date.fromisoformat(row[7]) if row[7] else None,
        key_stages=tuple(json.loads(row[8])),
        provisions=tuple(json.loads(row[9])),
        how_often=row[10],
        how_long=row[11],
        changed=row[12],
        outcome=Outcome(row[13]),
        how_we_know=row[14],
        visibility=Visibility(row[15]),
        pupils=row[16],
        small_group=bool(row[17]),
    )
    return Trial(
        id=row[0],
        slug=row[1],
        title=row[2],
        author=row[3],
        state=TrialState(row[4]),
        report=report,
        made_at=datetime.fromisoformat(row[18]),
        changed_at=datetime.fromisoformat(row[19]),
        hidden_because=row[20],
    )
