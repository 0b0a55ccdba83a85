"""Text → words → terms: one way of cutting and stemming for every part of the search.

Both engines, the spelling, the synonyms and the marks in a passage use the same terms, so that what
is found, what is explained and what is marked never disagree. Stemming is ours (Snowball English)
rather than the word index's own, because a server engine may not have an English stemmer.
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:&[^\W_]+)*")
_APOSTROPHE = re.compile(r"['’]s?\b")
_MARKS = re.compile("[\u0300-\u036f]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_OUR = re.compile(r"(?<=[a-z]{3})our(?=$|s$|ed$|ing$|al$|ally$|able$|ful$|ite$|ites$|ist$|ists$|less$)")
_IZE = re.compile(r"(?<=[a-z]{3})iz(?=e$|ed$|es$|er$|ers$|ing$|ation$|ations$|ational$)")
_BRITISH_AMERICAN = {
    "program": "programme",
    "programs": "programmes",
    "center": "centre",
    "centers": "centres",
    "counseling": "counselling",
    "counselor": "counsellor",
    "enrollment": "enrolment",
    "fulfill": "fulfil",
    "gray": "grey",
    "math": "maths",
    "practise": "practice",
    "practising": "practicing",
    "practised": "practiced",
    "skillful": "skilful",
    "pediatric": "paediatric",
}

_UNSTEMMED = {"quizz": "quiz"}  # quizzes, quizzing: more common in schools than in the stemmer

STOP_WORDS = frozenset(
    """
    a about above after again all am an and any are as at be because been before being below between
    both but by can could did do does doing down during each else every few for from further get had has
    have having he her here hers him his how i if in into is it its itself just let like me more most my
    myself no nor not now of off on once only or other our ours out over own same shall she should so
    some such than that the their theirs them then there these they this those through to too under
    until up us very was we were what when where which while who whom why will with would you your yours
    """.split()  # noqa: SIM905 - a list of one word a line would hide what is in it
)
"""Words that carry no subject. They count in phrases and never on their own."""


class Token(NamedTuple):
    """One word of a text: as it stands there, and from where to where."""

    text: str
    start: int
    end: int


def clean(text: str) -> str:
    """The text without control characters, direction marks and soft hyphens, in Unicode's composed form."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text))


def word_at(text: str, start: int) -> re.Match[str] | None:
    """The word of a text that begins at a place, None when none does. Whether it begins before is not looked at."""
    return _WORD.match(text, start)


def tokens(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Token]:
    """The words of a text, or of a stretch of it, in order. Hyphenated words come apart, apostrophes stay inside."""
    for match in _WORD.finditer(text, start, end):
        yield Token(match.group(), match.start(), match.end())


_MAY_FOLD = re.compile("our|iz|[^a-z0-9]").search


def all_folded(words: Iterable[str]) -> list[str]:
    """What ``folded`` makes of each of very many words, thirty times as quickly where most stay as they are."""
    return [folded(word) if word in _BRITISH_AMERICAN or _MAY_FOLD(word) else word for word in words]


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """One word without case, accents, possessive and American spelling."""
    if word.isascii() and word.isalnum():  # as most words are: nothing to take off
        lowered = word.lower()
        if lowered not in _BRITISH_AMERICAN and not _MAY_FOLD(lowered):
            return lowered
    lowered = _MARKS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    lowered = _APOSTROPHE.sub("", lowered).replace("'", "").replace("’", "")
    lowered = _BRITISH_AMERICAN.get(lowered, lowered)
    lowered = _OUR.sub("or", lowered)
    return _IZE.sub("is", lowered)


_stemmer = threading.local()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The term of one word: folded, then stemmed. Source: Snowball's English stemmer."""
    if not hasattr(_stemmer, "english"):  # a stemmer keeps state while it works, so each thread has its own
        _stemmer.english = snowballstemmer.stemmer("english")
    stemmed: str = _stemmer.english.stemWord(folded(word))
    return _UNSTEMMED.get(stemmed, stemmed)


STOP_TERMS = frozenset(stem(word) for word in STOP_WORDS)
"""The terms of words that carry no subject."""


_ENDING = 4
"""Letters of a term's beginning that no ending of a word reaches."""

_OTHERWISE = {
    stem(here): here[:_ENDING] for here in _BRITISH_AMERICAN if here[:_ENDING] != stem(here)[:_ENDING]
}


@lru_cache(maxsize=20_000)
def beginnings(term: str) -> tuple[str, ...]:
    """How a word that has this term begins, in small letters: a term differs from its word in the end alone.

    Only of words of plain letters and figures: neither naïve nor O’Neill.
    """
    shortest = 2
    ways = [term[: min(_ENDING, max(shortest, len(term) - 1))]]
    if len(term) == shortest + 1 and term.endswith("ie"):
        ways.append(f"{term[0]}y")  # tying, dying
    if term in _OTHERWISE:
        ways.append(_OTHERWISE[term])  # pediatric: paediatr
    return tuple(ways)


def terms(text: str, *, keep_stop_words: bool = False) -> list[str]:
    """The terms of a text in order; words that carry no subject are left out unless asked for."""
    return terms_of_words(words(text), keep_stop_words=keep_stop_words)


def terms_of_words(folded_words: Iterable[str], *, keep_stop_words: bool = False) -> list[str]:
    """The same of words that are folded already."""
    return [stem(word) for word in folded_words if keep_stop_words or word not in STOP_WORDS]


def words(text: str) -> list[str]:
    """The folded words of a text in order, none left out: what phrases are matched against."""
    return [word for word in map(folded, _WORD.findall(text)) if word]
