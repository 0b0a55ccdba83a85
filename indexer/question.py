"""A query as typed → what must occur, what must not and what is searched for.

Quoted phrases must stand in the text, words after a minus must not. Unbalanced quotes are ordinary marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.analysis import STOP_WORDS, clean, folded, stem, tokens, words
from indexer.errors import BadQuery

LONGEST = 1000
"""Characters of a query that are read. Callers cut earlier and tell the reader."""

_QUOTED = re.compile(r'["“”„«]([^"“”„«»]{1,300})["“”»]')
_MINUS = re.compile(r"(?:(?<=\s)|^)[-−–](?=[^\W\d_])([\w'’-]{1,60})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One searched word: as typed, folded, and its term."""

    typed: str
    folded: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A query taken apart.

    text     what is left to search for, phrases included, minus words taken out: what the model reads
    words    the words that carry a subject, outside phrases
    phrases  folded words of each quoted phrase
    without  terms that must not occur
    """

    text: str
    words: tuple[Word, ...]
    phrases: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """True when nothing can be searched for: no word, no phrase."""
        return not self.words and not self.phrases


def parse(query: str) -> Parsed:
    """The query taken apart. Raises BadQuery when it holds minus words alone."""
    text = " ".join(clean(query)[:LONGEST].split())
    phrases = tuple(found for found in (tuple(words(match)) for match in _QUOTED.findall(text)) if found)
    outside = _QUOTED.sub(" ", text)
    without = tuple(dict.fromkeys(stem(part) for match in _MINUS.findall(outside) for part in _parts(match)))
    outside = _MINUS.sub(" ", outside)
    searched = tuple(words_of(outside))
    if without and not searched and not phrases:
        raise BadQuery("Add a word to look for: a search cannot consist of words to leave out alone.")
    kept = " ".join(_MINUS.sub(" ", text).replace('"', " ").split())
    return Parsed(text=kept, words=searched, phrases=phrases, without=without)


def words_of(text: str) -> list[Word]:
    """The words of a text that carry a subject; all of them when none does."""
    found = [
        Word(typed=token.text, folded=folded(token.text), term=stem(token.text)) for token in tokens(text)
    ]
    found = [word for word in found if word.folded]
    return [word for word in found if word.folded not in STOP_WORDS] or found


def _parts(match: str) -> list[str]:
    return [token.text for token in tokens(match)]
