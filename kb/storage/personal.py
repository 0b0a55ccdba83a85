# ruff: noqa: S608 - names of tables and columns come from the schema itself; every value is a parameter
"""Everything the database holds on one person, found by the schema: who points to an account, and where a name stands.

New tables need no line here, as long as what names a person references ``accounts(id)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from kb.domain.account import Account
from kb.storage.accounts import FORMER
from kb.storage.database import Database

_ALSO = (
    ("accounts", "id = :id"),
    ("journal", "actor = :id or subject = 'account:' || :id"),
    ("journal_reasons", "entry in (select id from journal where actor = :id)"),
    ("links", "email = :email or made_by = :id"),
    ("letters", "address = :email"),
    ("drawers", "account = :id"),
    ("posts", "account = :id"),
)
"""Rows on a person that no foreign key tells of."""

_SECRET = frozenset(
    {"token_sha256", "password", "totp", "code_sha256", "sealed", "salt", "sha256", "previous_sha256"}
)
_THEIRS_ALONE = (
    "sessions",
    "credentials",
    "recovery_codes",
    "identities",
    "memberships",
    "api_tokens",
    "cpd_entries",
    "certificates",
    "next_steps",
    "pathway_ticks",
    "pathway_thoughts",
    "pathway_followers",
    "objectives",
    "reading_lists",
    "follows",
    "digests",
    "digest_stops",
    "feed_keys",
    "announcements_put_away",
)
"""Tables whose rows are about one account and of use to nobody else."""

_UNTOUCHED = frozenset({"journal", "sqlite_sequence"})
"""The journal names people by number alone, and is chained."""


def rows_on(db: Database, account: Account) -> dict[str, list[dict[str, Any]]]:
    """Table → the rows on a person, without hashes and secrets, which tell nobody anything."""
    found: dict[str, list[dict[str, Any]]] = {}
    with db.read() as connection:
        for table, condition in _places(connection):
            cursor = connection.execute(
                f'select * from "{table}" where {condition}', {"id": account.id, "email": account.email}
            )
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                shown = {n: v for n, v in zip(names, row, strict=True) if n not in _SECRET}
                if shown not in found.setdefault(table, []):
                    found[table].append(shown)
    return {table: rows for table, rows in found.items() if rows}


def erase(db: Database, account: Account) -> int:
    """Take a person out of every table but the journal; return how many rows changed. The number stays.

    Within the caller's transaction; ``forget_pages`` must follow it.
    """
    with db.write() as writing:
        connection = writing.conn
        before = connection.total_changes
        for table in _THEIRS_ALONE:
            connection.execute(f'delete from "{table}" where account = ?', [account.id])
        connection.execute(
            "delete from journal_reasons where entry in (select id from journal where actor = ?)",
            [account.id],
        )
        connection.execute("delete from links where email = ? or account = ?", [account.email, account.id])
        connection.execute("delete from drawers where account = ?", [account.id])
        connection.execute(
            "delete from letters where address = ? or account = ?", [account.email, account.id]
        )
        connection.execute(
            "update accounts set name = ?, handle = ?, email = null, role = 'reader', active = 0, used = null, "
            "demo = 0, ended = coalesce(ended, made) where id = ?",
            [FORMER, former_handle(account), account.id],
        )
        _replace_everywhere(connection, account)
        return int(connection.total_changes - before)


def forget_pages(db: Database) -> None:
    """Write the log back and empty it: what was deleted is then in no page of the file (with secure_delete)."""
    db.empty_log()


def former_handle(account: Account) -> str:
    """How content files name a person whose data were erased."""
    return f"former-contributor-{account.id}"


def without(account: Account) -> Callable[[str], str]:
    """A text with the person's address, handle and name replaced wherever they stand as whole words."""
    pairs = [(account.email, "erased"), (account.handle, former_handle(account)), (account.name, FORMER)]
    rules = [
        (re.compile(rf"(?<![\w@.-]){re.escape(old)}(?![\w@-])", re.IGNORECASE), new)
        for old, new in pairs
        if old
    ]

    def replaced(text: str) -> str:
        for rule, new in rules:
            text = rule.sub(new, text)
        return text

    return replaced


def _places(connection: Any) -> Iterator[tuple[str, str]]:
    for table in _tables(connection):
        for key in connection.execute(f'pragma foreign_key_list("{table}")').fetchall():
            if key[2] == "accounts":
                yield table, f'"{key[3]}" = :id'
    yield from _ALSO


def _tables(connection: Any) -> list[str]:
    sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name"
    return [row[0] for row in connection.execute(sql).fetchall()]


def _replace_everywhere(connection: Any, account: Account) -> None:
    replaced = without(account)
    connection.create_function(
        "without_person", 1, lambda text: replaced(text) if isinstance(text, str) else text
    )
    for table in _tables(connection):
        if table in _UNTOUCHED:
            continue
        for column in connection.execute(f'pragma table_info("{table}")').fetchall():
            if column[2].lower() == "text":
                connection.execute(
                    f'update "{table}" set "{column[1]}" = without_person("{column[1]}") '
                    f'where without_person("{column[1]}") is not "{column[1]}"'
                )
