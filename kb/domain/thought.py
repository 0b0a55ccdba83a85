"""What somebody thinks of a step of a pathway, for themselves alone, and what becomes of it when they write on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from kb.domain.errors import BadRequest

LONGEST_THOUGHT = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What stands in the box of a step when a button is pressed.

    over  the fingerprint of what stood there when the page was opened; empty when nobody knows
    """

    words: str
    over: str = ""


Thoughts = Mapping[int, Thought]
"""Step → what stands in its box."""


class ThoughtTooLong(BadRequest):
    """More than anybody wants to read again. ``step`` is the one whose box it stands in."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"Use at most {LONGEST_THOUGHT} characters for what you thought.")


def plain(words: str) -> str:
    """Words as they are kept: line ends of one kind, nothing around them."""
    return "\n".join(words.splitlines()).strip()


def fingerprint(words: str) -> str:
    """What tells words from others without showing them."""
    return sha256(plain(words).encode()).hexdigest()[:16]


def settled(kept: str, thought: Thought) -> str:
    """What is kept from now on. Where two pages were written on, both stay: the person can see what is too much."""
    typed, before = plain(thought.words), plain(kept)
    if typed == before or fingerprint(typed) == thought.over:
        return kept
    if not before or not thought.over or fingerprint(before) == thought.over:
        return typed
    return f"{before}\n\n{typed}" if typed else kept
