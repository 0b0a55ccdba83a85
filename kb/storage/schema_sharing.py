"""The schema of what people share beside articles: trials, feedback, offers, asks, and who is in the directory.

Articles are named by their address and come from files, so no key points to them; an article that moved is found by
its redirect, and what was taken down is left out by the queries.
"""

from __future__ import annotations

TRIALS = (
    """
    create table trials(
        id integer primary key autoincrement,
        slug text not null check (slug <> ''),
        school text not null check (school <> ''),
        author integer not null references accounts(id),
        state text not null check (state in ('shown', 'withdrawn', 'hidden')),
        visibility text not null check (visibility in ('public', 'partners', 'trust')),
        outcome text not null check (outcome in ('worked', 'mixed', 'did-not-work')),
        began text not null,
        ended text check (ended is null or ended >= began),
        key_stages text not null check (json_valid(key_stages)),
        provisions text not null check (json_valid(provisions)),
        how_often text not null,
        how_long text not null,
        changed text not null,
        how_we_know text not null check (trim(how_we_know) <> ''),
        pupils integer check (pupils is null or (pupils >= 5 and small_group = 0)),
        small_group integer not null check (small_group in (0, 1)),
        made_at text not null,
        changed_at text not null,
        hidden_because text not null default '',
        check ((state = 'hidden') = (trim(hidden_because) <> ''))
    ) strict
    """,
    "create index trials_of_article on trials(slug)",
    "create index trials_of_school on trials(school)",
    "create index trials_of_author on trials(author)",
)

FEEDBACK = (
    """
    create table feedback(
        id integer primary key autoincrement,
        slug text not null check (slug <> ''),
        account integer references accounts(id),
        verdict text not null check (verdict in ('helpful', 'not-for-my-setting', 'out-of-date')),
        reason text not null,
        made_at text not null,
        changed_at text not null,
        handled_at text,
        handled_by integer references accounts(id),
        check (verdict = 'helpful' or trim(reason) <> ''),
        check ((handled_at is null) = (handled_by is null))
    ) strict
    """,
    "create unique index feedback_one_each on feedback(slug, account) where account is not null",
    "create index feedback_of_article on feedback(slug)",
)
"""What readers say about articles; account is null for somebody who was not signed in."""

OFFERS = (
    """
    create table offers(
        id integer primary key autoincrement,
        author integer not null references accounts(id),
        state text not null check (state in ('open', 'paused', 'ended')),
        school text not null check (school <> ''),
        personal integer not null check (personal in (0, 1)),
        title text not null check (trim(title) <> ''),
        about text not null,
        kinds text not null check (json_valid(kinds) and kinds <> '[]'),
        key_stages text not null check (json_valid(key_stages)),
        provisions text not null check (json_valid(provisions)),
        needs text not null check (json_valid(needs)),
        themes text not null check (json_valid(themes)),
        days_per_term integer check (days_per_term > 0),
        until text,
        visibility text not null check (visibility in ('public', 'partners', 'trust')),
        made_at text not null,
        changed_at text not null
    ) strict
    """,
    "create index offers_of_school on offers(school)",
    "create index offers_of_author on offers(author)",
    """
    create table directory(
        account integer primary key references accounts(id) on delete cascade,
        listed integer not null check (listed in (0, 1)),
        with_address integer not null check (with_address in (0, 1))
    ) strict
    """,
)
"""Offers; and what people have chosen about being found: no row means listed, with the address for colleagues."""

ASKS = (
    """
    create table asks(
        id integer primary key autoincrement,
        asker integer not null references accounts(id),
        state text not null check (state in ('open', 'taken-up', 'answered', 'closed')),
        question text not null check (trim(question) <> ''),
        detail text not null,
        school text not null check (school <> ''),
        audience text not null check (audience in ('trust', 'lead')),
        key_stages text not null check (json_valid(key_stages)),
        provisions text not null check (json_valid(provisions)),
        needs text not null check (json_valid(needs)),
        themes text not null check (json_valid(themes)),
        article text not null,
        made_at text not null,
        state_since text not null,
        commission integer,
        text_id integer references texts(id) on delete set null,
        closed_because text not null default '',
        check ((state = 'closed') = (trim(closed_because) <> ''))
    ) strict
    """,
    "create index asks_by_state on asks(state, state_since)",
    "create index asks_of_asker on asks(asker)",
    "create index asks_of_text on asks(text_id) where text_id is not null",
    """
    create table ask_schools(
        ask integer not null references asks(id) on delete cascade,
        school text not null check (school <> ''),
        account integer not null references accounts(id),
        said_at text not null,
        primary key (ask, school)
    ) strict, without rowid
    """,
    """
    create table ask_replies(
        ask integer not null references asks(id) on delete cascade,
        slug text not null check (slug <> ''),
        note text not null,
        author integer references accounts(id),
        made_at text not null,
        primary key (ask, slug)
    ) strict, without rowid
    """,
)
