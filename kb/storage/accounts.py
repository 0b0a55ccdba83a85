# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""People in the database. Who has left stays, without a way in; who was erased stays as a number without a name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from kb.domain.account import Account, Role, handle_from
from kb.domain.errors import KnowledgeBaseError
from kb.storage.database import Database

FORMER = "Former contributor"
"""What stands in place of the name of a person whose data were erased."""

_COLUMNS = (
    "id, name, email, role, active, handle, "
    "(select json_group_array(school) from (select school from memberships where account = id order by school)), "
    "demo, used, made"
)


class EmailTaken(KnowledgeBaseError):
    """Two people cannot have one address."""

    field = "email"

    def __init__(self) -> None:
        super().__init__("Somebody has an account with this e-mail address already. Use another address.")


def add(
    db: Database,
    *,
    name: str,
    email: str,
    role: Role,
    schools: Iterable[str],
    now: datetime,
    demo: bool = False,
) -> Account:
    """A new account. Raises EmailTaken."""
    with db.write() as writing:
        if by_email(db, email):
            raise EmailTaken
        row = {
            "name": name,
            "handle": _free_handle(writing, name),
            "email": email.lower(),
            "role": role.value,
            "demo": int(demo),
            "made": _minute(now),
        }
        number = int(str(writing.table("accounts").insert(row).last_pk))
        work_at(db, number, schools)
        return _those(db, "id = :value", number)[0]


def work_at(db: Database, account_id: int, schools: Iterable[str]) -> None:
    """Make these the members of the group where a person works."""
    with db.write() as writing:
        wanted = list(dict.fromkeys(schools))
        writing.execute(
            "delete from memberships where account = ? and school not in (select value from json_each(?))",
            [account_id, json.dumps(wanted)],
        )
        for school in wanted:
            writing.execute(
                "insert or ignore into memberships (account, school) values (?, ?)", [account_id, school]
            )


def find(db: Database, account_id: int) -> Account | None:
    """The account with this number, leavers included."""
    return _one(db, "id = :value", account_id)


def find_all(db: Database, ids: Collection[int]) -> dict[int, Account]:
    """Number → account, leavers included."""
    found = _those(db, "id in (select value from json_each(:value))", json.dumps(sorted(ids)))
    return {each.id: each for each in found}


def by_email(db: Database, email: str) -> Account | None:
    """The account with this address, leavers included."""
    return _one(db, "email = :value", email.strip().lower())


def by_handle(db: Database, handle: str) -> Account | None:
    """The account that content files name so (``owner: a.example``)."""
    return _one(db, "handle = :value", handle)


def names(db: Database, ids: Collection[int]) -> dict[int, str]:
    """Number → name, for lists that say who did something."""
    with db.read() as connection:
        sql = "select id, name from accounts where id in (select value from json_each(?))"
        return dict(connection.execute(sql, [json.dumps(sorted(ids))]).fetchall())


def everybody(
    db: Database,
    *,
    role: Role | None = None,
    school: str = "",
    active: bool | None = True,
    demo: bool | None = None,
) -> tuple[Account, ...]:
    """People by name; of one role, one school, active ones or leavers alone, demo ones or not."""
    sql = (
        f"select {_COLUMNS} from accounts where (:role is null or role = :role) "
        "and (:school = '' or exists (select 1 from memberships where account = id and school = :school)) "
        "and (:active is null or active = :active) and (:demo is null or demo = :demo) "
        "order by name, id"
    )
    wanted = {"role": role.value if role else None, "school": school, "active": active, "demo": demo}
    with db.read() as connection:
        return tuple(_account(row) for row in connection.execute(sql, wanted).fetchall())


def change_role(db: Database, account_id: int, role: Role) -> None:
    """Give a person another role."""
    with db.write() as writing:
        writing.execute("update accounts set role = ? where id = ?", [role.value, account_id])


def rename(db: Database, account_id: int, name: str) -> None:
    """Give a person another name; the handle in content files stays."""
    with db.write() as writing:
        writing.execute("update accounts set name = ? where id = ?", [name, account_id])


def leave(db: Database, account_id: int, now: datetime) -> None:
    """Mark a person as gone."""
    with db.write() as writing:
        writing.execute(
            "update accounts set active = 0, ended = coalesce(ended, ?) where id = ?",
            [_minute(now), account_id],
        )


def come_back(db: Database, account_id: int) -> None:
    """Mark a person as here again."""
    with db.write() as writing:
        writing.execute("update accounts set active = 1, ended = null where id = ?", [account_id])


def note_use(db: Database, account_id: int, now: datetime) -> None:
    """Remember when an account was last used."""
    with db.write() as writing:
        writing.execute("update accounts set used = ? where id = ?", [_minute(now), account_id])


def is_demo(db: Database) -> bool:
    """True when this knowledge base has demo people, as whom anybody at this machine may sign in."""
    with db.read() as connection:
        return bool(connection.execute("select exists (select 1 from accounts where demo = 1)").fetchone()[0])


def _one(db: Database, condition: str, value: object) -> Account | None:
    return next(iter(_those(db, condition, value)), None)


def _those(db: Database, condition: str, value: object) -> list[Account]:
    sql = f"select {_COLUMNS} from accounts where {condition}"
    with db.read() as connection:
        return [_account(row) for row in connection.execute(sql, {"value": value}).fetchall()]


def _account(row: Any) -> Account:
    return Account(
        id=row[0],
        name=row[1],
        email=row[2],
        role=Role(row[3]),
        active=bool(row[4]),
        handle=row[5],
        schools=tuple(json.loads(row[6])),
        demo=bool(row[7]),
        used=datetime.fromisoformat(row[8]) if row[8] else None,
        made=datetime.fromisoformat(row[9]),
    )


def _free_handle(connection: Any, name: str) -> str:
    """The handle of a name; with a number behind it when somebody has it."""
    wished = handle_from(name)
    taken = {row[0] for row in connection.execute("select handle from accounts")}
    return next(
        each for each in (wished, *(f"{wished}-{n}" for n in range(2, len(taken) + 3))) if each not in taken
    )


def _minute(now: datetime) -> str:
    return now.isoformat(timespec="minutes")
