"""The passage that answers a query best, cut to length and marked where it matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.analysis import Token, stem, tokens
from indexer.document import Part

LENGTH = 240
"""Characters of a shown passage, about two lines of a card."""


def excerpt(text: str, weights: Mapping[str, float], *, length: int = LENGTH) -> tuple[Part, ...]:
    """The stretch of a text with the most telling matches, in parts, its matching words marked.

    weights  term → how telling it is; terms that are not in it are never marked
    """
    flat = " ".join(text.split())
    found = list(tokens(flat))
    firsts = {
        term[0] for term in weights
    }  # a stem keeps its word's first letter, and stemming takes the most time
    worth = [
        weights.get(stem(token.text), 0.0)
        if token.text[0].lower() in firsts or not token.text[0].isascii()
        else 0.0
        for token in found
    ]
    start, end = _window(flat, found, worth, length)
    return _marked(flat, found, worth, start, end)


def _window(text: str, found: Sequence[Token], worth: Sequence[float], length: int) -> tuple[int, int]:
    """From where to where: the window whose distinct matches weigh most, started at a sentence when one is near."""
    if len(text) <= length:
        return 0, len(text)
    best_start, best_weight = 0, 0.0
    for place, token in enumerate(found):
        if not worth[place]:
            continue
        seen: dict[str, float] = {}
        for other in range(place, len(found)):
            if found[other].end > token.start + length:
                break
            if worth[other]:
                seen[stem(found[other].text)] = worth[other]
        weight = sum(seen.values())
        if weight > best_weight:
            best_start, best_weight = token.start, weight
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


def _marked(
    text: str, found: Sequence[Token], worth: Sequence[float], start: int, end: int
) -> tuple[Part, ...]:
    parts: list[Part] = [Part(text="… ")] if start > 0 else []
    at = start
    for token, weight in zip(found, worth, strict=True):
        if not weight or token.start < start or token.end > end:
            continue
        if token.start > at:
            parts.append(Part(text=text[at : token.start]))
        parts.append(Part(text=text[token.start : token.end], matched=True))
        at = token.end
    if at < end:
        parts.append(Part(text=text[at:end]))
    if end < len(text):
        parts.append(Part(text=" …"))
    return tuple(parts)
