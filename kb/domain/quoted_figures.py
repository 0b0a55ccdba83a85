"""External effect figures as a text quotes them, beside what the figure says now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb.domain.article import Figure

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_MONTHS = re.compile(
    rf"(?P<sign>[+\u2212-] ?|minus |plus )?\b(?P<number>\d{{1,2}}|{'|'.join(_NUMBERS)})"
    r"(?: additional| extra| more)? months?['’]?(?: of)?"
    r"(?= (?:additional |extra |more |further )?(?:progress|impact|gain|learning))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A number of months that is not the figure's. ``start`` and ``end`` are places in the text."""

    start: int
    end: int
    said: int
    figure: Figure


def differing(
    text: str, sentences: list[tuple[int, int]], figures: Mapping[str, Figure]
) -> Iterator[Differing]:
    """Months of progress that stand in a sentence beside one strand's name and differ from its figure.

    A sentence that names several strands is left alone: which number belongs to which is for a person to see.
    """
    names = {name: figure for figure in figures.values() for name in _names(figure)}
    if not names:
        return
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))
    for begins, ends in sentences:
        found = list(_MONTHS.finditer(text, begins, ends))
        if not found:
            continue
        named = {names[match[0]].strand for match in pattern.finditer(text[begins:ends].casefold())}
        if len(named) != 1:
            continue
        figure = figures[next(iter(named))]
        for match in found:
            said = _number(match)
            if said != figure.months:
                yield Differing(start=match.start(), end=match.end(), said=said, figure=figure)


def _names(figure: Figure) -> tuple[str, ...]:
    return tuple({figure.label.casefold(), figure.strand.replace("-", " ").casefold()})


def _number(match: re.Match[str]) -> int:
    word = match["number"].casefold()
    number = int(word) if word.isdecimal() else _NUMBERS.index(word)
    return -number if (match["sign"] or "").strip().casefold() in ("-", "\u2212", "minus") else number
