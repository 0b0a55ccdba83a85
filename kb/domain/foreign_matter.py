"""What the front matter of a page from elsewhere says in our words: what stands there, and no guesses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kb.domain.library import Library
from kb.domain.plain_words import plain_words, shortened
from kb.domain.taxonomy import ALL, Scheme

LONGEST_SUMMARY = 300
MOST_WORDS = 100

_TAGS = ("tags", "tag", "keywords", "categories", "category", "topics", "topic", "labels")
_TITLE = ("title", "name", "heading")
_SUMMARY = ("summary", "description", "excerpt", "abstract", "meta_description", "lede")
_CAPTION = ("caption", "subtitle", "section", "module", "unit")
_AUTHORS = ("authors", "author", "by", "written_by")
_TYPE = ("type", "article_type", "kind", "content_type", "layout", *_TAGS)
_PUBLISHED = ("published", "date", "publish_date", "published_at", "date_published", "created")
_REVIEWED = ("reviewed", "last_reviewed", "reviewed_at", "updated", "last_updated", "lastmod", "modified")
_REVIEW_BY = ("review_by", "review_date", "next_review", "expires")
_TERMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "key_stages": ("key-stages", ("key_stages", "key_stage", "keystage", "keystages", "ks")),
    "provisions": ("provisions", ("provisions", "provision", "setting", "settings")),
    "needs": ("needs", ("needs", "need", "send", "sen")),
    "themes": ("themes", ("themes", "theme", "strands", "strand")),
    "subjects": ("subjects", ("subjects", "subject")),
    "roles": ("roles", ("roles", "role", "audience", "audiences")),
}
# Our key → the scheme of its terms, and the keys that elsewhere mean the same.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].{0,40})?", re.ASCII)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a page states about itself.

    values  our key → value, ready for our front matter; only keys that are stated, title and summary left out
    """

    title: str
    caption: str
    summary: str
    values: Mapping[str, object]


class Words:
    """The vocabulary as people type it: id, label or alias → id, for words that mean one term only."""

    def __init__(self, library: Library) -> None:
        schemes = library.taxonomy.schemes
        self._ids = {name: _ids_by_word(scheme) for name, scheme in schemes.items()}
        schools = library.group.schools.values()
        self._schools = {_word(name): school.id for school in schools for name in (school.id, school.name)}

    def term(self, scheme: str, word: str) -> str | None:
        """The id of the term that a word means in a scheme."""
        return self._ids.get(scheme, {}).get(_word(word))

    def school(self, name: str) -> str | None:
        """The id of the school with this name or id."""
        return self._schools.get(_word(name))


def _ids_by_word(scheme: Scheme) -> dict[str, str]:
    found: dict[str, str | None] = {}
    for term in scheme:
        for name in {_word(one) for one in (term.label, *term.aliases)}:
            meant = term.replaced_by or term.id
            found[name] = meant if found.get(name, meant) == meant else None
    ids = {_word(term.id): term.replaced_by or term.id for term in scheme}
    return {name: term_id for name, term_id in found.items() if term_id} | ids


def _word(text: str) -> str:
    return " ".join(re.sub(r"[-_\s]+", " ", text).casefold().split())


def stated(values: Mapping[str, object], words: Words) -> Stated:
    """What the front matter of a page says.

    values  key → text, list or mapping, as ``kb.storage.foreign`` gives them
    """
    found: dict[str, object] = {key: terms for key, terms in _terms(values, words).items() if terms}
    kind = _first_known(values, _TYPE, lambda word: words.term("article-types", word))
    school = _first_known(values, ("school",), words.school)
    authors = tuple(dict.fromkeys(shortened(name, _LONGEST_NAME) for name in _names(values, _AUTHORS)))
    owner = next(_names(values, ("owner",)), "")
    days = {"published": _day(values, _PUBLISHED), "reviewed": _day(values, _REVIEWED)}
    days["review_by"] = _day(values, _REVIEW_BY)
    given = {
        "type": kind,
        "school": school,
        "authors": authors[:MOST_WORDS],
        "owner": shortened(owner, _LONGEST_NAME),
    }
    found |= {key: value for key, value in (given | _in_order(days)).items() if value}
    return Stated(
        title=next(_texts(values, _TITLE), ""),
        caption=next(_texts(values, _CAPTION), ""),
        summary=shortened(next(_texts(values, _SUMMARY), ""), LONGEST_SUMMARY),
        values=found,
    )


def _in_order(days: Mapping[str, date | None]) -> dict[str, date | None]:
    """The days, without one that comes before the day it must follow."""
    published, reviewed, review_by = days["published"], days["reviewed"], days["review_by"]
    if published and reviewed and reviewed < published:
        reviewed = None
    if reviewed and review_by and review_by < reviewed:
        review_by = None
    return {"published": published, "reviewed": reviewed, "review_by": review_by}


def _terms(values: Mapping[str, object], words: Words) -> dict[str, tuple[str, ...]]:
    tags = list(_words(values, _TAGS))
    terms: dict[str, tuple[str, ...]] = {}
    for key, (scheme, names) in _TERMS.items():
        meant = (words.term(scheme, word) for word in [*_words(values, names), *tags])
        ids = tuple(dict.fromkeys(term for term in meant if term))[:MOST_WORDS]
        terms[key] = (ALL,) if key == "key_stages" and ALL in ids else ids
    return terms


def _values(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[object]:
    return (values[key] for key in keys if values.get(key))


def _texts(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """The single texts among the values of some keys, in plain words."""
    texts = (plain_words(value) for value in _values(values, keys) if isinstance(value, str))
    return (text for text in texts if text)


def _items(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """The texts of some keys, each alone or in a list."""
    for value in _values(values, keys):
        for item in (value if isinstance(value, list) else [value])[:MOST_WORDS]:
            if isinstance(item, str) and item.strip():
                yield item


def _words(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """The words of some keys, whole and split at commas and semicolons: ‘KS1, KS2’."""
    for item in _items(values, keys):
        yield item
        if re.search("[,;]", item):
            yield from re.split("[,;]", item)[:MOST_WORDS]


def _names(values: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """People’s names: a text, a list of texts, or mappings with a name."""
    for value in _values(values, keys):
        for item in value if isinstance(value, list) else [value]:
            name = item.get("name") if isinstance(item, Mapping) else item
            if isinstance(name, str) and plain_words(name):
                yield plain_words(name)


def _first_known(
    values: Mapping[str, object], keys: Iterable[str], meant: Callable[[str], str | None]
) -> str | None:
    return next((known for known in map(meant, _words(values, keys)) if known), None)


def _day(values: Mapping[str, object], keys: Iterable[str]) -> date | None:
    for text in _texts(values, keys):
        found = _DAY.fullmatch(text)
        try:
            return date.fromisoformat(found[1]) if found else None
        except ValueError:
            return None
    return None
