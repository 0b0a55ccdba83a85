"""The fields of a text, and the front matter that they become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from kb.domain.article import Article, ArticleType
from kb.domain.text import Content, Fields

SINGLE = (
    "title",
    "summary",
    "school",
    "visibility",
    "outcome",
    "how_we_know",
    "level",
    "pupils",
    "staff_hours_setup",
    "staff_hours_week",
    "cost_band",
    "owner",
    "published",
    "illustrative",
    "source",
)
SEVERAL = (
    "key_stages",
    "provisions",
    "needs",
    "themes",
    "subjects",
    "roles",
    "authors",
    "strands",
    "references",
    "unstated",
)
LOCAL = ("outcome", "how_we_know", "level", "pupils", "staff_hours_setup", "staff_hours_week", "cost_band")
"""What a school found itself: keys of ``local`` in the front matter."""

CARRIED = ("owner", "published", "illustrative", "source", "unstated")
"""What no form asks: an edit of a published article carries it along."""

_ALWAYS_LISTED = ("needs", "subjects")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}\.\d{1,6}", re.ASCII)


def tidied(fields: Mapping[str, object]) -> Fields:
    """Fields in the types that a text keeps: unknown keys left out, lists without repetition, nothing empty."""
    kept: dict[str, str | tuple[str, ...]] = {}
    for key in SINGLE:
        value = fields.get(key)
        if isinstance(value, str) and value.strip():
            kept[key] = value.strip()
    for key in SEVERAL:
        value = fields.get(key)
        if isinstance(value, (list, tuple)):
            several = tuple(
                dict.fromkeys(one.strip() for one in value if isinstance(one, str) and one.strip())
            )
            if several:
                kept[key] = several
    return kept


def content_of(article: Article) -> Content:
    """A published article as the beginning of a text."""
    single: dict[str, object] = {
        key: getattr(article, key) for key in ("title", "summary", "school", "owner", "source")
    }
    single["visibility"] = article.visibility.value
    single["published"] = article.published.isoformat() if article.published else None
    single["illustrative"] = "true" if article.illustrative else None
    if article.local:
        for key in LOCAL:
            value = getattr(article.local, key)
            single[key] = None if value is None else _typed(value)
    several = {key: getattr(article, key) for key in SEVERAL}
    return Content(fields=tidied(single | several), body=article.body)


def values_of(
    content: Content, kind: ArticleType, *, published: date, reviewed: date, review_by: date, owner: str
) -> dict[str, object]:
    """The front matter that a text becomes, complete or not: what is missing is named when it is read.

    owner  the name of who answers for it from now on
    """
    fields = dict(content.fields)
    values: dict[str, object] = {"type": kind.value}
    values |= {key: _number(fields[key]) for key in SINGLE if key in fields and key not in LOCAL}
    values |= {key: fields[key] for key in SEVERAL if key in fields and key != "strands"}
    for key in _ALWAYS_LISTED:
        values.setdefault(key, ())
    if kind is ArticleType.CASE_STUDY:
        local = {key: _number(fields[key]) for key in LOCAL if key in fields}
        if local:
            values["local"] = local
    strands = content.several("strands")
    if strands:
        values["evidence"] = [{"strand": strand} for strand in strands]
    if "illustrative" in values:
        values["illustrative"] = True
    for key in ("title", "summary"):
        if key in values:
            values[key] = " ".join(str(fields[key]).split())
    values |= {"published": published, "reviewed": reviewed, "review_by": review_by, "owner": owner}
    return values


def _number(value: str | tuple[str, ...]) -> object:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _typed(value: object) -> str:
    """A value as a person would type it: 6, not 6.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "value", value))
