"""The schema, step by step. A step that has been released is never changed; a change is a new step."""

from __future__ import annotations

from kb.storage import (
    schema_approaches,
    schema_collections,
    schema_commissions,
    schema_insight,
    schema_jobs,
    schema_keeping,
    schema_nightly,
    schema_objectives,
    schema_pathways,
    schema_people,
    schema_sharing,
    schema_texts,
    schema_ways_in,
    schema_writing,
)
from kb.storage.sqlite import Database, Migrations

SCHEMA = Migrations("kb")


@SCHEMA()
def m001_articles(db: Database) -> None:
    """What is published, as read from content/ at the last ``kb index``, with its terms for counting."""
    db.execute(
        """
        create table articles(
            slug text primary key,
            path text not null,
            sha256 text not null,
            type text not null check (type in ('case-study', 'research-summary', 'how-to', 'policy-example')),
            title text not null,
            summary text not null,
            visibility text not null check (visibility in ('public', 'partners', 'trust')),
            school text,
            published text,
            reviewed text,
            fields text not null check (json_valid(fields)),
            body text not null
        ) strict, without rowid
        """
    )
    db.execute(
        """
        create table article_terms(
            slug text not null references articles(slug) on delete cascade,
            facet text not null,
            term text not null,
            primary key (facet, term, slug)
        ) strict, without rowid
        """
    )
    db.execute("create index article_terms_of_slug on article_terms(slug)")
    db.execute("create index articles_by_school on articles(school)")


@SCHEMA()
def m002_renderings(db: Database) -> None:
    """Articles as HTML, kept until their text or the way of rendering changes."""
    db.execute(
        """
        create table renderings(
            content_sha256 text not null,
            version text not null,
            html text not null,
            contents text not null check (json_valid(contents)),
            words integer not null,
            primary key (content_sha256, version)
        ) strict, without rowid
        """
    )


@SCHEMA()
def m003_people(db: Database) -> None:
    """Accounts, sessions and the journal."""
    for statement in (*schema_people.ACCOUNTS, *schema_people.JOURNAL):
        db.execute(statement)


@SCHEMA()
def m004_jobs(db: Database) -> None:
    """Work that follows from a change, written in the same transaction, what comes round, and letters."""
    for statement in (*schema_jobs.JOBS, *schema_jobs.LETTERS):
        db.execute(statement)


@SCHEMA()
def m005_texts(db: Database) -> None:
    """Texts under way, their revisions, comments on them and decisions about them."""
    for statement in schema_texts.TEXTS:
        db.execute(statement)


@SCHEMA()
def m006_pictures(db: Database) -> None:
    """Pictures of texts, and warnings that somebody has looked at."""
    for statement in (*schema_writing.PICTURES, *schema_writing.DISMISSALS):
        db.execute(statement)


@SCHEMA()
def m007_editions(db: Database) -> None:
    """What was published when, what has been taken down, and old addresses."""
    for statement in schema_jobs.EDITIONS:
        db.execute(statement)


@SCHEMA()
def m008_calendar_keys(db: Database) -> None:
    """Secret addresses of calendars with review dates."""
    for statement in schema_jobs.CALENDAR_KEYS:
        db.execute(statement)


@SCHEMA()
def m009_text_pens(db: Database) -> None:
    """On which page a revision was typed, and what was said about findings."""
    for statement in schema_texts.PENS:
        db.execute(statement)


@SCHEMA()
def m010_ways_in(db: Database) -> None:
    """Passwords, second factors, links, providers, tries, and forms kept over a sign-in."""
    for statement in schema_ways_in.WAYS_IN:
        db.execute(statement)


@SCHEMA()
def m010_searches(db: Database) -> None:
    """What was searched, without people, what of it was opened, and needs that nothing answers."""
    for statement in (*schema_insight.GAPS, *schema_insight.SEARCHES):
        db.execute(statement)


@SCHEMA()
def m011_posts(db: Database) -> None:
    """What people do at their schools."""
    for statement in schema_people.POSTS:
        db.execute(statement)


@SCHEMA()
def m012_collections(db: Database) -> None:
    """Collections and what stands in them."""
    for statement in schema_collections.COLLECTIONS:
        db.execute(statement)


@SCHEMA()
def m013_approaches(db: Database) -> None:
    """Trust approaches, their versions, who has confirmed them, and pins."""
    for statement in schema_approaches.APPROACHES:
        db.execute(statement)


@SCHEMA()
def m014_keeping(db: Database) -> None:
    """Announcements, and what people keep and follow for themselves."""
    for statement in schema_keeping.KEEPING:
        db.execute(statement)


@SCHEMA()
def m015_api_tokens(db: Database) -> None:
    """Tokens of programmes."""
    for statement in schema_ways_in.API_TOKENS:
        db.execute(statement)


@SCHEMA()
def m016_pathways(db: Database) -> None:
    """Pathways, who is on them, and what people have learned."""
    for statement in (*schema_pathways.PATHWAYS, *schema_pathways.LEARNING):
        db.execute(statement)


@SCHEMA()
def m017_objectives(db: Database) -> None:
    """Priorities of the trust, objectives, what shows progress, and what was said."""
    for statement in schema_objectives.OBJECTIVES:
        db.execute(statement)


@SCHEMA()
def m018_wished_addresses(db: Database) -> None:
    """Addresses that new versions of articles are to have."""
    for statement in schema_texts.WISHES:
        db.execute(statement)


@SCHEMA()
def m019_article_findings(db: Database) -> None:
    """What the check finds by night in articles that are up."""
    for statement in schema_nightly.ARTICLE_FINDINGS:
        db.execute(statement)


@SCHEMA()
def m020_trials(db: Database) -> None:
    """What schools tried, and what readers say about articles."""
    for statement in (*schema_sharing.TRIALS, *schema_sharing.FEEDBACK):
        db.execute(statement)


@SCHEMA()
def m021_offers(db: Database) -> None:
    """What schools and people offer, and who wants to be found."""
    for statement in schema_sharing.OFFERS:
        db.execute(statement)


@SCHEMA()
def m022_asks(db: Database) -> None:
    """What people ask for, who needs it too, and what answers it."""
    for statement in schema_sharing.ASKS:
        db.execute(statement)


@SCHEMA()
def m023_commissions(db: Database) -> None:
    """Commissions, their logs, and who said no."""
    for statement in schema_commissions.COMMISSIONS:
        db.execute(statement)


@SCHEMA()
def m024_gap_followed(db: Database) -> None:
    """What was begun from the page of a need."""
    for statement in schema_insight.GAP_FOLLOWED:
        db.execute(statement)


@SCHEMA()
def m025_pathway_thoughts(db: Database) -> None:
    """Thoughts about steps that are not ticked yet."""
    for statement in schema_pathways.THOUGHTS:
        db.execute(statement)
