"""What changed between two versions of a text, word by word.

Paragraphs are compared first, then the sentences of those that changed, then the words of those. So the time grows
with the size of the changes, and texts made to be slow (one word a hundred thousand times) are told apart coarsely
instead of exactly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

PARAGRAPHS = re.compile(r"[^\n]+\n*|\n+")
SENTENCES = re.compile(r"\n+|[^\n]+?(?:[.!?]['\"”’)\]*_]*[ \t]+|(?=\n)|\Z)")
WORDS = re.compile(r"\s+|[\w'’-]+|[^\w\s]")
_LEVELS = (PARAGRAPHS, SENTENCES, WORDS)

_MOST_PAIRS = 200_000
"""Pairs of equal pieces above which two sequences are not matched: difflib's time grows with them."""

_ALIKE = 0.4
"""The share of equal words under which a change is easier to read as a whole."""


class Change(StrEnum):
    """What happened to a piece."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether both versions have them."""

    change: Change
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from one version to the other, in reading order.

    Without what is new they are the version before, without what is gone the one after. Neighbours differ in kind.
    """
    return tuple(
        Piece(change, "".join(piece.text for piece in pieces))
        for change, pieces in groupby(_pieces(before, after, 0), key=lambda piece: piece.change)
    )


def counts(pieces: Sequence[Piece]) -> tuple[int, int]:
    """(words new, words gone)."""

    def words(change: Change) -> int:
        return sum(len(piece.text.split()) for piece in pieces if piece.change is change)

    return words(Change.NEW), words(Change.GONE)


def matches(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int, int]]:
    """(start in the first, start in the second, length) of runs that both have, in order.

    Where too much repeats itself, only what is equal at both ends counts.
    """
    shorter = min(len(first), len(second))
    head = next((n for n in range(shorter) if first[n] != second[n]), shorter)
    tail = next((n for n in range(shorter - head) if first[-1 - n] != second[-1 - n]), shorter - head)
    inner = (first[head : len(first) - tail], second[head : len(second) - tail])
    found = [(0, 0, head)] if head else []
    if _pairs(*inner) <= _MOST_PAIRS:
        blocks = SequenceMatcher(None, *inner, autojunk=False).get_matching_blocks()
        found += [(head + a, head + b, size) for a, b, size in blocks if size]
    return [*found, (len(first) - tail, len(second) - tail, tail)] if tail else found


def _pairs(first: Sequence[str], second: Sequence[str]) -> int:
    counted = Counter(second)
    return sum(number * counted[piece] for piece, number in Counter(first).items())


def _pieces(before: str, after: str, level: int) -> Iterator[Piece]:
    if level == len(_LEVELS):
        yield from _whole(before, after)
        return
    old, new = _LEVELS[level].findall(before), _LEVELS[level].findall(after)
    runs = matches(old, new)
    if level == len(_LEVELS) - 1 and not _worth_reading(old, new, runs):
        yield from _whole(before, after)
        return
    at, there = 0, 0
    for a, b, size in [*runs, (len(old), len(new), 0)]:
        gone, come = "".join(old[at:a]), "".join(new[there:b])
        yield from _pieces(gone, come, level + 1) if gone and come else _whole(gone, come)
        if size:
            yield Piece(Change.SAME, "".join(old[a : a + size]))
        at, there = a + size, b + size


def _worth_reading(old: Sequence[str], new: Sequence[str], runs: Sequence[tuple[int, int, int]]) -> bool:
    """True when enough words stayed that marking the others helps."""
    kept = sum(len(word) for a, _, size in runs for word in old[a : a + size] if word.strip())
    longer = max(sum(len(word) for word in words if word.strip()) for words in (old, new))
    return kept >= _ALIKE * longer


def _whole(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece(Change.GONE, before)
    if after:
        yield Piece(Change.NEW, after)
