"""The schema of texts under way: their revisions, who writes them, what is said about them and decided."""

from __future__ import annotations

TEXTS = (
    """
    create table texts(
        id integer primary key autoincrement,
        type text not null check (type in ('case-study', 'research-summary', 'how-to', 'policy-example')),
        state text not null check (state in ('draft', 'submitted', 'in-review', 'changes-asked', 'accepted',
            'published', 'archived', 'withdrawn')),
        slug text,
        replaces text,
        title text not null,
        owner integer not null references accounts(id),
        school text not null check (school <> ''),
        reviewer integer references accounts(id),
        revision integer not null check (revision > 0),
        created_at text not null,
        changed_at text not null,
        state_since text not null,
        discarded_at text,
        superseded_by integer references texts(id),
        check (slug is not null or state not in ('published', 'archived', 'withdrawn')),
        check (slug is null or state in ('published', 'archived', 'withdrawn')),
        check (reviewer is not null or state not in ('in-review', 'accepted')),
        check (discarded_at is null or state in ('draft', 'changes-asked', 'submitted')),
        check (superseded_by is null or state in ('published', 'archived', 'withdrawn')),
        foreign key (id, revision) references text_revisions(text_id, number) deferrable initially deferred
    ) strict
    """,
    "create unique index texts_live on texts(slug) where slug is not null and superseded_by is null",
    """
    create unique index texts_one_edit on texts(replaces) where replaces is not null and discarded_at is null
        and state in ('draft', 'submitted', 'in-review', 'changes-asked', 'accepted')
    """,
    "create index texts_by_state on texts(state, state_since)",
    "create index texts_by_school on texts(school)",
    """
    create table text_revisions(
        text_id integer not null references texts(id) on delete cascade,
        number integer not null check (number > 0),
        based_on integer not null check (based_on >= 0 and based_on < number),
        kind text not null check (kind in ('start', 'autosave', 'save', 'submit', 'merge', 'restore', 'aside')),
        saved_by integer not null references accounts(id),
        saved_at text not null,
        fields text not null check (json_valid(fields)),
        body text not null,
        settled_by integer check (settled_by is null or kind = 'aside'),
        primary key (text_id, number)
    ) strict
    """,
    "create index text_revisions_aside on text_revisions(text_id) where kind = 'aside' and settled_by is null",
    """
    create table text_authors(
        text_id integer not null references texts(id) on delete cascade,
        account_id integer not null references accounts(id),
        position integer not null,
        primary key (text_id, account_id)
    ) strict, without rowid
    """,
    "create index text_authors_by_account on text_authors(account_id)",
    """
    create table review_decisions(
        id integer primary key autoincrement,
        text_id integer not null references texts(id) on delete cascade,
        revision integer not null,
        reviewer integer not null references accounts(id),
        verdict text not null check (verdict in ('taken', 'returned', 'accepted', 'handed-over', 'passed-blocked')),
        advice text not null,
        decided_at text not null,
        check (verdict not in ('returned', 'passed-blocked') or trim(advice) <> '')
    ) strict
    """,
    "create index review_decisions_of_text on review_decisions(text_id)",
    """
    create table review_ticks(
        text_id integer not null references texts(id) on delete cascade,
        item text not null check (item in ('evidence', 'cost', 'setting', 'personal-data',
            'plain-english', 'permission')),
        ticked_by integer not null references accounts(id),
        ticked_at text not null,
        primary key (text_id, item)
    ) strict, without rowid
    """,
    """
    create table comments(
        id integer primary key autoincrement,
        text_id integer not null references texts(id) on delete cascade,
        parent integer references comments(id),
        section text not null,
        revision integer not null,
        author integer not null references accounts(id),
        said text not null check (trim(said) <> ''),
        said_at text not null,
        resolved_at text,
        resolved_by integer references accounts(id),
        check (parent is null or (section = '' and resolved_at is null)),
        check ((resolved_at is null) = (resolved_by is null))
    ) strict
    """,
    "create index comments_of_text on comments(text_id)",
)
"""Texts and what belongs to them. Which state may go with what else is checked here, too.

revision       the one that counts; the texts and their first revisions refer to each other, so this is checked at
               the end of a transaction
superseded_by  the text that took the address over when a new version was published
settled_by     for a revision that was put aside: the one that decided about it
"""

PENS = (
    "alter table text_revisions add column pen text not null default ''",
    "alter table texts add column appeal text not null default ''",
)
"""The page that a revision was typed on, and what a writer said about what the check blocks.

pen      a name of each page that was opened for writing
appeal   why something that is blocked should stay
"""

WISHES = (
    """
    create table wished_addresses(
        text_id integer primary key references texts(id) on delete cascade,
        slug text not null check (slug <> ''),
        wished_by integer not null references accounts(id),
        wished_at text not null
    ) strict
    """,
)
"""The address that a new version of an article is to have, when it is not that of the version before."""
