"""How hard a text is to read: long sentences, reading age, and letters that nobody has spelt out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

LONG_SENTENCE = 30
"""Words; most guides for plain English, GOV.UK's among them, ask for 25 at most."""

FEWEST_SENTENCES = 5
"""With fewer a reading age says nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ACRONYM = re.compile(r"(?<![\w/.@-])([A-Z]{2,6}|[A-Z][a-z]?[A-Z]{1,4}[a-z]?)(s?)(?![\w@]|\.\w)")
_EVERYBODY_KNOWS = frozenset(
    re.findall(
        r"\w+",
        "UK US USA EU UN BBC TV PC ID OK AM PM PDF DVD CD FAQ VAT GP NHS PE IT RE RS DT ICT AI "
        "PTA GCSE BTEC DIY CV HR PR QR SMS USB WiFi KS EYFS DfE ZIP AND NOT THE DO II III IV VI "
        "VII VIII IX XI ",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a text: where it begins, and where it ends."""

    start: int
    end: int


def prose_of(plain: str) -> list[Place]:
    """The paragraphs of a text whose marks are blanked out, without headings, tables, code and definitions."""
    found: list[Place] = []
    place, in_code = 0, False
    start: int | None = None
    for line in [*plain.split("\n"), ""]:
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            in_code = not in_code
        is_prose = bool(bare) and not in_code and not re.match(r"(?:#|\||!|\[\^|:|-{3,}|={3,})", bare)
        begins_anew = start is not None and bool(re.match(r"\s*(?:[-+>]|\d{1,3}[.)])\s", line))
        if start is not None and (not is_prose or begins_anew):
            found.append(Place(start, place))
            start = None
        if is_prose and start is None:
            start = place
        place += len(line) + 1
    return found


def sentences_of(plain: str, ends: Callable[[str], Collection[tuple[int, int]]]) -> list[tuple[Place, int]]:
    """Every sentence of the prose with the number of its words. ``ends`` cuts a paragraph into sentences."""
    found = []
    for paragraph in prose_of(plain):
        for begins, stops in ends(plain[paragraph.start : paragraph.end]):
            piece = plain[paragraph.start + begins : paragraph.start + stops]
            words = len(_WORD.findall(piece))
            if words:
                lead = len(piece) - len(piece.lstrip(" \n\t->+"))
                place = Place(paragraph.start + begins + lead, paragraph.start + begins + len(piece.rstrip()))
                found.append((place, words))
    return found


def reading_age(words: Collection[str], sentences: int, syllables: Callable[[str], int]) -> float:
    """The age at which most people read a text with ease, in years.

    The Flesch–Kincaid grade, 0.39 words a sentence + 11.8 syllables a word - 15.59, plus five years. Source: Kincaid,
    Fishburne, Rogers and Chissom, Derivation of new readability formulas, US Navy, 1975.
    """
    if not words or not sentences:
        return 0.0
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59 + 5


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return _WORD.findall(text)


def unexplained(plain: str, known: Mapping[str, Collection[str]]) -> Iterator[tuple[Place, str, str]]:
    """First uses of letters that stand for something the text never says: where, the letters, what they may mean.

    known  letters → what they stand for, the likeliest first; others are told of with no meaning
    """
    low = " ".join(plain.casefold().split())
    seen: set[str] = set()
    for found in _ACRONYM.finditer(plain):
        letters = found[1]
        if letters in seen or letters.upper() in _EVERYBODY_KNOWS or letters in _EVERYBODY_KNOWS:
            continue
        seen.add(letters)
        if not re.search(r"[A-Z].*[A-Z]", letters) or _in_brackets(plain, found) or _shouted(plain, found):
            continue
        meanings = known.get(letters, ())
        if not any(meaning.casefold() in low for meaning in meanings):
            yield Place(found.start(1), found.end(1)), letters, next(iter(meanings), "")


def _in_brackets(plain: str, found: re.Match[str]) -> bool:
    """True for ‘teaching assistants (TAs)’ and for ‘TAs (teaching assistants)’."""
    before, after = plain[: found.start()].rstrip(), plain[found.end() : found.end() + 3]
    return before.endswith("(") or after.lstrip().startswith("(")


def _shouted(plain: str, found: re.Match[str]) -> bool:
    """True when the words beside it are in capitals too: ‘READ THIS’."""
    beside = (
        plain[max(0, found.start() - 12) : found.start()].split()
        + plain[found.end() : found.end() + 12].split()
    )
    return any(len(word) > 1 and word.isalpha() and word.isupper() for word in beside)
