"""The words of a Markdown text where they stand: what is no word is blanked out, and nothing moves."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

# Each pattern is bounded, so that no text can make it slow.
_ADDRESS = re.compile(
    r"(?<=\]\()(?!\s{0,4}(?:mailto|tel):)[^()\s]{0,2000}|(?:https?://|www\.|\bdoi\.org/)[^\s<>()|]{1,2000}"
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s<>()]{1,200}")
_TAG = re.compile(r"</?[A-Za-z][^<>@]{0,1000}>")
_MARKS = re.compile(r"[*`~\u00a0\u2007\u202f\t]|\\(?=[!-/:-@\[-`{-~])|(?<!\w)_|_(?!\w)|&nbsp;|&#160;")
_NOTE = re.compile(r"\[\^[^\[\]]{1,100}\]")

_ENDS = re.compile(
    r"[.!?…]+[\"'”’)\]]{0,3}(?=\s+[\"'“‘(\[]?[^\sa-z])"  # a sentence's end
    r"|:(?=\s)|\n[ \t]*\n|\n(?=[ \t]*(?:[-+#>|]|\d{1,3}[.)][ \t]))|\|"  # a paragraph's, an item's, a cell's
)
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|al|no|No|nos|pp|tel|ref|Dr|Mr|Mrs|Ms|Prof|Rev|St|approx)|\b[A-Z])\.$"
)


def blanked(markdown: str) -> str:
    """The text with addresses, marks and elements turned into spaces: the same length, every word in its place."""
    text = markdown
    for pattern in (_ADDRESS, _DOI, _TAG, _NOTE, _MARKS):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


@dataclass(frozen=True)
class Prose:
    """A text cut into sentences.

    text  as ``blanked`` gives it
    """

    text: str

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where each sentence ends, in order."""
        found = [
            match.end()
            for match in _ENDS.finditer(self.text)
            if not _NO_END.search(self.text, max(0, match.start() - 8), match.start() + 1)
        ]
        return [*found, len(self.text)]

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends."""
        number = bisect_right(self.ends, place)
        begins = self.ends[number - 1] if number else 0
        return begins, self.ends[min(number, len(self.ends) - 1)]

    def sentences(self) -> list[tuple[int, int]]:
        """Where every sentence begins and ends."""
        return list(zip([0, *self.ends[:-1]], self.ends, strict=True))
