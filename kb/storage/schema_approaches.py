"""The schema of trust approaches: what they said when, who is asked to read them, who has, and what is pinned."""

from __future__ import annotations

APPROACHES = (
    """
    create table approaches(
        id integer primary key autoincrement,
        slug text not null unique check (slug <> ''),
        kind text not null check (kind in ('article', 'collection')),
        subject text not null check (subject <> ''),
        title text not null check (trim(title) <> ''),
        reason text not null check (trim(reason) <> ''),
        version integer not null check (version > 0),
        made_by integer references accounts(id),
        made_at text not null,
        ended_at text
    ) strict
    """,
    "create unique index approaches_one_of_each on approaches(kind, subject) where ended_at is null",
    """
    create table approach_versions(
        approach integer not null references approaches(id) on delete cascade,
        number integer not null check (number > 0),
        parts text not null check (json_valid(parts)),
        note text not null,
        made_by integer references accounts(id),
        made_at text not null,
        primary key (approach, number)
    ) strict
    """,
    """
    create table approach_asks(
        approach integer not null references approaches(id) on delete cascade,
        version integer not null,
        posts text not null check (json_valid(posts)),
        schools text not null check (json_valid(schools)),
        due text not null,
        asked_by integer references accounts(id),
        asked_at text not null,
        primary key (approach, version)
    ) strict, without rowid
    """,
    """
    create table approach_confirmations(
        approach integer not null references approaches(id) on delete cascade,
        version integer not null,
        account integer not null references accounts(id),
        kind text not null check (kind in ('read', 'discussed')),
        confirmed_at text not null,
        primary key (approach, version, account, kind)
    ) strict, without rowid
    """,
    "create index approach_confirmations_of_person on approach_confirmations(account)",
    """
    create table pins(
        id integer primary key autoincrement,
        kind text not null check (kind in ('article', 'collection', 'approach')),
        target text not null check (target <> ''),
        reason text not null check (trim(reason) <> ''),
        words text not null check (json_valid(words)),
        made_by integer references accounts(id),
        made_at text not null
    ) strict
    """,
)
"""An approach points to its article or collection by address; who may read that decides who may see the approach.

parts  what it said, piece by piece, as JSON: each with the address of the article that said it
words  questions for which something is shown before the results, as JSON
"""
