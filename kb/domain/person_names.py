"""Names of people in a text: known first names, and capitalised words that no dictionary has.

No list holds every name, and ‘Will’, ‘Hope’ and ‘Grace’ are words as well: this finds most of them and says
how sure it is. It is a help for whoever reads the text, never a gate by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from kb.domain import name_cues
from kb.domain.letters import folded
from kb.domain.prose import Prose

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’][sS]$")
_INITIAL = re.compile(r"(?:\b[A-Z]\.? ?){1,3}$")
_PARTICLES = frozenset(
    ["al", "el", "de", "da", "di", "du", "del", "dos", "van", "von", "der", "bin", "bint", "ibn", "le", "la"]
)
_TIMES = frozenset(["april", "may", "june", "august", "summer", "autumn", "spring", "winter"])
_WHEN = re.compile(
    r"(?:\b(?:in|by|of|since|until|till|every|last|next|this|early|late|mid|for|to|and)|\d) $", re.IGNORECASE
)
_NEVER = frozenset(["st", "saint", "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "i"])
_PLURAL_ACRONYM = re.compile(r"[A-Z]{2,}s")
_SHORTEST_SMALL = 5  # letters of a name typed in small letters
_SHORTEST_RARE = 2
_SHORTEST_LOUD = 4  # letters of a name typed in capitals; less is an acronym
_LONGEST_PHRASE = 8


class Sure(Enum):
    """How surely a word is a name."""

    FIRST_NAME = auto()  # in the list, and no English word
    ALSO_A_WORD = auto()  # in the list, and an English word
    RARE = auto()  # capitalised where no capital is due, and in no dictionary
    NO = auto()


class Whose(Enum):
    """What the words around a name say."""

    PUPIL = auto()
    COLLEAGUE = auto()
    SOMEBODY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What the check knows.

    first_names  folded → True when it is an English word too
    words        every English word, folded
    phrases      names of what is no pupil, as folded words by their first: schools, programmes, places, authors
    acronyms     as written in capitals
    """

    first_names: Mapping[str, bool]
    words: Collection[str]
    phrases: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)
    acronyms: Collection[str] = frozenset()


def phrases_from(texts: Collection[str]) -> dict[str, list[tuple[str, ...]]]:
    """Phrases as ``Lexicon`` wants them, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in {tuple(_word(token[0]) for token in _TOKEN.finditer(text)) for text in texts}:
        if words and len(words) <= _LONGEST_PHRASE:
            found.setdefault(words[0], []).append(words)
    return {first: sorted(some, key=len, reverse=True) for first, some in found.items()}


def _word(token: str) -> str:
    return folded(_POSSESSIVE.sub("", token))


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that was found. ``start`` and ``end`` are places in the text."""

    start: int
    end: int
    whose: Whose
    sure: Sure


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    text: str
    folded: str
    known: bool = False
    first: bool = False  # in its sentence

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper() and (len(self.text) == 1 or not self.text.isupper())


def names_in(text: str, lexicon: Lexicon) -> Iterator[Name]:
    """The names in a text whose marks are blanked out, in order."""
    prose = Prose(text)
    tokens = _tokens(prose)
    _mark_known(tokens, lexicon)
    place = 0
    while place < len(tokens):
        behind = place + 1
        sure = _sure(tokens, place, lexicon)
        if sure is not Sure.NO:
            begins, behind = _reach(tokens, place, text, lexicon)
            name = _name(tokens[begins].start, tokens[behind - 1].end, tokens[place].first, sure, prose)
            if name:
                yield name
        place = behind


def _tokens(prose: Prose) -> list[_Token]:
    found = []
    firsts = prose.sentences()
    number, awaited = 0, True
    for match in _TOKEN.finditer(prose.text):
        while match.start() >= firsts[number][1] and number < len(firsts) - 1:
            number, awaited = number + 1, True
        text = _POSSESSIVE.sub("", match[0])
        found.append(_Token(match.start(), match.start() + len(text), text, folded(text), first=awaited))
        awaited = False
    return found


def _mark_known(tokens: list[_Token], lexicon: Lexicon) -> None:
    place = 0
    while place < len(tokens):
        length = _known_here(tokens, place, lexicon)
        for token in tokens[place : place + length]:
            token.known = True
        place += max(1, length)


def _known_here(tokens: Sequence[_Token], place: int, lexicon: Lexicon) -> int:
    """How many words from here on are a known phrase."""
    for words in lexicon.phrases.get(tokens[place].folded, ()):
        here = tokens[place : place + len(words)]
        if tuple(token.folded for token in here) == words and not tokens[place].text[:1].islower():
            return len(words)
    return 0


def _sure(tokens: Sequence[_Token], place: int, lexicon: Lexicon) -> Sure:
    token = tokens[place]
    if (
        token.known
        or token.folded in _NEVER
        or token.folded.startswith("i'")
        or _PLURAL_ACRONYM.fullmatch(token.text)
    ):
        return Sure.NO
    parts = token.folded.split("-")
    listed = lexicon.first_names.get(
        token.folded, lexicon.first_names.get(parts[0]) if len(parts) > 1 else None
    )
    if listed is not None and len(parts) > 1 and not _all_names(token.text, lexicon):
        listed = None
    if not token.capital:
        return _sure_in_small_or_loud(tokens, place, lexicon, listed=listed is False)
    if listed is not None:
        return Sure.ALSO_A_WORD if listed else Sure.FIRST_NAME
    is_word = token.folded in lexicon.words or all(
        part in lexicon.words for part in re.split("[-']", token.folded)
    )
    return Sure.NO if is_word or len(token.text) < _SHORTEST_RARE else Sure.RARE


def _all_names(text: str, lexicon: Lexicon) -> bool:
    """True for ‘Lily-Mae’ and not for ‘Rose-coloured’."""
    return all(part[:1].isupper() or folded(part) in lexicon.first_names for part in text.split("-")[1:])


def _sure_in_small_or_loud(tokens: Sequence[_Token], place: int, lexicon: Lexicon, *, listed: bool) -> Sure:
    """A name typed in small letters or in capitals: only one that is surely a name, or two in a row."""
    token = tokens[place]
    if not listed:
        return Sure.NO
    if token.text.isupper():
        is_name = len(token.text) >= _SHORTEST_LOUD and token.text not in lexicon.acronyms
        return Sure.FIRST_NAME if is_name else Sure.NO
    beside = tokens[place + 1 : place + 2]
    in_a_row = (
        bool(beside) and beside[0].text.islower() and lexicon.first_names.get(beside[0].folded) is False
    )
    return Sure.FIRST_NAME if len(token.text) >= _SHORTEST_SMALL or in_a_row else Sure.NO


def _reach(tokens: Sequence[_Token], place: int, text: str, lexicon: Lexicon) -> tuple[int, int]:
    """The words that belong to the name: from one number to before another."""
    begins, ends = place, place + 1
    small = tokens[place].text.islower()
    while ends < len(tokens) and text[tokens[ends - 1].end : tokens[ends].start] in (" ", "-"):
        token = tokens[ends]
        joins = lexicon.first_names.get(token.folded) is False if small else token.capital
        if token.known or token.folded in _NEVER or not (joins or (not small and token.folded in _PARTICLES)):
            break
        ends += 1
    while ends > place + 1 and tokens[ends - 1].folded in _PARTICLES and tokens[ends - 1].text.islower():
        ends -= 1
    before = tokens[place - 1] if place else None
    if before and before.capital and not (before.first or before.known or small or before.folded in _NEVER):
        begins -= text[before.end : tokens[place].start] == " "
    return begins, ends


def _beside(text: str) -> str:
    """Words beside a name without the gaps that line ends and blanked marks leave."""
    return re.sub(r"\s+(?=['’]s\b)", "", re.sub(r"\s+", " ", text))


def _name(start: int, end: int, first: bool, sure: Sure, prose: Prose) -> Name | None:
    """What the words around it make of a name; None when they say that it is none."""
    text = prose.text
    begins, ends = prose.sentence(start)
    before, after = _beside(text[max(begins, start - 120) : start]), _beside(text[end : min(ends, end + 160)])
    listed = sure is Sure.FIRST_NAME
    is_time = folded(text[start:end]) in _TIMES
    if is_time and _WHEN.search(before):
        return None
    if name_cues.of_a_colleague(before, after):
        return Name(start=start, end=end, whose=Whose.COLLEAGUE, sure=sure)
    if name_cues.of_a_pupil(before, after, sure=listed or (sure is Sure.ALSO_A_WORD and not first)):
        return Name(start=start, end=end, whose=Whose.PUPIL, sure=sure)
    several = " " in text[start:end]
    if name_cues.of_something_else(before, after, text[start:end], listed=listed):
        return None
    if sure is Sure.ALSO_A_WORD and (first or is_time):
        certain = several or name_cues.does_something(after)
    else:
        certain = listed or not first or several
    return Name(start=start, end=end, whose=Whose.SOMEBODY, sure=sure) if certain else None
