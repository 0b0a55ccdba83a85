"""How much of one text stands in another, word for word."""

from __future__ import annotations

from kb.domain.plain_language import words_of

SHINGLE = 5
"""Words in a row that are compared as one."""


def shingles(text: str) -> frozenset[int]:
    """Every five words in a row of a text, as numbers."""
    words = [word.casefold() for word in words_of(text)]
    return frozenset(hash(tuple(words[place : place + SHINGLE])) for place in range(len(words) - SHINGLE + 1))


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """The part of the shorter text that stands in the other too, 0.0 to 1.0."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer else 0.0
