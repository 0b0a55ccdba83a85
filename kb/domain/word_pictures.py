"""Pictures of a Word file as they stand in its text, before each has a name of ours: ‘word-picture-0’ and so on."""

from __future__ import annotations

import re
from collections.abc import Collection

UNDESCRIBED = "Picture {}: say what it shows"
"""What stands in place of the words that a picture lacks, with its number from 1 on."""

_WITHOUT_WORDS = re.compile(r"!\[\]\(word-picture-(\d{1,3})\)")


def target_of(number: int) -> str:
    """Where a picture leads in the text; ``number`` from 0 on."""
    return f"word-picture-{number}"


def with_words(markdown: str, targets: Collection[str] | None = None) -> str:
    """The text with something to be read beside each picture that has no words, or of those at ``targets``."""

    def described(found: re.Match[str]) -> str:
        number = int(found[1])
        target = target_of(number)
        return (
            f"![{UNDESCRIBED.format(number + 1)}]({target})"
            if targets is None or target in targets
            else found[0]
        )

    return _WITHOUT_WORDS.sub(described, markdown)


def words_beside(markdown: str, number: int) -> str:
    """The words that the file has for a picture, ``number`` from 0 on; empty when it has none."""
    found = re.search(rf"!\[([^\]]{{0,250}})\]\({target_of(number)}\)", markdown)
    words = " ".join(found[1].split()) if found else ""
    return "" if words == UNDESCRIBED.format(number + 1) else words
