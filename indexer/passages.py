"""The passage that answers a query best, cut to length and marked where it matches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.analysis import beginnings, stem, tokens, word_at
from indexer.document import Part

LENGTH = 240
"""Characters of a shown passage, about two lines of a card."""


_JOINING = "'’&"
_RUN = re.compile(r"(?:[^\W_]|['’&])*")
_UNLIKE_ASCII = re.compile(f"[{_JOINING}]")
_UNLIKE = re.compile(
    "[^\x00-%\x28-\x7f\xa0-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\u2010-\u2018\u201a-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2bff]"
)
"""Marks that join two halves of a word, and letters and figures beyond ASCII."""


class Match(NamedTuple):
    """A word of a text that is one of those looked for: from where to where it stands, and how telling it is."""

    start: int
    end: int
    term: str
    weight: float


def excerpt(text: str, weights: Mapping[str, float], *, length: int = LENGTH) -> tuple[Part, ...]:
    """The stretch of a text with the most telling matches, in parts, its matching words marked.

    weights  term → how telling it is; terms that are not in it are never marked
    """
    flat = " ".join(text.split())
    matches = _matches(flat, weights)
    start, end = _window(flat, matches, length)
    return _marked(flat, matches, start, end)


def _matches(text: str, weights: Mapping[str, float]) -> list[Match]:
    """The words of a text whose term has a weight, in order."""
    small = text.lower()
    if len(small) != len(text):  # a letter became two: nothing stands where it stood
        return _matches_between(text, weights, 0, len(text))
    found: dict[int, Match] = {}
    # Only words that begin like one that is looked for are cut out and stemmed: cutting out all takes the most time.
    for mark in {mark for term in weights for mark in beginnings(term)}:
        at = small.find(mark)
        while at != -1:
            before = text[at - 1] if at else " "
            if not (before.isalnum() or before in _JOINING) and (word := word_at(text, at)):
                term = stem(word.group())
                if weight := weights.get(term):
                    found[at] = Match(at, word.end(), term, weight)
            at = small.find(mark, at + 1)
    for start, end in _unlike_their_terms(text):
        found |= {match.start: match for match in _matches_between(text, weights, start, end)}
    return [found[start] for start in sorted(found)]


def _matches_between(text: str, weights: Mapping[str, float], start: int, end: int) -> list[Match]:
    """The same of a stretch of a text, whatever its letters are."""
    terms = ((word, stem(word.text)) for word in tokens(text, start, end))
    return [Match(word.start, word.end, term, weights[term]) for word, term in terms if term in weights]


def _unlike_their_terms(text: str) -> Iterator[tuple[int, int]]:
    """From where to where each run of letters goes that may begin otherwise than its term: O’Neill, naïve."""
    plain = text.isascii()
    if plain and not any(mark in text for mark in _JOINING):
        return
    unlike = _UNLIKE_ASCII if plain else _UNLIKE
    done = 0
    for mark in unlike.finditer(text):
        start = mark.start()
        if start < done:
            continue
        while start and (text[start - 1].isalnum() or text[start - 1] in _JOINING):
            start -= 1
        run = _RUN.match(text, start)
        done = run.end() if run else start
        yield start, done


def _window(text: str, matches: Sequence[Match], length: int) -> tuple[int, int]:
    """From where to where: the window whose distinct matches weigh most, started at a sentence when one is near."""
    if len(text) <= length:
        return 0, len(text)
    best_start, best_weight = 0, 0.0
    for place, match in enumerate(matches):
        seen: dict[str, float] = {}
        for other in matches[place:]:
            if other.end > match.start + length:
                break
            seen[other.term] = other.weight
        weight = sum(seen.values())
        if weight > best_weight:
            best_start, best_weight = match.start, weight
    start = _begin(text, max(0, best_start - length // 3), best_start)
    end = min(len(text), start + length)
    return start, end if end == len(text) else (
        text.rfind(" ", start, end) if " " in text[start:end] else end
    )


def _begin(text: str, earliest: int, latest: int) -> int:
    """A sentence's start between two places, else a word's."""
    for mark in (". ", "? ", "! "):
        at = text.rfind(mark, earliest, latest)
        if at != -1:
            return at + len(mark)
    if earliest == 0:
        return 0
    space = text.find(" ", earliest, latest)
    return space + 1 if space != -1 else earliest


def _marked(text: str, matches: Sequence[Match], start: int, end: int) -> tuple[Part, ...]:
    parts: list[Part] = [Part(text="… ")] if start > 0 else []
    at = start
    for match in matches:
        if match.start < start or match.end > end:
            continue
        if match.start > at:
            parts.append(Part(text=text[at : match.start]))
        parts.append(Part(text=text[match.start : match.end], matched=True))
        at = match.end
    if at < end:
        parts.append(Part(text=text[at:end]))
    if end < len(text):
        parts.append(Part(text=" …"))
    return tuple(parts)
