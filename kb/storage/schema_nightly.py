"""Tables of what is done by night: what the check finds in published articles."""

ARTICLE_FINDINGS = (
    """
    create table article_findings(
        slug text not null,
        finding text not null check (length(finding) = 64),
        level text not null check (level in ('block', 'warn')),
        found_at text not null,
        looked_at text,
        looked_by integer references accounts(id),
        primary key (slug, finding),
        check ((looked_at is null) = (looked_by is null))
    ) strict, without rowid
    """,
)
"""What may tell who a pupil is in an article that is up, and who has looked at it.

finding  a SHA-256 of the article and of what was found: the words themselves are kept nowhere but in the article
"""
