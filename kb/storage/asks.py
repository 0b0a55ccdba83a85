# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Asks in the database. Listings carry the person: a confidential ask is told of only to its asker and the lead."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from kb.domain.ask import Ask, AskState, Audience, Reply, Wish
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = (
    "k.id, k.asker, k.state, k.question, k.detail, k.school, k.audience, k.key_stages, k.provisions, k.needs, "
    "k.themes, k.article, k.made_at, k.state_since, k.commission, k.text_id, k.closed_because, "
    "(select json_group_array(school) from (select school from ask_schools where ask = k.id order by said_at, school))"
)
_SEEN = (
    "(:all = 1 or k.asker = :me or (k.audience = 'trust' "
    "and (:trust = 1 or k.school in (select value from json_each(:schools)))))"
)
_ORDER = "order by k.state_since desc, k.id desc"

Seer = Mapping[str, Any]
"""Who looks, as the queries need it: make it with ``seer``."""


def seer(*, account: int | None, schools: Collection[str], trust: bool, everything: bool) -> Seer:
    """Somebody who looks at asks.

    trust       True for people of the trust, who see what is asked of it
    everything  True for the lead, who sees what is confidential, too
    """
    return {
        "me": account,
        "schools": json.dumps(sorted(schools)),
        "trust": int(trust),
        "all": int(everything),
    }


def insert(db: Database, wish: Wish, *, asker: int, now: datetime) -> int:
    """Keep an ask and give its id."""
    row = _row(wish) | {
        "asker": asker,
        "state": AskState.OPEN.value,
        "made_at": stamp(now),
        "state_since": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "asks", row)


def change(db: Database, ask_id: int, wish: Wish) -> None:
    """Keep what is asked for now."""
    row = _row(wish)
    sets = ", ".join(f"{name} = :{name}" for name in row)
    with db.write() as writing:
        writing.execute(f"update asks set {sets} where id = :id", row | {"id": ask_id})


def move(
    db: Database,
    ask_id: int,
    to: AskState,
    *,
    was: Collection[AskState],
    now: datetime,
    commission: int | None = None,
    text: int | None = None,
    reason: str = "",
) -> bool:
    """Put an ask into another state; False when it is in none of the states it was in.

    commission, text  what took it up; kept as they are when None
    reason            why it is closed
    """
    asked = {
        "id": ask_id,
        "to": to.value,
        "was": json.dumps([each.value for each in was]),
        "now": stamp(now),
        "commission": commission,
        "text": text,
        "reason": reason,
    }
    with db.write() as writing:
        moved = writing.execute(
            "update asks set state = :to, state_since = :now, closed_because = :reason, "
            "commission = coalesce(:commission, commission), text_id = coalesce(:text, text_id) "
            "where id = :id and state in (select value from json_each(:was))",
            asked,
        )
        return bool(moved.rowcount == 1)


def need_too(db: Database, ask_id: int, school: str, *, account: int, now: datetime) -> None:
    """Note that a school needs it too, once."""
    with db.write() as writing:
        writing.execute(
            "insert into ask_schools (ask, school, account, said_at) values (:ask, :school, :account, :now) "
            "on conflict do nothing",
            {"ask": ask_id, "school": school, "account": account, "now": stamp(now)},
        )


def need_no_more(db: Database, ask_id: int, school: str) -> None:
    """Forget that a school needs it too."""
    with db.write() as writing:
        writing.execute("delete from ask_schools where ask = ? and school = ?", [ask_id, school])


def reply(db: Database, ask_id: int, slug: str, note: str, *, author: int | None, now: datetime) -> None:
    """Keep an article as an answer; one that was given before gets the newer note."""
    row = {"ask": ask_id, "slug": slug, "note": note, "author": author, "made_at": stamp(now)}
    with db.write() as writing:
        writing.table("ask_replies").upsert(row, pk=("ask", "slug"))


def replies(db: Database, ask_id: int) -> tuple[Reply, ...]:
    """The articles that were given as answers, the first one first, by their addresses of now."""
    sql = (
        "select coalesce((select leads_to from redirects where redirects.slug = r.slug), r.slug), r.note, r.author, "
        "r.made_at from ask_replies r where r.ask = ? order by r.made_at, r.slug"
    )
    with db.read() as connection:
        rows = connection.execute(sql, [ask_id]).fetchall()
    return tuple(
        Reply(slug=row[0], note=row[1], author=row[2], made_at=datetime.fromisoformat(row[3])) for row in rows
    )


def find(db: Database, ask_id: int) -> Ask | None:
    """The ask with this number, whoever may see it."""
    return next(iter(_select(db, "k.id = :id", {"id": ask_id})), None)


def find_seen(db: Database, ask_id: int, seer: Seer) -> Ask | None:
    """The ask with this number, when whoever looks may see it."""
    return next(iter(_select(db, f"k.id = :id and {_SEEN}", {"id": ask_id, **seer})), None)


def seen(db: Database, seer: Seer, states: Collection[AskState] = tuple(AskState)) -> tuple[Ask, ...]:
    """The asks in these states that whoever looks may see, those that moved last first."""
    asked = {"states": json.dumps([each.value for each in states]), **seer}
    return _select(db, f"{_SEEN} and k.state in (select value from json_each(:states))", asked)


def open_ones(db: Database, seer: Seer) -> tuple[Ask, ...]:
    """The asks that nobody has taken up yet and that whoever looks may see."""
    return seen(db, seer, (AskState.OPEN,))


def of_text(db: Database, text_id: int) -> tuple[Ask, ...]:
    """The asks that were taken up by a text and are not answered yet."""
    return _select(db, "k.text_id = :text and k.state = 'taken-up'", {"text": text_id})


def of_commission(db: Database, commission: int) -> tuple[Ask, ...]:
    """The asks that a commission took up."""
    return _select(db, "k.commission = :commission", {"commission": commission})


def _select(db: Database, where: str, asked: Mapping[str, Any]) -> tuple[Ask, ...]:
    with db.read() as connection:
        rows = connection.execute(f"select {_COLUMNS} from asks k where {where} {_ORDER}", asked).fetchall()
    return tuple(_ask(row) for row in rows)


def _row(wish: Wish) -> dict[str, Any]:
    several = {
        name: json.dumps(list(getattr(wish, name)))
        for name in ("key_stages", "provisions", "needs", "themes")
    }
    return several | {
        "question": wish.question,
        "detail": wish.detail,
        "school": wish.school,
        "audience": wish.audience.value,
        "article": wish.article,
    }


def _ask(row: Any) -> Ask:
    wish = Wish(
        question=row[3],
        detail=row[4],
        school=row[5],
        audience=Audience(row[6]),
        key_stages=tuple(json.loads(row[7])),
        provisions=tuple(json.loads(row[8])),
        needs=tuple(json.loads(row[9])),
        themes=tuple(json.loads(row[10])),
        article=row[11],
    )
    return Ask(
        id=row[0],
        asker=row[1],
        state=AskState(row[2]),
        wish=wish,
        made_at=datetime.fromisoformat(row[12]),
        state_since=datetime.fromisoformat(row[13]),
        commission=row[14],
        text=row[15],
        closed_because=row[16],
        needed_by=tuple(each for each in json.loads(row[17]) if each != row[5]),
    )
