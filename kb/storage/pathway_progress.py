"""Who is on which pathway, and what they have ticked. A person's ticks and thoughts are read for that person alone."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from kb.domain.pathway import Following, Mark, Tick
from kb.storage.database import Database
from kb.storage.text_rows import moment, stamp

_COLUMNS = "account, pathway, begun_at, seen, finished_at, left_at"


def begin(db: Database, account_id: int, pathway_id: int, *, version: int, now: datetime) -> None:
    """Put somebody on a pathway, or back on it: what was ticked before counts."""
    with db.write() as writing:
        writing.execute(
            "insert into pathway_followers (account, pathway, begun_at, seen) values (:me, :pathway, :now, :seen) "
            "on conflict (account, pathway) do update set left_at = null, seen = :seen",
            {"me": account_id, "pathway": pathway_id, "now": stamp(now), "seen": version},
        )


def leave(db: Database, account_id: int, pathway_id: int, now: datetime) -> None:
    """Take somebody off a pathway; their ticks stay."""
    _set(db, account_id, pathway_id, "left_at", stamp(now))


def see(db: Database, account_id: int, pathway_id: int, version: int) -> None:
    """Note the newest version that somebody knows."""
    _set(db, account_id, pathway_id, "seen", version)


def finish(db: Database, account_id: int, pathway_id: int, now: datetime | None) -> None:
    """Note when somebody had done all of it; None when they have not after all."""
    _set(db, account_id, pathway_id, "finished_at", stamp(now) if now else None)


def find(db: Database, account_id: int, pathway_id: int) -> Following | None:
    """How somebody stands to a pathway; None for one they have never begun."""
    return next((each for each in of_person(db, account_id) if each.pathway == pathway_id), None)


def of_person(db: Database, account_id: int) -> tuple[Following, ...]:
    """The pathways that somebody has begun, the newest first."""
    sql = f"select {_COLUMNS} from pathway_followers where account = ? order by begun_at desc, pathway"  # noqa: S608
    with db.read() as connection:
        return tuple(_following(row) for row in connection.execute(sql, [account_id]).fetchall())


def on(db: Database, pathway_id: int) -> tuple[Following, ...]:
    """Everybody who is on a pathway or has finished it. Leavers of the trust are left out."""
    sql = (
        f"select {_COLUMNS} from pathway_followers where pathway = ? "  # noqa: S608 - constants
        "and (left_at is null or finished_at is not null) "
        "and exists (select 1 from accounts where id = account and active = 1) order by account"
    )
    with db.read() as connection:
        return tuple(_following(row) for row in connection.execute(sql, [pathway_id]).fetchall())


def tick(db: Database, account_id: int, pathway_id: int, tick: Tick) -> None:
    """Keep what somebody has done with a step, in place of what they said before."""
    with db.write() as writing:
        writing.execute(
            "insert into pathway_ticks (account, pathway, step, mark, at, reflection) "
            "values (:me, :pathway, :step, :mark, :at, :reflection) on conflict (account, pathway, step) "
            "do update set mark = :mark, reflection = :reflection",
            {
                "me": account_id,
                "pathway": pathway_id,
                "step": tick.step,
                "mark": tick.mark.value,
                "at": stamp(tick.at),
                "reflection": tick.reflection,
            },
        )


def untick(db: Database, account_id: int, pathway_id: int, step: int) -> None:
    """Forget a tick."""
    with db.write() as writing:
        writing.execute(
            "delete from pathway_ticks where account = ? and pathway = ? and step = ?",
            [account_id, pathway_id, step],
        )


def ticks(db: Database, account_id: int, pathway_ids: Collection[int]) -> dict[int, dict[int, Tick]]:
    """Pathway → step → what a person has done with it, on these pathways."""
    found: dict[int, dict[int, Tick]] = {each: {} for each in pathway_ids}
    sql = (
        "select pathway, step, mark, at, reflection from pathway_ticks where account = ? "
        "and pathway in (select value from json_each(?)) order by pathway, step"
    )
    with db.read() as connection:
        for row in connection.execute(sql, [account_id, json.dumps(sorted(pathway_ids))]).fetchall():
            found[row[0]][row[1]] = Tick(
                step=row[1], mark=Mark(row[2]), at=datetime.fromisoformat(row[3]), reflection=row[4]
            )
    return found


def think(db: Database, account_id: int, pathway_id: int, step: int, words: str) -> None:
    """Keep what somebody wrote at a step that is not done; empty words are forgotten."""
    with db.write() as writing:
        writing.execute(
            "delete from pathway_thoughts where account = ? and pathway = ? and step = ?",
            [account_id, pathway_id, step],
        )
        if words:
            writing.execute(
                "insert into pathway_thoughts (account, pathway, step, words) values (?, ?, ?, ?)",
                [account_id, pathway_id, step, words],
            )


def thoughts(db: Database, account_id: int, pathway_id: int) -> dict[int, str]:
    """Step → what somebody wrote there and has not ticked."""
    sql = "select step, words from pathway_thoughts where account = ? and pathway = ? order by step"
    with db.read() as connection:
        return dict(connection.execute(sql, [account_id, pathway_id]).fetchall())


def _set(db: Database, account_id: int, pathway_id: int, column: str, value: str | int | None) -> None:
    with db.write() as writing:
        writing.execute(
            f"update pathway_followers set {column} = ? where account = ? and pathway = ?",  # noqa: S608 - ours
            [value, account_id, pathway_id],
        )


def _following(row: Any) -> Following:
    return Following(
        account=row[0],
        pathway=row[1],
        begun_at=datetime.fromisoformat(row[2]),
        seen=row[3],
        finished_at=moment(row[4]),
        left_at=moment(row[5]),
    )
