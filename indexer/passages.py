"""The passage that answers a query best, cut to length and marked where it matches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from indexer.analysis import BRITISH_AMERICAN, WORD, stem
from indexer.document import Part

LENGTH = 240
"""Characters of a shown passage, about two lines of a card."""


MOST_KEPT = 3
"""First letters of a stem that are looked for in a text; the fourth may change when a word is stemmed."""

_ALIKE = {
    stem(ours): sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
    for theirs, ours in BRITISH_AMERICAN.items()
}
"""Letters that a term has in common with the American word for it: grey and gray."""


class _Match(NamedTuple):
    """A word of the text that answers a term of the query, and how telling that term is."""

    term: str
    worth: float
    start: int
    end: int


def excerpt(text: str, weights: Mapping[str, float], *, length: int = LENGTH) -> tuple[Part, ...]:
    """The stretch of a text with the most telling matches, in parts, its matching words marked.

    weights  term → how telling it is; terms that are not in it are never marked
    """
    flat = " ".join(text.split())
    found = list(_matches(flat, weights))
    start, end = _window(flat, found, length)
    return _marked(flat, found, start, end)


def _matches(text: str, weights: Mapping[str, float]) -> Iterator[_Match]:
    """The words of a text that weigh anything. Most are passed over: a stem keeps its word's first letters."""
    kept = tuple({_kept(term) for term in weights if term})
    lowered = text.lower()
    same_length = len(lowered) == len(text)  # İ becomes two letters
    for match in WORD.finditer(text):
        start, end = match.span()
        if same_length and not lowered.startswith(kept, start):
            first = lowered[start : min(end, start + MOST_KEPT)]
            if first.isascii() and "'" not in first:
                continue  # letters that may be written otherwise in a stem are looked at
        term = stem(match.group())
        worth = weights.get(term, 0.0)
        if worth:
            yield _Match(term, worth, start, end)


def _kept(term: str) -> str:
    """The letters that every word of a term begins with."""
    if len(term) == len("die") and term.endswith("ie"):  # dying, lying
        return term[:1]
    kept = max(1, min(MOST_KEPT, len(term) - 1))
    return term[: min(kept, _ALIKE.get(term, kept))]


def _window(text: str, found: Sequence[_Match], length: int) -> tuple[int, int]:
    """From where to where: the window whose distinct matches weigh most, started at a sentence when one is near."""
    if len(text) <= length:
        return 0, len(text)
    best_start, best_weight = 0, 0.0
    for place, first in enumerate(found):
        seen: dict[str, float] = {}
        for match in found[place:]:
            if match.end > first.start + length:
                break
            seen[match.term] = match.worth
        weight = sum(seen.values())
        if weight > best_weight:
            best_start, best_weight = first.start, weight
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


def _marked(text: str, found: Sequence[_Match], start: int, end: int) -> tuple[Part, ...]:
    parts: list[Part] = [Part(text="… ")] if start > 0 else []
    at = start
    for match in found:
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
