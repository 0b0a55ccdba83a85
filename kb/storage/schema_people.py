"""The schema of people: accounts, where they work, who is signed in, and the journal of who did what."""

from __future__ import annotations

ACCOUNTS = (
    """
    create table accounts(
        id integer primary key autoincrement,
        name text not null check (length(name) between 1 and 100),
        handle text not null unique,
        email text unique check (email = lower(email) and email like '_%@_%'),
        role text not null check (role in ('reader', 'contributor', 'reviewer', 'lead', 'administrator')),
        active integer not null default 1 check (active in (0, 1)),
        demo integer not null default 0 check (demo in (0, 1)),
        made text not null,
        used text,
        ended text,
        check ((active = 1) = (ended is null))
    ) strict
    """,
    """
    create table memberships(
        account integer not null references accounts(id) on delete cascade,
        school text not null check (length(school) > 0),
        primary key (account, school)
    ) strict, without rowid
    """,
    "create index memberships_of_school on memberships(school)",
    """
    create table sessions(
        id integer primary key autoincrement,
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        account integer not null references accounts(id) on delete cascade,
        way text not null check (way in ('password', 'provider', 'demo', 'link')),
        browser text not null,
        opened text not null,
        used text not null
    ) strict
    """,
    "create index sessions_of_account on sessions(account)",
)
"""People, the members of the group where they work, and the browsers in which they are signed in.

handle  how content files name a person (``owner: a.example``)
used    when the account or session was last used, to the minute
"""

JOURNAL = (
    """
    create table journal(
        id integer primary key,
        at text not null,
        actor integer,
        verb text not null check (length(verb) > 0),
        subject text not null,
        school text not null,
        detail text not null check (json_valid(detail)),
        reason_sha256 text not null,
        previous_sha256 text not null,
        sha256 text not null unique check (length(sha256) = 64)
    ) strict
    """,
    """
    create trigger journal_is_never_changed before update on journal
    begin select raise(abort, 'the journal is only ever added to'); end
    """,
    """
    create trigger journal_is_never_shortened before delete on journal
    begin select raise(abort, 'the journal is only ever added to'); end
    """,
    "create index journal_by_subject on journal(subject)",
    "create index journal_by_actor on journal(actor)",
    """
    create table journal_reasons(
        entry integer primary key references journal(id),
        salt text not null,
        reason text not null
    ) strict
    """,
)
"""Who did what when. Each line carries the hash of the one before, so that none can be changed or taken out unseen.

What a person wrote as a reason may name somebody. It stands apart, only its salted hash is in the line, so that it
can be erased without breaking the chain.
"""

POSTS = (
    """
    create table posts(
        account integer not null,
        school text not null,
        post text not null check (length(post) > 0),
        primary key (account, school, post),
        foreign key (account, school) references memberships(account, school) on delete cascade
    ) strict, without rowid
    """,
    "create index posts_by_school on posts(school, post)",
)
"""What people do where they work; whoever works there no more does it no more. post: id of a role in the vocabulary."""
