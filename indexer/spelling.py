"""What "did you mean" is made of: words nobody uses here, mended into words that stand in the corpus.

Only words that neither the corpus, nor the vocabulary, nor an English dictionary knows are touched, and only into
words that the corpus holds, because a correction that finds nothing helps nobody. Distance is counted with
transpositions (optimal string alignment); which of several near words is meant is decided by how it sounds, by its
first letter and by how often it is used. Source of the English list: symspellpy's frequency dictionary.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer import knobs
from indexer.analysis import STOP_WORDS, folded, stem
from indexer.errors import IndexDamaged
from indexer.question import Parsed, Word

NAME = "spelling.tsv"
LONGEST_ACRONYM = 6  # letters; capitals of more are a word typed with the key held down
OFTEN_A_SLIP = 2  # a word that stands here more often is meant
OFTEN_ENOUGH = 3  # times that both parts of a run-together word must stand here
SHORTEST_PART = 3  # letters of such a part
_VOWELS = re.compile(r"[aeiouy]+")
_DOUBLE = re.compile(r"(.)\1+")
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
    ("x", "ks"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("c", "k"),
    ("z", "s"),
    ("tion", "shn"),
    ("sion", "shn"),
    ("dg", "j"),
)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A rough skeleton of how a word sounds: vowels run together, double letters single, like consonants the same."""
    text = word
    for written, spoken in _SOUNDS:
        text = text.replace(written, spoken)
    return _DOUBLE.sub(r"\1", _VOWELS.sub("a", text))


@lru_cache(maxsize=1)
def english() -> Mapping[str, int]:
    """English word → how often it is used, folded like the corpus."""
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    counts: dict[str, int] = {}
    for line in text.splitlines():
        word, _, count = line.partition(" ")
        key = folded(word)
        counts[key] = max(counts.get(key, 0), int(count))
    return counts


class Speller:
    """Mends a query's words, into words of documents that the reader may see. Safe to use from many threads."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self._counts = counts
        self._circles: dict[frozenset[str], _Circle] = {}
        self._also_known: frozenset[str] = frozenset()

    @classmethod
    def build(cls, counts: Mapping[str, Mapping[str, int]], folder: Path) -> Speller:
        """Write the corpus' words (visibility → folded word → how often) into a folder."""
        lines = (
            f"{visibility}\t{word}\t{count}"
            for visibility, words in sorted(counts.items())
            for word, count in sorted(words.items())
        )
        (folder / NAME).write_text("\n".join(lines), encoding="utf-8")
        return cls(counts)

    @classmethod
    def open(cls, folder: Path) -> Speller:
        """The words in a folder."""
        try:
            counts: dict[str, dict[str, int]] = {}
            for line in filter(None, (folder / NAME).read_text(encoding="utf-8").split("\n")):
                visibility, word, count = line.split("\t")
                counts.setdefault(visibility, {})[word] = int(count)
        except (OSError, ValueError) as error:
            raise IndexDamaged(NAME, "cannot be read") from error
        return cls(counts)

    def also_known(self, words: Iterable[str]) -> None:
        """Words that are right although the corpus does not hold them: those of the curator's synonyms."""
        self._also_known = frozenset(words)
        self._circles = {}

    def correct(self, parsed: Parsed, visibilities: frozenset[str]) -> dict[str, str]:
        """Folded word of the query → what it should be, for each word that is mended. Phrases are left alone."""
        visible = visibilities.intersection(self._counts)
        circle = self._circles.get(visible)
        if circle is None:
            counts: Counter[str] = Counter()
            for visibility in visible:
                counts.update(self._counts[visibility])
            circle = self._circles[visible] = _Circle(counts, self._also_known)
        return circle.correct(parsed)


class _Circle:
    """The words of all documents that some readers may see."""

    def __init__(self, counts: Mapping[str, int], also_known: frozenset[str]) -> None:
        self._counts = counts
        self._by_length: dict[int, list[str]] = {}
        for word in self._counts:
            if word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._also_known = also_known

    def correct(self, parsed: Parsed) -> dict[str, str]:
        """What ``Speller.correct`` says."""
        mended: dict[str, str] = {}
        for word in parsed.words:
            if self._right(word):
                continue
            better = self._joined_apart(word.folded) or self._nearest(word.folded)
            if better and better != word.folded:
                mended[word.folded] = better
        return mended

    def _right(self, word: Word) -> bool:
        text = word.folded
        if len(text) < knobs.SHORTEST_CORRECTED or not text.isalpha() or text in STOP_WORDS:
            return True
        if word.typed.isupper() and len(text) <= LONGEST_ACRONYM:
            return text in self._counts or text in self._also_known  # SEHM is a slip, SEMH is not
        if self._counts.get(text, 0) > 0 or text in self._also_known:
            return not self._rare_slip(text)
        return text in english()

    def _rare_slip(self, text: str) -> bool:
        """A word of the corpus that is itself a slip: rare here, no English word, near one used far more often."""
        count = self._counts.get(text, 0)
        if count > OFTEN_A_SLIP or text in english() or text in self._also_known:
            return False
        near = (other for other, _ in self._near(text, 1) if stem(other) != stem(text))
        return any(self._counts[other] >= 20 * max(1, count) for other in near)

    def _nearest(self, text: str) -> str | None:
        edits = 1 + (len(text) >= knobs.TWO_EDITS_FROM) + (len(text) >= knobs.THREE_EDITS_FROM)
        best, best_cost = None, math.inf
        for other, distance in self._near(text, edits):
            if other == text:  # a rare slip stands in the corpus itself
                continue
            cost = self._cost(text, other, distance)
            if cost < best_cost:
                best, best_cost = other, cost
        return best

    def _cost(self, text: str, other: str, distance: int) -> float:
        """Lower is likelier. An edit costs as much as being about thirty times rarer."""
        same_sound = OSA.distance(sound(text), sound(other))
        only_doubling = _DOUBLE.sub(r"\1", text) == _DOUBLE.sub(r"\1", other)  # the commonest slip of all
        return (
            2.2 * distance
            + 1.6 * same_sound
            - (1.5 if only_doubling else 0.0)
            + (1.5 if text[0] != other[0] else 0.0)
            + (0.4 if text[-1] != other[-1] else 0.0)
            - 0.65 * math.log1p(self._counts[other])
        )

    def _near(self, text: str, edits: int) -> list[tuple[str, int]]:
        """Words of the corpus within ``edits``, and one edit further when they sound the same."""
        found: list[tuple[str, int]] = []
        for length in range(len(text) - edits - 1, len(text) + edits + 2):
            near = process.extract(
                text, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=edits + 1, limit=None
            )
            found.extend((word, int(distance)) for word, distance, _ in near)
        return [
            (word, far)
            for word, far in found
            if far <= edits or (far == edits + 1 and sound(word) == sound(text))
        ]

    def _joined_apart(self, text: str) -> str | None:
        """Two words run together: "retrievalpractice" → "retrieval practice". Both must be used here."""
        best, best_count = None, 0
        for cut in range(SHORTEST_PART, len(text) - SHORTEST_PART + 1):
            left, right = text[:cut], text[cut:]
            count = min(self._counts.get(left, 0), self._counts.get(right, 0))
            if count > best_count and self._no_scrap(left) and self._no_scrap(right):
                best, best_count = f"{left} {right}", count
        return best if best_count >= OFTEN_ENOUGH else None

    @staticmethod
    def _no_scrap(part: str) -> bool:
        return len(part) > SHORTEST_PART or part in english()
