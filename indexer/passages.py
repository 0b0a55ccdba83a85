"""The passage that answers a query best, cut to length and marked where it matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from indexer.analysis import stem, word_matches
from indexer.document import Part

LENGTH = 240
"""Characters of a shown passage, about two lines of a card."""


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
    """A stem keeps its word's first letter, so few words are stemmed, which takes the most time."""
    firsts = {letter for term in weights for letter in (term[0], term[0].upper())}
    found = []
    for word in word_matches(text):
        first = text[word.start()]
        if first in firsts or first > "\x7f":
            term = stem(word.group())
            if weight := weights.get(term):
                found.append(Match(word.start(), word.end(), term, weight))
    return found


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
