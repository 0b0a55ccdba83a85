"""Look through what somebody is writing for what readers will miss or stumble over: advice, never a verdict."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pyphen

from kb.domain.article import ArticleType
from kb.domain.body import Pointer, look_through
from kb.domain.finding import Finding, Kind, Level, in_order
from kb.domain.library import Library
from kb.domain.picture import shown_in
from kb.domain.plain_language import (
    FEWEST_SENTENCES,
    LONG_SENTENCE,
    reading_age,
    sentences_of,
    unexplained,
    words_of,
)
from kb.domain.prose import Prose, blanked
from kb.domain.quoted_figures import differing
from kb.domain.synonym import SynonymRow
from kb.domain.text import Content

OLDEST_READER = 16.0
MOST_OF_A_KIND = 8
_OUTSIDE = re.compile(r"(?:https?:|mailto:|#|//|www\.)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}:", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:\.{1,2}/|/)?(?:articles/)?([a-z0-9-]+)(?:\.md)?/?(?:[#?].*)?")
_SAYS_NOTHING = re.compile(r"(?i)picture \d+: say what it shows|(?:image|picture|photo|bild|img)[ _-]?\d*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a text stands among.

    slugs     addresses of the articles there are
    pictures  name of each picture of the text → True once somebody has said who is on it and the consent holds
    """

    library: Library
    acronyms: Mapping[str, Collection[str]] = field(default_factory=dict)
    slugs: Collection[str] = ()
    pictures: Mapping[str, bool] = field(default_factory=dict)


def acronyms_from(synonyms: Collection[SynonymRow]) -> dict[str, list[str]]:
    """Letters → what they stand for, from the improvement lead's list."""
    known: dict[str, list[str]] = {}
    for row in synonyms:
        for typed in row.typed:
            if sum(letter.isupper() for letter in typed) > 1 and " " not in typed:
                known.setdefault(typed, []).extend(row.expands_to)
    return known


def writing(content: Content, kind: ArticleType, around: Around) -> tuple[Finding, ...]:
    """What could be better in a text, the most serious first, each with one sentence of advice."""
    plain = blanked(content.body)
    found = [*_missing(content, kind), *_links(content.body, around)]
    found += _figures(plain, content.body, around)
    found += _acronyms(plain, content.body, around)
    found += _sentences(plain, content.body)
    return in_order(found)


def _missing(content: Content, kind: ArticleType) -> Iterator[Finding]:
    """What a reader of this kind of article looks for and does not find."""
    wanted = dict(_WANTED[kind])
    for key, (message, advice) in wanted.items():
        if not content.one(key).strip():
            yield _finding(Level.NOTE, Kind.MISSING, key, "", 0, message, advice)
    how = content.one("how_we_know")
    if (
        kind is ArticleType.CASE_STUDY
        and how
        and not re.search(r"\d", how)
        and len(words_of(how)) < _FEW_WORDS
    ):
        yield _finding(
            Level.NOTE,
            Kind.MISSING,
            "how_we_know",
            how,
            0,
            "How do you know that it worked?",
            "Say what you counted or asked, before and after, and how many took part.",
        )


_FEW_WORDS = 6
_WANTED: Mapping[ArticleType, Mapping[str, tuple[str, str]]] = {
    ArticleType.CASE_STUDY: {
        "how_we_know": (
            "It does not say how you know that it worked.",
            "Say what you counted, asked or saw.",
        ),
        "cost_band": ("It does not say what it cost.", "Choose a cost band; a rough idea is enough."),
        "outcome": (
            "It does not say how it went.",
            "Choose how it went; what did not work helps others too.",
        ),
        "level": ("It does not say how strong your own evidence is.", "Choose a level from 1 to 5."),
        "staff_hours_week": (
            "It does not say how much staff time it takes.",
            "Give the hours a week, roughly.",
        ),
        "strands": (
            "It names no research that it draws on.",
            "Choose a strand of the evidence, if one fits.",
        ),
    },
    ArticleType.RESEARCH_SUMMARY: {
        "strands": ("It names no strand of the evidence.", "Choose the strand that it is about."),
        "references": ("It names no publication.", "Choose the publications that it rests on."),
    },
    ArticleType.HOW_TO: {},
    ArticleType.POLICY_EXAMPLE: {},
}


def _links(body: str, around: Around) -> Iterator[Finding]:
    starts = _starts(body)
    for pointer in look_through(body).pointers:
        place = _place(body, pointer, starts)
        if pointer.is_picture:
            yield from _picture(pointer, place, around)
        elif not _leads_somewhere(pointer.target, around):
            yield _finding(
                Level.WARN,
                Kind.BROKEN_LINK,
                "body",
                pointer.target,
                place,
                "This link leads nowhere.",
                "Use an address that begins with https://, or the name of an article here, such as other-article.md.",
            )


def _picture(pointer: Pointer, place: int, around: Around) -> Iterator[Finding]:
    if not pointer.text or _SAYS_NOTHING.fullmatch(pointer.text.strip()):
        yield _finding(
            Level.WARN,
            Kind.PICTURE,
            "body",
            pointer.target,
            place,
            "This picture has no words for people who cannot see it.",
            "Say between the square brackets what it shows.",
        )
    for name in shown_in(pointer.target):
        if not around.pictures.get(name, False):
            yield _finding(
                Level.WARN,
                Kind.PICTURE,
                "body",
                pointer.target,
                place,
                "This picture will not be shown to readers as things stand.",
                "Open the pictures of this article and say who can be recognised and until when consent holds.",
            )
    if not shown_in(pointer.target) and _OUTSIDE.match(pointer.target):
        yield _finding(
            Level.WARN,
            Kind.PICTURE,
            "body",
            pointer.target,
            place,
            "Pictures from other sites are not shown.",
            "Add it as a picture of this article.",
        )


def _leads_somewhere(target: str, around: Around) -> bool:
    if _OUTSIDE.match(target):
        return True
    if _SCHEME.match(target) or not target:
        return False
    article = _ARTICLE.fullmatch(target)
    if article and (target.startswith("/articles/") or ".md" in target or "/" not in target):
        return article[1] in around.slugs
    return target.startswith("/")


def _figures(plain: str, body: str, around: Around) -> Iterator[Finding]:
    for each in differing(plain, Prose(plain).sentences(), around.library.figures):
        figure = each.figure
        months = (
            "not enough evidence to give months" if figure.months is None else f"{figure.months:+d} months"
        )
        yield _finding(
            Level.WARN,
            Kind.FIGURE,
            "body",
            body[each.start : each.end],
            each.start,
            f"The figure for {figure.label} here is {months} (as of {figure.as_of:%-d %B %Y}).",
            "Use that figure, or say where and from when yours is.",
        )


def _acronyms(plain: str, body: str, around: Around) -> Iterator[Finding]:
    found = list(unexplained(plain, around.acronyms))[:MOST_OF_A_KIND]
    for place, letters, meaning in found:
        yield _finding(
            Level.NOTE,
            Kind.ACRONYM,
            "body",
            body[place.start : place.end],
            place.start,
            f"{letters} is not spelt out.",
            f"Write ‘{meaning} ({letters})’ where it stands first."
            if meaning
            else f"Write in full what {letters} stands for where it stands first.",
        )


def _sentences(plain: str, body: str) -> Iterator[Finding]:
    sentences = sentences_of(plain, lambda text: Prose(text).sentences())
    long_ones = sorted((one for one in sentences if one[1] > LONG_SENTENCE), key=lambda one: -one[1])
    for place, words in long_ones[:MOST_OF_A_KIND]:
        yield _finding(
            Level.NOTE,
            Kind.LONG_SENTENCE,
            "body",
            body[place.start : place.end],
            place.start,
            f"This sentence has {words} words.",
            "Make two of it.",
        )
    if len(sentences) < FEWEST_SENTENCES:
        return
    words_said = [word for place, _ in sentences for word in words_of(plain[place.start : place.end])]
    age = reading_age(words_said, len(sentences), syllables)
    if age > OLDEST_READER:
        yield _finding(
            Level.NOTE,
            Kind.READING_AGE,
            "body",
            "",
            0,
            f"It reads like a text for people of {age:.0f} and older.",
            "Shorten the longest sentences and choose shorter words; busy people read this between lessons.",
        )


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """How many syllables an English word has, as hyphenation cuts it; at least one.

    Hyphenation never parts one letter at a word's edge, so vowels are counted where it finds too few.
    """
    cut = len(_pattern().positions(word)) + 1
    spoken = len(
        re.findall(r"[aeiouy]+", re.sub(r"(?:(?<=[^laeiouy])e|es|(?<=[^td])ed)$", "", word.casefold()))
    )
    return max(1, cut, spoken)


@lru_cache(maxsize=1)
def _pattern() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_GB", left=1, right=1)


def _starts(body: str) -> list[int]:
    starts = [0]
    for line in body.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _place(body: str, pointer: Pointer, starts: list[int]) -> int:
    """Where a pointer's target stands; the beginning of its line when it is written in another way there."""
    begins = starts[min(pointer.line - 1, len(starts) - 1)]
    found = body.find(pointer.target, begins) if pointer.target else -1
    return found if found >= 0 else begins


def _finding(
    level: Level, kind: Kind, where: str, excerpt: str, start: int, message: str, advice: str
) -> Finding:
    return Finding(
        level=level,
        kind=kind,
        field=where,
        start=start,
        end=start + len(excerpt),
        excerpt=excerpt,
        message=message,
        advice=advice,
    )
