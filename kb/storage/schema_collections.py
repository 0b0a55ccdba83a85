"""The schema of collections and what stands in them."""

from __future__ import annotations

COLLECTIONS = (
    """
    create table collections(
        id integer primary key autoincrement,
        slug text not null unique check (slug <> ''),
        title text not null check (trim(title) <> ''),
        summary text not null,
        introduction text not null,
        picture text not null,
        visibility text not null check (visibility in ('public', 'partners', 'trust')),
        terms text not null check (json_valid(terms)),
        state text not null check (state in ('draft', 'published', 'archived')),
        version integer not null check (version > 0),
        made_by integer references accounts(id),
        changed_at text not null,
        published_at text,
        check (state <> 'published' or published_at is not null)
    ) strict
    """,
    "create index collections_by_state on collections(state, title)",
    """
    create table collection_entries(
        collection integer not null references collections(id) on delete cascade,
        slug text not null,
        position integer not null check (position >= 0),
        note text not null,
        added_by integer references accounts(id),
        added_at text not null,
        primary key (collection, slug)
    ) strict, without rowid
    """,
    "create index collection_entries_of_article on collection_entries(slug)",
)
"""Collections and their entries. An entry may outlive its article: who may read it is asked whenever it is shown.

version  goes up with every change, so that of two people who change one thing the second is told
terms    facet → ids, as JSON
"""
