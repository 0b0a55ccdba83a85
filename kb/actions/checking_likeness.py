"""Articles that are like what somebody is writing: by meaning, and word for word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kb.actions import searching
from kb.actions.searching import Search
from kb.domain.article import Article
from kb.domain.errors import KnowledgeBaseError
from kb.domain.finding import Finding, Kind, Level
from kb.domain.likeness import shared, shingles
from kb.domain.search import Question, Reader
from kb.domain.text import Content

NEAR = 0.72
"""Cosine from which two texts are about the same; with the model we ship, unrelated ones stay under 0.5."""

COPIED = 0.15
"""Part of the shorter text that stands in the other word for word."""

_LOOKED_AT = 8
_ASKED = 400  # characters; what is asked beyond that the model does not read
_SHORTEST = 30  # letters; with less there is nothing to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """An article that is like the text.

    meaning  cosine, 0.0 to 1.0
    copied   part of the shorter text that stands in the other word for word, 0.0 to 1.0
    """

    article: Article
    meaning: float
    copied: float


def alike(search: Search, reader: Reader, content: Content, *, but: str | None = None) -> tuple[Like, ...]:
    """The articles that this reader may see and that say nearly the same, the nearest first.

    but  the address of the article that the text is a new version of

    None when search cannot answer: a text can be written without it.
    """
    asked = " ".join(f"{content.title}. {content.one('summary')}".split())[:_ASKED]
    if len(asked) < _SHORTEST:
        return ()
    question = Question(
        text=asked, mode="meaning", per_page=_LOOKED_AT, correct_spelling=False, expand_synonyms=False
    )
    try:
        answer = searching.ask(search, question, reader)
    except KnowledgeBaseError:
        return ()
    own = shingles(content.body)
    found = [
        Like(
            article=find.article,
            meaning=find.meaning or 0.0,
            copied=shared(own, _shingles_of(find.article.body)),
        )
        for find in (*answer.finds, *answer.weak)
        if find.article.slug != but
    ]
    near = [each for each in found if each.meaning >= NEAR or each.copied >= COPIED]
    return tuple(sorted(near, key=lambda each: (-each.copied, -each.meaning)))


@lru_cache(maxsize=128)
def _shingles_of(body: str) -> frozenset[int]:
    """Of an article that stands here, which is compared again every few seconds while somebody writes."""
    return shingles(body)


def likeness(
    search: Search, reader: Reader, content: Content, *, but: str | None = None
) -> tuple[Finding, ...]:
    """The same as findings."""
    return tuple(_finding(each) for each in alike(search, reader, content, but=but)[:3])


def _finding(like: Like) -> Finding:
    copied = like.copied >= COPIED
    message = (
        f"{like.copied:.0%} of this text stands word for word in ‘{like.article.title}’."
        if copied
        else f"‘{like.article.title}’ is about nearly the same."
    )
    return Finding(
        level=Level.WARN if copied else Level.NOTE,
        kind=Kind.SIMILAR,
        field="",
        start=0,
        end=0,
        excerpt=like.article.slug,
        message=message,
        advice="Read it first: say what is new in yours, or offer to add to that one.",
    )
