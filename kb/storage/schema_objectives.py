"""The schema of objectives, the trust's priorities they serve, and what shows progress."""

from __future__ import annotations

OBJECTIVES = (
    """
    create table priorities(
        id integer primary key autoincrement,
        title text not null check (trim(title) <> ''),
        about text not null default '',
        over integer not null default 0 check (over in (0, 1))
    ) strict
    """,
    """
    create table objectives(
        id integer primary key autoincrement,
        account integer references accounts(id),
        school text not null default '',
        title text not null check (trim(title) <> ''),
        measure text not null default '',
        priority integer references priorities(id),
        due text,
        state text not null check (state in ('open', 'reached', 'partly', 'not-reached', 'dropped')),
        with_lead integer not null default 0 check (with_lead in (0, 1)),
        with_head integer not null default 0 check (with_head in (0, 1)),
        revision integer not null default 1 check (revision > 0),
        made_by integer not null references accounts(id),
        made_at text not null,
        check ((account is null) = (school <> '')),
        check (account is not null or (with_lead = 0 and with_head = 0))
    ) strict
    """,
    "create index objectives_of_person on objectives(account)",
    "create index objectives_of_school on objectives(school)",
    """
    create table objective_evidence(
        id integer primary key autoincrement,
        objective integer not null references objectives(id) on delete cascade,
        kind text not null check (kind in ('article', 'trial', 'pathway', 'cpd', 'other')),
        target text not null default '',
        said text not null default '',
        added_by integer not null references accounts(id),
        added_at text not null,
        check (target <> '' or said <> '')
    ) strict
    """,
    "create index objective_evidence_of on objective_evidence(objective)",
    """
    create table objective_notes(
        id integer primary key autoincrement,
        objective integer not null references objectives(id) on delete cascade,
        said_by integer not null references accounts(id),
        said text not null check (trim(said) <> ''),
        said_at text not null
    ) strict
    """,
    "create index objective_notes_of on objective_notes(objective)",
)
"""An objective belongs to a person or to a school, never to both; a school's is shared by what it is."""
