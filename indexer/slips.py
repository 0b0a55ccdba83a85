"""How likely one word is a slip of another: the letters that people mix up, leave out and double.

Counting edits alone makes a doubled letter as grave as a strange one. Here each edit has a price: a doubled letter, a
vowel for a vowel and two letters that sound alike are cheap, a strange letter is dear. The prices follow what is known
of English misspellings; knobs says how the sum is weighed.
Source: Kernighan, Church and Gale, "A spelling correction program based on a noisy channel model" (1990).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_VOWELS = frozenset("aeiouy")
_ALIKE = tuple(frozenset(group) for group in ("ckqs", "sz", "fv", "td", "mn", "gj", "iy", "xz"))
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: frozenset(
        other
        for near, line in enumerate(_ROWS)
        for column, other in enumerate(line)
        if abs(near - row) <= 1 and abs(column + near / 2 - place - row / 2) <= 1 and other != letter
    )
    for row, keys in enumerate(_ROWS)
    for place, letter in enumerate(keys)
}
"""Letter → its neighbours on the keyboard."""


def neighbours(letter: str) -> frozenset[str]:
    """The letters beside one on the keyboard."""
    return _BESIDE.get(letter, frozenset())


DOUBLED, SILENT, VOWEL, STRANGE = 0.4, 0.7, 0.8, 1.0  # a letter too many or too few
LIKE, BESIDE, OTHER = 0.6, 0.8, 1.2  # one letter for another
SWAPPED = 0.7  # two letters in the wrong order

_RUN_OF_VOWELS = re.compile(r"[aeiouy]+")
_DOUBLE = re.compile(r"(.)\1+")
_SILENT_END = re.compile(r"(?<=[^aeiouy])e(?=s?$)")  # plates
_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("sch", "sk"),
    ("tch", "ch"),
    ("que", "k"),
    ("gh", "g"),
    ("kn", "n"),
    ("wr", "r"),
    ("rh", "r"),
    ("x", "ks"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("c", "k"),
    ("z", "s"),
    ("tion", "shn"),
    ("sion", "shn"),
    ("shun", "shn"),
    ("shon", "shn"),
    ("dg", "j"),
)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A rough skeleton of how a word sounds: vowels run together, double letters single, like consonants the same."""
    text = word
    for written, spoken in _SOUNDS:
        text = text.replace(written, spoken)
    text = _SILENT_END.sub("", text)
    return _DOUBLE.sub(r"\1", _RUN_OF_VOWELS.sub("a", text))


def letters(word: str) -> int:
    """The letters of a word as bits, a to z. One edit takes at most one bit away and adds at most one."""
    bits = 0
    for letter in word:
        place = ord(letter) - ord("a")
        if 0 <= place < 26:  # noqa: PLR2004 - the letters of the alphabet
            bits |= 1 << place
    return bits


def letters_of_all(words: Sequence[str]) -> NDArray[np.uint32]:
    """What ``letters`` says of each of very many words."""
    codes = np.frombuffer("\n".join(words).encode("utf-32-le"), dtype=np.uint32) - np.uint32(ord("a"))
    bits = np.where(codes < 26, np.uint32(1) << (codes & np.uint32(31)), np.uint32(0))  # noqa: PLR2004 - the alphabet
    ends = np.cumsum(np.fromiter((len(word) + 1 for word in words), dtype=np.int64, count=len(words)))
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends])[: len(words)]
    return np.bitwise_or.reduceat(bits, starts) if words else np.zeros(0, dtype=np.uint32)


@lru_cache(maxsize=20_000)
def price(typed: str, meant: str) -> float:
    """The least sum of prices that turns one word into the other, 0 for the same word; about 1 for one slip."""
    before: list[float] = []
    above = [0.0]
    for place in range(len(meant)):
        above.append(above[-1] + _extra(meant, place))
    for row, letter in enumerate(typed):
        line = [above[0] + _extra(typed, row)]
        for column, other in enumerate(meant):
            cost = min(
                above[column] + (0.0 if letter == other else _instead(letter, other)),
                above[column + 1] + _extra(typed, row),
                line[column] + _extra(meant, column),
            )
            if row and column and letter == meant[column - 1] and typed[row - 1] == other:
                cost = min(cost, before[column - 1] + SWAPPED)
            line.append(cost)
        before, above = above, line
    return above[-1]


def _extra(word: str, place: int) -> float:
    """The price of a letter that the other word does not have."""
    letter = word[place]
    if (place and letter == word[place - 1]) or letter == word[place + 1 : place + 2]:
        return DOUBLED
    if letter in "ehu":
        return SILENT
    return VOWEL if letter in _VOWELS else STRANGE


def _instead(letter: str, other: str) -> float:
    """The price of one letter in the place of another."""
    if letter in _VOWELS and other in _VOWELS:
        return LIKE
    if any(letter in group and other in group for group in _ALIKE):
        return LIKE
    return BESIDE if other in _BESIDE.get(letter, ()) else OTHER
