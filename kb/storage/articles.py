# ruff: noqa: S608 - the SQL is put together from the constants below alone; every value is a parameter
"""Published articles in the database: a projection of content/ for pages, brought up to date by ``kb index``.

Every question to it carries the reader, and what the reader may not see is left out by the query itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from kb.domain.article import Article, ArticleType, LocalEvidence, Outcome, Visibility
from kb.domain.search import Facet, Reader
from kb.storage.database import Database
from kb.storage.reading_rights import SEEN, asked_by
from kb.storage.sqlite import Database as Writing

Terms = Mapping[Facet, tuple[str, ...]]

_COLUMNS = "slug, path, sha256, fields, body"


def replace_all(db: Database, articles: Iterable[tuple[Article, Terms]]) -> None:
    """Make the table hold exactly these articles with these terms, in one transaction."""
    wanted = {article.slug: (article, terms) for article, terms in articles}
    with db.write() as writing:
        writing.execute("delete from article_terms")  # with those that belong to nothing, should there be any
        writing.execute("delete from articles")
        for article, terms in wanted.values():
            _insert(writing, article, terms)


def put(db: Database, article: Article, terms: Terms) -> None:
    """Make the table hold this article with these terms, in place of what was there at its address."""
    with db.write() as writing:
        writing.execute("delete from article_terms where slug = ?", [article.slug])
        _insert(writing, article, terms)


def remove(db: Database, slug: str) -> None:
    """Forget an article; one that is not there is no error."""
    with db.write() as writing:
        writing.execute("delete from article_terms where slug = ?", [slug])
        writing.execute("delete from articles where slug = ?", [slug])


def _insert(writing: Writing, article: Article, terms: Terms) -> None:
    writing.table("articles").upsert(_row(article), pk="slug")
    rows = [
        {"slug": article.slug, "facet": facet.value, "term": term}
        for facet, ids in terms.items()
        for term in dict.fromkeys(ids)
    ]
    if rows:
        writing.table("article_terms").insert_all(rows)


def find(db: Database, slug: str, reader: Reader) -> Article | None:
    """The article at an address, None when there is none that this reader may see."""
    sql = f"select {_COLUMNS} from articles where slug = :slug and {SEEN}"
    with db.read() as connection:
        row = connection.execute(sql, {"slug": slug, **asked_by(reader)}).fetchone()
    return _article(row) if row else None


def find_all(db: Database, slugs: Iterable[str], reader: Reader) -> dict[str, Article]:
    """Slug → article, of those that this reader may see."""
    sql = f"select {_COLUMNS} from articles where slug in (select value from json_each(:slugs)) and {SEEN}"
    with db.read() as connection:
        rows = connection.execute(sql, {"slugs": json.dumps(list(slugs)), **asked_by(reader)}).fetchall()
    return {row[0]: _article(row) for row in rows}


def newest(db: Database, reader: Reader, limit: int, type: ArticleType | None = None) -> tuple[Article, ...]:  # noqa: A002
    """The articles published last, of one type when asked for, newest first."""
    sql = (
        f"select {_COLUMNS} from articles where {SEEN} and (:type is null or type = :type) "
        "order by published desc, slug limit :limit"
    )
    with db.read() as connection:
        rows = connection.execute(sql, {"type": type, "limit": limit, **asked_by(reader)}).fetchall()
    return tuple(_article(row) for row in rows)


def with_term(db: Database, facet: Facet, term: str, reader: Reader, limit: int) -> tuple[Article, ...]:
    """The articles published last that carry a term, newest first."""
    sql = (
        f"select {_COLUMNS} from articles where {SEEN} and exists (select 1 from article_terms t "
        "where t.slug = articles.slug and t.facet = :facet and t.term = :term) "
        "order by published desc, slug limit :limit"
    )
    asked = {"facet": facet.value, "term": term, "limit": limit, **asked_by(reader)}
    with db.read() as connection:
        rows = connection.execute(sql, asked).fetchall()
    return tuple(_article(row) for row in rows)


def of_school(db: Database, school_id: str, reader: Reader) -> tuple[Article, ...]:
    """Everything that a school has shared, newest first."""
    sql = f"select {_COLUMNS} from articles where school = :school and {SEEN} order by published desc, slug"
    with db.read() as connection:
        rows = connection.execute(sql, {"school": school_id, **asked_by(reader)}).fetchall()
    return tuple(_article(row) for row in rows)


def to_review(db: Database, reader: Reader, until: date | None = None) -> tuple[Article, ...]:
    """Articles with a review date, up to a day when one is given, the first date first."""
    sql = (
        f"select {_COLUMNS} from articles where {SEEN} and fields ->> 'review_by' is not null "
        "and (:until is null or fields ->> 'review_by' <= :until) order by fields ->> 'review_by', slug"
    )
    with db.read() as connection:
        rows = connection.execute(sql, {"until": _iso(until), **asked_by(reader)}).fetchall()
    return tuple(_article(row) for row in rows)


def titles(db: Database, reader: Reader) -> tuple[tuple[str, str], ...]:
    """(slug, title) of everything this reader may see, in order of title."""
    with db.read() as connection:
        rows = connection.execute(
            f"select slug, title from articles where {SEEN} order by title", asked_by(reader)
        ).fetchall()
    return tuple((slug, title) for slug, title in rows)


def counts(db: Database, facet: Facet, reader: Reader) -> Mapping[str, int]:
    """Term → how many articles that this reader may see carry it, wider terms included."""
    sql = (
        "select term, count(*) from article_terms join articles using (slug) "
        f"where facet = :facet and {SEEN} group by term"
    )
    with db.read() as connection:
        return dict(connection.execute(sql, {"facet": facet.value, **asked_by(reader)}).fetchall())


def total(db: Database, reader: Reader) -> int:
    """How many articles this reader may see."""
    with db.read() as connection:
        return int(
            connection.execute(f"select count(*) from articles where {SEEN}", asked_by(reader)).fetchone()[0]
        )


def _row(article: Article) -> dict[str, Any]:
    kept = {"slug", "path", "sha256", "body"}
    rest = {field.name: getattr(article, field.name) for field in fields(article) if field.name not in kept}
    if article.local:
        rest["local"] = {field.name: getattr(article.local, field.name) for field in fields(article.local)}
    return {
        "slug": article.slug,
        "path": article.path,
        "sha256": article.sha256,
        "type": article.type.value,
        "title": article.title,
        "summary": article.summary,
        "visibility": article.visibility.value,
        "school": article.school,
        "published": _iso(article.published),
        "reviewed": _iso(article.reviewed),
        "fields": json.dumps(rest, ensure_ascii=False, default=str),
        "body": article.body,
    }


def _article(row: Any) -> Article:
    slug, path, sha256, text, body = row
    stored = json.loads(text)
    local = stored.pop("local")
    for key in ("published", "reviewed", "review_by"):
        stored[key] = date.fromisoformat(stored[key]) if stored[key] else None
    return Article(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
        | {
            "slug": slug,
            "path": path,
            "sha256": sha256,
            "body": body,
            "type": ArticleType(stored["type"]),
            "visibility": Visibility(stored["visibility"]),
            "local": LocalEvidence(**local | {"outcome": Outcome(local["outcome"])}) if local else None,
        }
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
