"""The schema of what people keep and follow for themselves, and of what the lead tells them."""

from __future__ import annotations

KEEPING = (
    """
    create table announcements(
        id integer primary key autoincrement,
        title text not null check (trim(title) <> ''),
        words text not null check (trim(words) <> ''),
        schools text not null check (json_valid(schools)),
        posts text not null check (json_valid(posts)),
        starts text not null,
        ends text not null check (ends >= starts),
        made_by integer references accounts(id),
        made_at text not null
    ) strict
    """,
    """
    create table announcements_put_away(
        announcement integer not null references announcements(id) on delete cascade,
        account integer not null references accounts(id) on delete cascade,
        primary key (announcement, account)
    ) strict, without rowid
    """,
    """
    create table reading_lists(
        id integer primary key autoincrement,
        account integer not null references accounts(id) on delete cascade,
        title text not null check (trim(title) <> ''),
        made_at text not null
    ) strict
    """,
    "create index reading_lists_of_person on reading_lists(account)",
    """
    create table reading_items(
        list integer not null references reading_lists(id) on delete cascade,
        slug text not null,
        position integer not null,
        note text not null,
        added_at text not null,
        primary key (list, slug)
    ) strict, without rowid
    """,
    """
    create table follows(
        account integer not null references accounts(id) on delete cascade,
        kind text not null check (kind in ('theme', 'school', 'author', 'collection')),
        subject text not null check (subject <> ''),
        since text not null,
        primary key (account, kind, subject)
    ) strict, without rowid
    """,
    """
    create table digests(
        account integer primary key references accounts(id) on delete cascade,
        since text not null
    ) strict
    """,
    """
    create table digest_stops(
        token_sha256 blob primary key check (length(token_sha256) = 32),
        account integer not null references accounts(id) on delete cascade,
        made_at text not null
    ) strict, without rowid
    """,
    """
    create table feed_keys(
        account integer primary key references accounts(id) on delete cascade,
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        made_at text not null
    ) strict
    """,
)
"""Reading lists, follows and feeds are a person's own and go with them; secrets are kept as hashes."""
