"""What the pages of trials, offers, asks and feedback share: findings in words, choices, names, pages of a list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

from kb.actions.free_text import PersonalData
from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.storage import articles
from kb.web.access import reader
from kb.web.forms import Form, as_choices
from kb.web.site import site

PER_PAGE = 20
LONGEST_WORDS = 200
_DIGITS = 5
READERS = {
    Visibility.PUBLIC: "Everybody",
    Visibility.PARTNERS: "The trust and its partners",
    Visibility.TRUST: "People of the trust",
}
"""Who may read something, in words."""

GONE_SCHOOL = "A school that is no longer with us"

T = TypeVar("T")


def looked_at() -> frozenset[str]:
    """Keys of the warnings that the writer has ticked."""
    return frozenset(request.form.getlist("looked_at"))


def refused(form: Form, error: KnowledgeBaseError) -> PersonalData | None:
    """Show what an action refused; what was found in the words, for components/personal.html, when it was that."""
    form.refuse(error)
    return error if isinstance(error, PersonalData) else None


def article_here(slug: str) -> Article:
    """The article at an address, for this reader. Raises NotFound."""
    article = articles.find(site().database, slug, reader())
    if article is None:
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    return article


def term_pairs(scheme: str, kept: Collection[str] = (), *, tops: bool = False) -> list[tuple[str, str]]:
    """Id and label of the terms of a scheme: those in use, and those that were chosen before.

    tops  only the terms that have no wider one
    """
    return [
        (term.id, term.label)
        for term in site().library.taxonomy[scheme]
        if (not term.replaced_by and not (tops and term.parent)) or term.id in kept
    ]


def terms(scheme: str, kept: Collection[str] = (), *, tops: bool = False) -> list[object]:
    """The same as the choices of a field."""
    return list(as_choices(term_pairs(scheme, kept, tops=tops)))


def their_schools(account: Account, kept: str = "") -> list[object]:
    """The schools where a person works, as choices."""
    schools = site().library.group.schools
    ids = dict.fromkeys((*account.schools, *((kept,) if kept else ())))
    return list(as_choices([(each, school_name(each)) for each in ids if each in schools or each == kept]))


def school_name(school_id: str) -> str:
    """What a school is called; words for one that has left the group."""
    school = site().library.group.schools.get(school_id)
    return school.name if school else GONE_SCHOOL


def labels(scheme: str, ids: Iterable[str]) -> list[str]:
    """What terms are called."""
    found = site().library.taxonomy[scheme]
    return [found.label_of(each) for each in ids]


def asked(name: str, allowed: Iterable[str] | None = None) -> str:
    """A parameter of the address, cut to what anybody would type; empty for what is not allowed."""
    value = " ".join(request.args.get(name, "")[:LONGEST_WORDS].split())
    return value if allowed is None or value in allowed else ""


def page_of(
    rows: Sequence[T], address: str, chosen: Mapping[str, str]
) -> tuple[Sequence[T], dict[str, object]]:
    """The rows of the page that the address asks for, and the turns to the others."""
    typed = request.args.get("page", "")
    last = max(1, -(-len(rows) // PER_PAGE))
    number = (
        min(max(1, int(typed)), last)
        if typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS
        else 1
    )
    kept = {key: value for key, value in chosen.items() if value}
    turns: dict[str, object] = {}
    if number > 1:
        turns["previous"] = {"href": f"{address}?{urlencode(kept | {'page': number - 1})}"}
    if number < last:
        turns["next"] = {"href": f"{address}?{urlencode(kept | {'page': number + 1})}"}
    start = (number - 1) * PER_PAGE
    return rows[start : start + PER_PAGE], turns
