"""The tables of jobs, of what comes round, and of letters. Moments are seconds since 1970, UTC."""

from __future__ import annotations

JOBS = (
    """
    create table jobs(
        id integer primary key,
        kind text not null,
        payload text not null check (json_valid(payload)),
        key text,
        state text not null default 'waiting'
            check (state in ('waiting', 'running', 'done', 'dead', 'dropped')),
        attempts integer not null default 0 check (attempts >= 0),
        due real,
        leased_until real,
        created real not null,
        changed real not null,
        problem text not null default '',
        reason text not null default '',
        check ((state = 'running') = (leased_until is not null)),
        check ((state = 'dropped') = (reason <> ''))
    ) strict
    """,
    "create unique index jobs_waiting_for_key on jobs(key) where state = 'waiting'",
    "create index jobs_by_state on jobs(state, due)",
    "create table schedules(kind text primary key, turn text not null) strict, without rowid",
)

LETTERS = (
    """
    create table letters(
        id integer primary key,
        kind text not null,
        account integer references accounts(id),
        address text,
        content text not null check (json_valid(content)),
        key text unique,
        state text not null default 'waiting'
            check (state in ('waiting', 'sending', 'sent', 'dropped')),
        created real not null,
        changed real not null,
        check ((account is null) <> (address is null))
    ) strict
    """,
    "create index letters_by_state on letters(state, changed)",
)

EDITIONS = (
    """
    create table editions(
        id integer primary key autoincrement,
        slug text not null,
        number integer not null check (number > 0),
        kind text not null check (kind in ('found', 'published', 'verified', 'restored')),
        text_id integer references texts(id),
        revision integer,
        path text not null,
        sha256 text not null check (length(sha256) = 64),
        content text not null,
        made_by integer references accounts(id),
        made_at text not null,
        note text not null default '',
        placed integer not null check (placed in (0, 1)),
        unique (slug, number),
        check (kind <> 'found' or placed = 1)
    ) strict
    """,
    "create index editions_to_be_placed on editions(slug) where placed = 0",
    """
    create table taken_down(
        slug text primary key,
        why text not null check (why in ('withdrawn', 'archived', 'renamed')),
        path text not null,
        taken_by integer references accounts(id),
        taken_at text not null,
        reason text not null
    ) strict, without rowid
    """,
    """
    create table redirects(
        slug text primary key,
        leads_to text not null,
        check (slug <> leads_to)
    ) strict, without rowid
    """,
)
"""What was published when, what is not to be seen any more, and where an article that moved is now.

placed      whether the file in content/ has been written
taken_down  wins over everything else: queries leave out what is named here
"""

CALENDAR_KEYS = (
    """
    create table calendar_keys(
        account integer primary key references accounts(id) on delete cascade,
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        made text not null
    ) strict
    """,
)
