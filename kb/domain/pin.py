"""Pins: what is shown before the results of a search, with the reason; it never counts as found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.errors import BadRequest

LONGEST_REASON = 200
MOST_WORDS = 20
LONGEST_WORDS = 60
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


class PinKind(StrEnum):
    """What is shown."""

    ARTICLE = "article"
    COLLECTION = "collection"
    APPROACH = "approach"


class PinRefused(BadRequest):
    """Something about a pin cannot be so; ``field`` is the question that the sentence answers."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One thing that is shown first.

    target  the address of the article, collection or approach
    words   phrases; a question that holds one of them, word by word, is answered with the pin
    """

    id: int
    kind: PinKind
    target: str
    reason: str
    words: tuple[str, ...]

    def fits(self, question: str) -> bool:
        """True when a question holds one of the phrases, whatever its capitals, accents and hyphens."""
        asked = f" {plain(question)} "
        return any(f" {plain(phrase)} " in asked for phrase in self.words if plain(phrase))


def phrases(typed: str) -> tuple[str, ...]:
    """The phrases that somebody typed, one a line or between commas. Raises PinRefused."""
    found = tuple(dict.fromkeys(" ".join(each.split()) for each in re.split(r"[\n,;]", typed) if plain(each)))
    if not found:
        raise PinRefused("words", "Enter at least one word or phrase that people search for.")
    if len(found) > MOST_WORDS or any(len(each) > LONGEST_WORDS for each in found):
        raise PinRefused(
            "words", f"Use at most {MOST_WORDS} phrases of at most {LONGEST_WORDS} characters each."
        )
    return found


def checked_reason(reason: str) -> str:
    """The reason, fit to be shown. Raises PinRefused."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise PinRefused("reason", f"Say in at most {LONGEST_REASON} characters why it is shown first.")
    return reason.strip()


def fitting(pins: Iterable[Pin], question: str) -> tuple[Pin, ...]:
    """The pins that answer a question, the one made first in front."""
    return tuple(each for each in pins if each.fits(question))


def plain(text: str) -> str:
    """Words in small letters without accents, hyphens as spaces, joined by single spaces."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").replace("-", " "))
    return " ".join(_WORD.findall(folded.encode("ascii", "ignore").decode().lower()))
