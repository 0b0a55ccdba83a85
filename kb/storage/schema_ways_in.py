"""The schema of ways in: passwords, second factors, one-time links, providers, tries, and forms kept over a sign-in."""

from __future__ import annotations

WAYS_IN = (
    "alter table sessions add column ended text",
    """
    create table credentials(
        account integer primary key references accounts(id) on delete cascade,
        password text,
        password_set text,
        totp blob,
        totp_confirmed text,
        totp_step integer not null default 0
    ) strict
    """,
    """
    create table recovery_codes(
        account integer not null references accounts(id) on delete cascade,
        code_sha256 blob not null check (length(code_sha256) = 32),
        primary key (account, code_sha256)
    ) strict, without rowid
    """,
    """
    create table identities(
        issuer text not null,
        subject text not null,
        account integer not null references accounts(id) on delete cascade,
        linked text not null,
        primary key (issuer, subject)
    ) strict, without rowid
    """,
    "create index identities_of_account on identities(account)",
    """
    create table links(
        id integer primary key autoincrement,
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        purpose text not null check (purpose in ('invite', 'reset')),
        account integer references accounts(id) on delete cascade,
        email text check (email = lower(email)),
        name text not null default '',
        role text,
        schools text not null default '[]' check (json_valid(schools)),
        made_by integer,
        made text not null,
        expires text not null,
        used text,
        check ((purpose = 'reset') = (account is not null and role is null)),
        check ((purpose = 'invite') = (role is not null))
    ) strict
    """,
    """
    create table tries(
        kind text not null,
        subject_sha256 blob not null check (length(subject_sha256) = 32),
        at real not null
    ) strict
    """,
    "create index tries_by_subject on tries(kind, subject_sha256, at)",
    """
    create table drawers(
        token_sha256 blob primary key check (length(token_sha256) = 32),
        account integer,
        sealed blob not null,
        expires text not null
    ) strict, without rowid
    """,
)
"""Secrets are kept as hashes, or sealed with the secret key; a copy of the file alone opens nothing.

totp_step  the last step of 30 seconds whose code was taken, so that each code is good once
tries      what is limited by the hour; of addresses and people only hashes
"""

API_TOKENS = (
    """
    create table api_tokens(
        id integer primary key autoincrement,
        account integer not null references accounts(id) on delete cascade,
        name text not null check (length(name) between 1 and 80),
        scopes text not null check (scopes in ('read', 'tables', 'read tables')),
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        made text not null,
        expires text not null,
        used text,
        ended text
    ) strict
    """,
    "create index api_tokens_of_account on api_tokens(account)",
)
"""What programmes show instead of a password; each belongs to a person and reads no more than they do."""
