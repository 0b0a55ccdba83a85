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
