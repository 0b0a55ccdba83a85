"""The schema of what belongs to texts under way: their pictures, and warnings that somebody has looked at."""

from __future__ import annotations

PICTURES = (
    """
    create table pictures(
        name text primary key check (length(name) = 32),
        text_id integer not null references texts(id) on delete cascade,
        alt text not null,
        recognisable integer check (recognisable in (0, 1)),
        consent text not null,
        consent_until text,
        width integer not null check (width > 0),
        height integer not null check (height > 0),
        ending text not null check (ending in ('jpg', 'png')),
        given_by integer not null references accounts(id),
        given_at text not null,
        check (recognisable is null or trim(alt) <> ''),
        check (recognisable is not 1 or (consent_until is not null and consent <> ''))
    ) strict, without rowid
    """,
    "create index pictures_of_text on pictures(text_id)",
)

DISMISSALS = (
    """
    create table dismissals(
        text_id integer not null references texts(id) on delete cascade,
        key text not null,
        dismissed_by integer not null references accounts(id),
        dismissed_at text not null,
        primary key (text_id, key)
    ) strict, without rowid
    """,
)
