"""The schema of commissions: from a need to its evaluation, with what was done day by day and who said no."""

from __future__ import annotations

COMMISSIONS = (
    """
    create table commissions(
        id integer primary key autoincrement,
        title text not null check (trim(title) <> ''),
        kind text not null check (kind in ('support', 'coaching', 'training', 'article')),
        stage text not null check (stage in ('need', 'funded', 'matched', 'agreed', 'planned', 'in-delivery',
            'reported', 'evaluated', 'closed', 'cancelled')),
        confidential integer not null check (confidential in (0, 1)),
        need text not null,
        standard text not null,
        receiver text not null check (receiver <> ''),
        contact integer references accounts(id),
        setting text not null check (json_valid(setting)),
        origin text not null default '',
        lead integer not null references accounts(id),
        funding text check (funding in ('trust', 'school', 'dfe', 'other')),
        ceiling integer check (ceiling >= 0),
        supporter text check (supporter <> '' and supporter <> receiver),
        person integer references accounts(id),
        chosen text not null default '',
        yes_receiver text,
        yes_supporter text,
        agreed_at text,
        aims text not null default '',
        first_contact text,
        planned_days real check (planned_days >= 0),
        report_due text,
        report text not null default '',
        result text check (result in ('met', 'partly', 'not-met')),
        changed text not null default '',
        how_we_know text not null default '',
        recommend integer check (recommend in (0, 1)),
        evaluated_at text,
        closing text not null default '',
        text_id integer references texts(id) on delete set null,
        made_at text not null,
        stage_since text not null,
        version integer not null default 1 check (version > 0),
        check (supporter is not null or stage in ('need', 'funded', 'cancelled')),
        check (closing <> '' or stage not in ('closed', 'cancelled')),
        check ((result is null) = (evaluated_at is null)),
        check ((first_contact is null) = (report_due is null))
    ) strict
    """,
    "create index commissions_by_stage on commissions(stage, stage_since)",
    "create index commissions_by_receiver on commissions(receiver)",
    "create index commissions_by_supporter on commissions(supporter)",
    "create index commissions_of_text on commissions(text_id) where text_id is not null",
    """
    create table commission_visits(
        id integer primary key autoincrement,
        commission integer not null references commissions(id),
        day text not null,
        who text not null check (trim(who) <> ''),
        hours real not null check (hours >= 0),
        cost integer not null check (cost >= 0),
        note text not null,
        logged_by integer not null references accounts(id),
        logged_at text not null,
        taken_out integer not null default 0 check (taken_out in (0, 1))
    ) strict
    """,
    "create index commission_visits_of on commission_visits(commission, day)",
    """
    create table commission_refusals(
        id integer primary key autoincrement,
        commission integer not null references commissions(id),
        school text not null,
        supporter text not null,
        reason text not null check (trim(reason) <> ''),
        said_by integer references accounts(id),
        said_at text not null
    ) strict
    """,
    "create index commission_refusals_of on commission_refusals(commission)",
    """
    create table commission_history(
        id integer primary key autoincrement,
        commission integer not null references commissions(id),
        deed text not null,
        was text not null,
        led_to text not null,
        words text not null,
        said_by integer not null references accounts(id),
        said_at text not null
    ) strict
    """,
    "create index commission_history_of on commission_history(commission)",
    """
    create table commission_calendars(
        account integer primary key references accounts(id) on delete cascade,
        token_sha256 blob not null unique check (length(token_sha256) = 32),
        made text not null
    ) strict
    """,
)
"""Commissions and what belongs to them. Which stage may go with what else is checked here, too.

setting  key stages, provisions, needs and themes as JSON
cost     pence; ceiling: pounds
history  what was done and said; the journal has no words about what is confidential, since others read it
"""
