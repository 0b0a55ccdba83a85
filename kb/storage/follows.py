# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""What people follow, what is new in it for them, and who gets a letter about it each week."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from kb.domain.following import Follow, FollowKind
from kb.domain.search import Reader
from kb.storage.database import Database
from kb.storage.reading_rights import SEEN, asked_by
from kb.storage.text_rows import stamp

_NEW = (
    "(published >= :since and published < :until and ("
    "exists (select 1 from follows f join article_terms t on t.facet = 'theme' and t.term = f.subject "
    "where f.account = :me and f.kind = 'theme' and t.slug = articles.slug) "
    "or exists (select 1 from follows f where f.account = :me and f.kind = 'school' and f.subject = school) "
    "or exists (select 1 from follows f join json_each(articles.fields, '$.authors') w on w.value = f.subject "
    "where f.account = :me and f.kind = 'author'))) "
    "or exists (select 1 from follows f join collections c on c.slug = f.subject and c.state = 'published' "
    "and c.visibility in (select value from json_each(:visibilities)) "
    "join collection_entries e on e.collection = c.id and e.slug = articles.slug "
    "where f.account = :me and f.kind = 'collection' and e.added_at >= :since and e.added_at < :until)"
)


def add(db: Database, account_id: int, kind: FollowKind, subject: str, now: datetime) -> None:
    """Follow something; once is enough."""
    with db.write() as writing:
        writing.execute(
            "insert into follows values (?, ?, ?, ?) on conflict do nothing",
            [account_id, kind.value, subject, stamp(now)],
        )


def remove(db: Database, account_id: int, kind: FollowKind, subject: str) -> None:
    """Follow it no more."""
    with db.write() as writing:
        writing.execute(
            "delete from follows where account = ? and kind = ? and subject = ?",
            [account_id, kind.value, subject],
        )


def of(db: Database, account_id: int) -> tuple[Follow, ...]:
    """What a person follows, by kind and name."""
    sql = "select kind, subject, since from follows where account = ? order by kind, subject"
    with db.read() as reading:
        rows = reading.execute(sql, [account_id]).fetchall()
    return tuple(
        Follow(kind=FollowKind(kind), subject=subject, since=datetime.fromisoformat(since))
        for kind, subject, since in rows
    )


def news(
    db: Database, account_id: int, reader: Reader, *, since: date, until: date, limit: int = 50
) -> tuple[str, ...]:
    """Addresses of what is new for a person in what they follow and may read, the newest first."""
    sql = f"select slug from articles where {SEEN} and ({_NEW}) order by published desc, slug limit :limit"
    asked = {
        "me": account_id,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "limit": limit,
        **asked_by(reader),
    }
    with db.read() as reading:
        return tuple(slug for (slug,) in reading.execute(sql, asked).fetchall())


def is_author(db: Database, name: str, reader: Reader) -> bool:
    """True when an article that this reader may read carries the name."""
    sql = (
        f"select 1 from articles where {SEEN} and exists "
        "(select 1 from json_each(articles.fields, '$.authors') w where w.value = :name) limit 1"
    )
    with db.read() as reading:
        return reading.execute(sql, {"name": name, **asked_by(reader)}).fetchone() is not None


def set_digest(db: Database, account_id: int, *, on: bool, now: datetime) -> None:
    """Write a person a letter about each week, or no more."""
    with db.write() as writing:
        writing.execute("delete from digests where account = ?", [account_id])
        if on:
            writing.execute("insert into digests values (?, ?)", [account_id, stamp(now)])


def has_digest(db: Database, account_id: int) -> bool:
    """True when a person gets a letter about each week."""
    with db.read() as reading:
        return reading.execute("select 1 from digests where account = ?", [account_id]).fetchone() is not None


def with_digest(db: Database) -> tuple[int, ...]:
    """Numbers of the active people who get a letter about each week."""
    sql = (
        "select account from digests join accounts on accounts.id = account where active = 1 order by account"
    )
    with db.read() as reading:
        return tuple(number for (number,) in reading.execute(sql).fetchall())


def keep_stop(db: Database, account_id: int, token: str, now: datetime) -> None:
    """Let a secret stop a person's letters."""
    with db.write() as writing:
        writing.execute("insert into digest_stops values (?, ?, ?)", [_hash(token), account_id, stamp(now)])


def stopped_by(db: Database, token: str) -> int | None:
    """Whose letters a secret stops; None for no one's."""
    with db.read() as reading:
        row = reading.execute(
            "select account from digest_stops where token_sha256 = ?", [_hash(token)]
        ).fetchone()
    return int(row[0]) if row else None


def forget_stops(db: Database, before: datetime) -> None:
    """Forget the secrets of letters of long ago."""
    with db.write() as writing:
        writing.execute("delete from digest_stops where made_at < ?", [stamp(before)])


def put_feed_key(db: Database, account_id: int, token: str, now: datetime) -> None:
    """Let a secret open a person's feed, in place of the one before."""
    row = {"account": account_id, "token_sha256": _hash(token), "made_at": stamp(now)}
    with db.write() as writing:
        writing.table("feed_keys").upsert(row, pk="account")


def remove_feed_key(db: Database, account_id: int) -> None:
    """Let a person's feed be opened no more."""
    with db.write() as writing:
        writing.execute("delete from feed_keys where account = ?", [account_id])


def feed_of(db: Database, token: str) -> int | None:
    """Whose feed a secret opens; None for no one's."""
    with db.read() as reading:
        row = reading.execute(
            "select account from feed_keys where token_sha256 = ?", [_hash(token)]
        ).fetchone()
    return int(row[0]) if row else None


def has_feed(db: Database, account_id: int) -> bool:
    """True when a person has a feed of their own."""
    with db.read() as reading:
        return (
            reading.execute("select 1 from feed_keys where account = ?", [account_id]).fetchone() is not None
        )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
