"""Words as they are compared: small letters, without accents."""

from __future__ import annotations

import unicodedata

_BY_HAND = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def folded(word: str) -> str:
    """A word in small letters and without accents: ‘Łukasz’ and ‘lukasz’ are one."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_BY_HAND))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).replace("’", "'")
