"""Who can be found: what people have chosen about that, and whose accounts stand behind articles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kb.storage.database import Database


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has chosen: to be found, and to show the e-mail address to people who are signed in."""

    listed: bool = True
    with_address: bool = True


def choice_of(db: Database, account_id: int) -> Choice:
    """What a person has chosen; the usual when they have not."""
    with db.read() as connection:
        row = connection.execute(
            "select listed, with_address from directory where account = ?", [account_id]
        ).fetchone()
    return Choice(bool(row[0]), bool(row[1])) if row else Choice()


def choose(db: Database, account_id: int, choice: Choice) -> None:
    """Keep what a person has chosen."""
    row = {
        "account": account_id,
        "listed": int(choice.listed),
        "with_address": int(choice.with_address),
    }
    with db.write() as writing:
        writing.table("directory").upsert(row, pk="account")


def not_listed(db: Database) -> frozenset[int]:
    """Account ids of those who do not want to be found."""
    with db.read() as connection:
        rows = connection.execute("select account from directory where listed = 0").fetchall()
    return frozenset(row[0] for row in rows)


def behind(db: Database, slugs: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Address → accounts of active people who wrote or own it, for those of these articles that have some."""
    wanted = json.dumps(sorted(set(slugs)))
    sql = (
        "select slug, account from ("
        "select t.slug slug, ta.account_id account, ta.position place from texts t "
        "join text_authors ta on ta.text_id = t.id where t.superseded_by is null and t.slug is not null "
        "union all "
        "select a.slug, p.id, 1000 from articles a join accounts p on p.handle = a.fields ->> 'owner') "
        "join accounts on accounts.id = account and active = 1 "
        "where slug in (select value from json_each(:slugs)) order by slug, place"
    )
    found: dict[str, dict[int, None]] = defaultdict(dict)
    with db.read() as connection:
        for slug, account in connection.execute(sql, {"slugs": wanted}).fetchall():
            found[slug][account] = None
    return {slug: tuple(people) for slug, people in found.items()}


def written_by(db: Database, account_ids: Collection[int]) -> tuple[str, ...]:
    """Addresses of the articles that these people wrote or own, whoever may read them."""
    sql = (
        "select slug from texts t join text_authors ta on ta.text_id = t.id "
        "where t.superseded_by is null and t.slug is not null "
        "and ta.account_id in (select value from json_each(:ids)) "
        "union select a.slug from articles a join accounts p on p.handle = a.fields ->> 'owner' "
        "where p.id in (select value from json_each(:ids))"
    )
    with db.read() as connection:
        rows = connection.execute(sql, {"ids": json.dumps(sorted(account_ids))}).fetchall()
    return tuple(row[0] for row in rows)
