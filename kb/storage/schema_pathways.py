"""The schema of pathways, who is on them, and what people have learned."""

from __future__ import annotations

PATHWAYS = (
    """
    create table pathways(
        id integer primary key autoincrement,
        slug text not null unique check (slug <> ''),
        state text not null check (state in ('draft', 'published', 'retired')),
        draft text not null check (json_valid(draft)),
        revision integer not null check (revision > 0),
        version integer not null default 0 check (version >= 0),
        visibility text not null check (visibility in ('public', 'partners', 'trust')),
        changed_at text not null,
        check ((state = 'draft') = (version = 0))
    ) strict
    """,
    """
    create table pathway_versions(
        pathway integer not null references pathways(id),
        number integer not null check (number > 0),
        outline text not null check (json_valid(outline)),
        note text not null default '',
        published_by integer not null references accounts(id),
        published_at text not null,
        primary key (pathway, number)
    ) strict
    """,
    """
    create table pathway_requirements(
        id integer primary key autoincrement,
        pathway integer not null references pathways(id),
        posts text not null check (json_valid(posts)),
        schools text not null check (json_valid(schools)),
        due text not null,
        made_by integer not null references accounts(id),
        made_at text not null,
        ended_at text
    ) strict
    """,
    "create index pathway_requirements_of on pathway_requirements(pathway) where ended_at is null",
    """
    create table pathway_followers(
        account integer not null references accounts(id),
        pathway integer not null references pathways(id),
        begun_at text not null,
        seen integer not null,
        finished_at text,
        left_at text,
        primary key (account, pathway)
    ) strict, without rowid
    """,
    "create index pathway_followers_of on pathway_followers(pathway)",
    """
    create table pathway_ticks(
        account integer not null references accounts(id),
        pathway integer not null references pathways(id),
        step integer not null,
        mark text not null check (mark in ('done', 'skipped')),
        at text not null,
        reflection text not null default '',
        primary key (account, pathway, step)
    ) strict, without rowid
    """,
)
"""Pathways, their versions, and how far people have come on them.

draft       what the lead is writing, whole; revision counts its saves
visibility  that of the newest version, or of the draft before there is one: queries narrow by it
seen        the newest version that a person has looked at
"""

LEARNING = (
    """
    create table cpd_entries(
        id integer primary key autoincrement,
        account integer not null references accounts(id),
        kind text not null check (kind in ('reading', 'pathway', 'training', 'course', 'coaching', 'observation',
            'conference', 'meeting', 'other')),
        title text not null check (trim(title) <> ''),
        provider text not null default '',
        done_on text not null,
        minutes integer not null check (minutes > 0),
        school text not null default '',
        post text not null default '',
        reflection text not null default '',
        article text not null default '',
        pathway integer references pathways(id),
        step integer,
        made_at text not null,
        check ((pathway is null) = (step is null))
    ) strict
    """,
    "create index cpd_entries_of on cpd_entries(account, done_on)",
    "create unique index cpd_entries_of_step on cpd_entries(account, pathway, step) where step is not null",
    """
    create table certificates(
        code text primary key check (length(code) = 12),
        account integer not null references accounts(id),
        pathway integer not null references pathways(id),
        version integer not null,
        minutes integer not null,
        finished_on text not null,
        unique (account, pathway)
    ) strict, without rowid
    """,
    """
    create table next_steps(
        id integer primary key autoincrement,
        account integer not null references accounts(id),
        pathway integer references pathways(id),
        said text not null check (trim(said) <> ''),
        due text,
        remind integer not null default 0 check (remind in (0, 1)),
        made_at text not null,
        done_at text,
        check (remind = 0 or due is not null)
    ) strict
    """,
    "create index next_steps_of on next_steps(account)",
    "create index next_steps_due on next_steps(due) where remind = 1 and done_at is null",
)
"""What people have learned and mean to do: theirs alone, and gone when they are erased.

school, post  where and as what the person worked on that day
step          of a pathway that the entry was made for; the entry goes when the tick is taken back
"""

THOUGHTS = (
    """
    create table pathway_thoughts(
        account integer not null references accounts(id),
        pathway integer not null references pathways(id),
        step integer not null,
        words text not null check (words <> ''),
        primary key (account, pathway, step)
    ) strict, without rowid
    """,
)
"""What people wrote at steps that they have not ticked; with the tick it goes there."""
