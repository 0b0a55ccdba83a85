# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Commissions as they stand now. What somebody may not know of is left out by the queries themselves."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from kb.domain.account import Role
from kb.domain.commission import HOURS_A_DAY, OPEN, Commission, Line, Need, Refusal, Stage
from kb.domain.errors import NotFound
from kb.domain.permission_commission import Asking
from kb.storage.commission_rows import NAMES, columns_of, commission_from
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_LOG = "from commission_visits v where v.commission = c.id and v.taken_out = 0"
_COLUMNS = (
    f"{', '.join(f'c.{name}' for name in NAMES)}, (select total(v.hours) {_LOG}), "
    f"(select coalesce(sum(v.cost), 0) {_LOG}), (select count(*) {_LOG}), (select max(v.day) {_LOG})"
)
_SEEN = (
    "(:lead = 1 or c.contact = :me or c.person = :me "
    "or c.receiver in (select value from json_each(:headships)) "
    "or c.supporter in (select value from json_each(:headships)) "
    "or (c.confidential = 0 and (:of_trust = 1 or c.receiver in (select value from json_each(:schools)) "
    "or c.supporter in (select value from json_each(:schools)))))"
)


class MovedOn(NotFound):
    """Somebody else was quicker: the commission is no longer as it was when the page was opened."""

    def __init__(self) -> None:
        super().__init__("Somebody has changed this commission since you opened the page. Look at it again.")


def insert(db: Database, need: Need, *, lead: int, now: datetime) -> int:
    """Begin a commission and give its id."""
    row = columns_of(need) | {
        "stage": Stage.NEED.value,
        "lead": lead,
        "made_at": stamp(now),
        "stage_since": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "commissions", row)


def change(
    db: Database,
    commission: Commission,
    changes: Mapping[str, object],
    *,
    now: datetime,
    to: Stage | None = None,
) -> None:
    """Write columns of a commission, and its next stage. Raises MovedOn when somebody has changed it meanwhile."""
    row = dict(changes)
    if to is not None and to is not commission.stage:
        row |= {"stage": to.value, "stage_since": stamp(now)}
    settings = ", ".join(f"{name} = :{name}" for name in row if name in NAMES)
    with db.write() as writing:
        done = writing.execute(
            f"update commissions set {settings}{', ' if settings else ''}version = version + 1 "
            "where id = :the_id and version = :the_version",
            row | {"the_id": commission.id, "the_version": commission.version},
        )
        if done.rowcount != 1:
            raise MovedOn


def rewrite(db: Database, commission: Commission, need: Need, *, now: datetime) -> None:
    """Write what is needed anew. Raises MovedOn."""
    change(db, commission, columns_of(need), now=now)


def find(db: Database, commission_id: int) -> Commission | None:
    """The commission with this id, whoever may see it; None when there is none."""
    return next(iter(_select(db, "c.id = :id", {"id": commission_id})), None)


def seen_by(
    db: Database, asking: Asking, stages: Collection[Stage] = frozenset(Stage)
) -> tuple[Commission, ...]:
    """Every commission at these stages that a person may know of, the one that has waited longest first."""
    if not asking.account.active:
        return ()
    asked = {
        "me": asking.account.id,
        "lead": int(asking.account.role is Role.LEAD),
        "headships": json.dumps(sorted(asking.headships)),
        "schools": json.dumps(sorted(asking.account.schools)),
        "of_trust": int(asking.of_trust),
        "stages": _values(stages),
    }
    where = f"{_SEEN} and c.stage in (select value from json_each(:stages))"
    return _select(db, where, asked, order="c.stage_since, c.id")


def at(db: Database, stages: Collection[Stage]) -> tuple[Commission, ...]:
    """Every commission at these stages, for the machine: reminders and sums that name nobody."""
    where = "c.stage in (select value from json_each(:stages))"
    return _select(db, where, {"stages": _values(stages)}, order="c.stage_since, c.id")


def open_of_school(db: Database, school: str) -> tuple[Commission, ...]:
    """What a school helps with just now, whoever may see it."""
    where = "c.supporter = :school and c.stage in (select value from json_each(:stages))"
    return _select(db, where, {"school": school, "stages": _values(OPEN)})


def load(db: Database, school: str, since: date) -> tuple[int, float]:
    """How many commissions a school helps with just now, and the days that it has given since a day."""
    return len(open_of_school(db, school)), days_given(db, since).get(school, 0.0)


def helped_by(db: Database) -> dict[str, tuple[Commission, ...]]:
    """School → every commission in which it helps or helped, whoever may see it."""
    found: dict[str, list[Commission]] = {}
    for each in _select(db, "c.supporter is not null and c.stage <> 'cancelled'", {}):
        found.setdefault(str(each.supporter), []).append(each)
    return {school: tuple(some) for school, some in found.items()}


def days_given(db: Database, since: date) -> dict[str, float]:
    """School → days that it has given to others since a day."""
    sql = (
        "select c.supporter, total(v.hours) from commission_visits v join commissions c on c.id = v.commission "
        "where v.taken_out = 0 and v.day >= ? and c.supporter is not null group by c.supporter"
    )
    with db.read() as connection:
        rows = connection.execute(sql, [since.isoformat()]).fetchall()
    return {school: hours / HOURS_A_DAY for school, hours in rows}


def of_text(db: Database, text_id: int) -> Commission | None:
    """The commission that a text is the case study of; None for other texts."""
    return next(iter(_select(db, "c.text_id = :text", {"text": text_id})), None)


def of_gap(db: Database, gap: int) -> tuple[Commission, ...]:
    """The commissions that came from a need that nothing answers."""
    return _select(db, "c.origin = :origin", {"origin": f"gap:{gap}"})


def of_article(db: Database, slug: str) -> Commission | None:
    """The commission that an article, in any of its versions, is the case study of; None for other articles."""
    where = "c.text_id in (select id from texts where slug = :slug)"
    return next(iter(_select(db, where, {"slug": slug})), None)


def refuse(db: Database, commission: Commission, *, school: str, reason: str, by: int, now: datetime) -> None:
    """Remember that a side said no."""
    row = {
        "commission": commission.id,
        "school": school,
        "supporter": commission.supporter,
        "reason": reason,
        "said_by": by,
        "said_at": stamp(now),
    }
    with db.write() as writing:
        inserted(writing, "commission_refusals", row)


def refusals(db: Database, commission_id: int) -> tuple[Refusal, ...]:
    """Who has said no, the first first."""
    sql = (
        "select school, supporter, reason, said_at from commission_refusals where commission = ? order by id"
    )
    with db.read() as connection:
        return tuple(
            Refusal(school=school, supporter=supporter, reason=reason, at=datetime.fromisoformat(at))
            for school, supporter, reason, at in connection.execute(sql, [commission_id]).fetchall()
        )


def note(
    db: Database, commission: Commission, *, deed: str, to: Stage | None, words: str, by: int, now: datetime
) -> None:
    """Add a line to a commission's own history."""
    row = {
        "commission": commission.id,
        "deed": deed,
        "was": commission.stage.value,
        "led_to": (to or commission.stage).value,
        "words": words,
        "said_by": by,
        "said_at": stamp(now),
    }
    with db.write() as writing:
        inserted(writing, "commission_history", row)


def history(db: Database, commission_id: int) -> tuple[Line, ...]:
    """What was done with a commission, the newest first."""
    sql = (
        "select deed, was, led_to, words, said_by, said_at from commission_history "
        "where commission = ? order by id desc"
    )
    with db.read() as connection:
        return tuple(
            Line(
                deed=deed,
                was=Stage(was),
                to=Stage(to),
                words=words,
                by=by,
                at=datetime.fromisoformat(at),
            )
            for deed, was, to, words, by, at in connection.execute(sql, [commission_id]).fetchall()
        )


def _values(stages: Collection[Stage]) -> str:
    return json.dumps(sorted(stage.value for stage in stages))


def _select(
    db: Database, where: str, asked: dict[str, Any], *, order: str = "c.id"
) -> tuple[Commission, ...]:
    sql = f"select {_COLUMNS} from commissions c where {where} order by {order}"
    with db.read() as connection:
        return tuple(commission_from(row) for row in connection.execute(sql, asked).fetchall())
