"""The tables of what the searches tell: no person, no place, no moment more exact than the hour."""

from __future__ import annotations

SEARCHES = (
    """
    create table searches(
        id integer primary key,
        hour text not null check (length(hour) = 13),
        words text,
        withheld integer not null check (withheld in (0, 1)),
        kind text not null check (kind in ('filters', 'acronym', 'short', 'phrase', 'question', 'long')),
        mode text not null check (mode in ('best', 'words', 'meaning')),
        chosen text not null check (json_valid(chosen)),
        named text not null check (json_valid(named)),
        total integer not null check (total >= 0),
        outcome text not null check (outcome in ('found', 'weak', 'nothing')),
        corrected integer not null check (corrected in (0, 1)),
        expanded integer not null check (expanded in (0, 1)),
        again text not null check (again in ('', 'exact', 'synonyms')),
        took_ms real not null,
        gap integer references gaps(id) on delete set null,
        demo integer not null default 0 check (demo in (0, 1)),
        check (withheld = 0 or words is null)
    ) strict
    """,
    "create index searches_by_hour on searches(hour)",
    "create index searches_by_gap on searches(gap)",
    """
    create table search_links(
        token text primary key,
        search integer not null references searches(id) on delete cascade,
        at real not null
    ) strict, without rowid
    """,
    "create index search_links_by_time on search_links(at)",
    """
    create table search_clicks(
        search integer not null references searches(id) on delete cascade,
        slug text not null,
        rank integer not null check (rank >= 0),
        seconds integer not null check (seconds >= 0),
        primary key (search, slug)
    ) strict, without rowid
    """,
    """
    create table article_views(
        slug text not null,
        day text not null check (length(day) = 10),
        views integer not null check (views > 0),
        primary key (slug, day)
    ) strict, without rowid
    """,
    "create index article_views_by_day on article_views(day)",
)
"""search_links are the only place with a moment to the second; they are deleted after half an hour."""

GAPS = (
    """
    create table gaps(
        id integer primary key,
        label text not null check (trim(label) <> ''),
        vector blob,
        size integer not null default 1 check (size > 0),
        state text not null default 'open' check (state in ('open', 'dealt-with', 'back')),
        note text not null default '',
        decided_by integer references accounts(id),
        decided_at text,
        since integer not null default 0 check (since >= 0),
        check (state = 'open' or decided_at is not null)
    ) strict
    """,
    """
    create table gap_weeks(
        gap integer not null references gaps(id) on delete cascade,
        week text not null check (length(week) = 10),
        searches integer not null check (searches > 0),
        primary key (gap, week)
    ) strict, without rowid
    """,
    """
    create table gap_terms(
        gap integer not null references gaps(id) on delete cascade,
        facet text not null,
        term text not null,
        searches integer not null check (searches > 0),
        primary key (gap, facet, term)
    ) strict, without rowid
    """,
)
"""vector  the mean of its searches' vectors, 32-bit floats; size: how many searches that were
since   searches after it was dealt with; week: the Monday"""

GAP_FOLLOWED = (
    """
    create table gap_followed(
        gap integer not null references gaps(id) on delete cascade,
        kind text not null check (kind in ('ask', 'text')),
        number integer not null,
        primary key (gap, kind, number)
    ) strict, without rowid
    """,
)
"""The asks and texts that somebody began from the page of a need; its commissions name it as their origin."""
