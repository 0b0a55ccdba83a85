"""Sentences in which somebody has marked what tells who a pupil is: what the personal-data check is measured on.

The files lie in tests/personal_data. Of every two lines the first was looked at while the rules were made and the
second was held back until they stood; docs/safeguarding.md gives the figures of both halves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "personal_data"
_MARKED = re.compile(r"\[\[(.*?)\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence.

    labels  what stands before it in its line: the kind, or the origin and whether a cue word is there
    pieces  where the marked pieces begin and end
    """

    labels: tuple[str, ...]
    text: str
    pieces: tuple[tuple[int, int], ...]


def sentences(name: str, *, labels: int) -> tuple[Sentence, ...]:
    """The sentences of a file; each line has so many labels before the sentence."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_sentence(line, labels) for line in lines if line and not line.startswith("#"))


def halves(some: Sequence[Sentence]) -> tuple[Sequence[Sentence], Sequence[Sentence]]:
    """Those the rules were made with, and those held back."""
    return some[::2], some[1::2]


def _sentence(line: str, labels: int) -> Sentence:
    *before, marked = (part.strip() for part in line.split("|", labels))
    text, pieces, place = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[place : found.start()]
        pieces.append((len(text), len(text) + len(found[1])))
        text += found[1]
        place = found.end()
    return Sentence(labels=tuple(before), text=text + marked[place:], pieces=tuple(pieces))
