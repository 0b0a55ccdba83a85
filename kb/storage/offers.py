# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Offers in the database. Listings carry the reader, and leave out those who are not here any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kb.domain.article import Visibility
from kb.domain.offer import Offer, OfferKind, OfferState, Promise
from kb.domain.search import Reader
from kb.storage.database import Database
from kb.storage.text_rows import inserted, stamp

_COLUMNS = (
    "o.id, o.author, o.state, o.school, o.personal, o.title, o.about, o.kinds, o.key_stages, o.provisions, "
    "o.needs, o.themes, o.days_per_term, o.until, o.visibility, o.made_at, o.changed_at"
)
_FROM = "from offers o join accounts p on p.id = o.author"
_STANDS = "o.state = 'open' and (o.until is null or o.until >= :today) and (p.active = 1 or o.personal = 0)"
_SEEN = "o.visibility in (select value from json_each(:visibilities))"


def insert(db: Database, promise: Promise, *, author: int, now: datetime) -> int:
    """Keep an offer and give its id."""
    row = _row(promise) | {
        "author": author,
        "state": OfferState.OPEN.value,
        "made_at": stamp(now),
        "changed_at": stamp(now),
    }
    with db.write() as writing:
        return inserted(writing, "offers", row)


def change(db: Database, offer_id: int, promise: Promise, *, now: datetime) -> None:
    """Keep what is offered now."""
    row = _row(promise) | {"changed_at": stamp(now)}
    sets = ", ".join(f"{name} = :{name}" for name in row)
    with db.write() as writing:
        writing.execute(f"update offers set {sets} where id = :id", row | {"id": offer_id})


def move(db: Database, offer_id: int, to: OfferState, *, now: datetime) -> bool:
    """Put an offer that has not ended into another state; False when it has."""
    asked = {"id": offer_id, "to": to.value, "now": stamp(now)}
    with db.write() as writing:
        moved = writing.execute(
            "update offers set state = :to, changed_at = :now where id = :id and state <> 'ended'", asked
        )
        return bool(moved.rowcount == 1)


def find(db: Database, offer_id: int) -> Offer | None:
    """The offer with this number, whoever may see it."""
    return next(iter(_select(db, "o.id = :id", {"id": offer_id})), None)


def find_seen(db: Database, offer_id: int, reader: Reader) -> Offer | None:
    """The offer with this number that this reader may see."""
    return next(iter(_select(db, f"o.id = :id and {_SEEN}", {"id": offer_id} | _of(reader))), None)


def standing(db: Database, reader: Reader, today: date) -> tuple[Offer, ...]:
    """Every offer that can be taken up and that this reader may see, the newest first."""
    return _select(db, f"{_STANDS} and {_SEEN}", {"today": today.isoformat()} | _of(reader))


def of_school(db: Database, school: str, reader: Reader, today: date) -> tuple[Offer, ...]:
    """What a school and its people offer now."""
    asked = {"school": school, "today": today.isoformat()} | _of(reader)
    return _select(db, f"o.school = :school and {_STANDS} and {_SEEN}", asked)


def of_author(db: Database, account_id: int, reader: Reader, today: date) -> tuple[Offer, ...]:
    """What a person offers now, for themselves or for their school."""
    asked = {"author": account_id, "today": today.isoformat()} | _of(reader)
    return _select(db, f"o.author = :author and {_STANDS} and {_SEEN}", asked)


def theirs(db: Database, account_id: int) -> tuple[Offer, ...]:
    """What a person has offered and not ended, for themselves."""
    return _select(db, "o.author = :author and o.state <> 'ended'", {"author": account_id})


def _select(db: Database, where: str, asked: Mapping[str, Any]) -> tuple[Offer, ...]:
    sql = f"select {_COLUMNS} {_FROM} where {where} order by o.made_at desc, o.id desc"
    with db.read() as connection:
        return tuple(_offer(row) for row in connection.execute(sql, asked).fetchall())


def _of(reader: Reader) -> dict[str, str]:
    return {"visibilities": json.dumps(sorted(reader.visibilities))}


def _row(promise: Promise) -> dict[str, Any]:
    several = {
        name: json.dumps(list(getattr(promise, name)))
        for name in ("kinds", "key_stages", "provisions", "needs", "themes")
    }
    return several | {
        "school": promise.school,
        "personal": int(promise.personal),
        "title": promise.title,
        "about": promise.about,
        "days_per_term": promise.days_per_term,
        "until": promise.until.isoformat() if promise.until else None,
        "visibility": promise.visibility.value,
    }


def _offer(row: Any) -> Offer:
    promise = Promise(
        school=row[3],
        personal=bool(row[4]),
        title=row[5],
        about=row[6],
        kinds=tuple(OfferKind(each) for each in json.loads(row[7])),
        key_stages=tuple(json.loads(row[8])),
        provisions=tuple(json.loads(row[9])),
        needs=tuple(json.loads(row[10])),
        themes=tuple(json.loads(row[11])),
        days_per_term=row[12],
        until=date.fromisoformat(row[13]) if row[13] else None,
        visibility=Visibility(row[14]),
    )
    return Offer(
        id=row[0],
        author=row[1],
        state=OfferState(row[2]),
        promise=promise,
        made_at=datetime.fromisoformat(row[15]),
        changed_at=datetime.fromisoformat(row[16]),
    )
