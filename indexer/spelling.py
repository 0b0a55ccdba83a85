"""What "did you mean" is made of: words nobody uses here, mended into words that stand in the corpus.

A word is mended only into one that the corpus holds, because a correction that finds nothing helps nobody, and only
when neither the corpus, nor the vocabulary, nor an English dictionary knows it; an English word that the corpus does
not hold is mended only when the other words of the query speak for it ("tectonic plaits"). Which of several near
words is meant is decided by how likely the slip is (``indexer.slips``), how often the word is used here, and whether
it stands in the same documents as the other words. Source of the English list: symspellpy's frequency dictionary.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer import knobs
from indexer.analysis import STOP_WORDS, all_folded, stem
from indexer.errors import IndexDamaged
from indexer.kept import kept
from indexer.question import Parsed, Word
from indexer.slips import letters, letters_of_all, price, sound

NAME = "spelling.tsv"
LONGEST_ACRONYM = 6  # letters; capitals of more are a word typed with the key held down
OFTEN_A_SLIP = 2  # a word that stands here more often is meant
KEPT_SLIPS = 1000  # misspelt words whose near ones are kept: who chooses a filter asks the same again
SHORTEST_PART = 3  # letters of a part of two words run together

Together = Callable[[Sequence[str]], int]
"""Terms → how many documents that the reader may see hold all of them; no terms: how many there are."""


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """English words, folded like the corpus."""
    text = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return frozenset(all_folded(text.split()[::2]))  # each is followed by how often it is used


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
    def open(cls, *folders: Path) -> Speller:
        """The words in a folder; those in further folders are added, with what they say is gone."""
        try:
            first, *others = [_read(folder / NAME) for folder in folders]
        except (OSError, ValueError) as error:
            raise IndexDamaged(NAME, "cannot be read") from error
        for other in others:
            for visibility, words in other.items():
                merged = Counter(first.get(visibility, {}))
                merged.update(words)
                first[visibility] = +merged
        return cls(first)

    def also_known(self, words: Iterable[str]) -> None:
        """Words that are right although the corpus does not hold them: those of the curator's synonyms."""
        self._also_known = frozenset(words)
        self._circles = {}

    def correct(
        self, parsed: Parsed, visibilities: frozenset[str], together: Together | None = None
    ) -> dict[str, str]:
        """Folded word of the query → what it should be, for each word that is mended; "" for one that goes.

        together  how many documents hold some terms; None when nothing is known of the other words

        Phrases are left alone.
        """
        visible = visibilities.intersection(self._counts)
        circle = self._circles.get(visible)
        if circle is None:
            counts: Counter[str] = Counter()
            for visibility in visible:
                counts.update(self._counts[visibility])
            circle = self._circles[visible] = _Circle(counts, self._also_known)
        return circle.correct(parsed, _Company(parsed, together))


def _read(path: Path) -> dict[str, dict[str, int]]:
    """Visibility → folded word → how often, from the lines of a file. Raises ValueError."""
    text = path.read_text(encoding="utf-8")
    cells = text.replace("\n", "\t").split("\t") if text else []
    words, counts = cells[1::3], list(map(int, cells[2::3]))
    found: dict[str, dict[str, int]] = {}
    for visibility, lines in groupby(zip(cells[::3], words, counts, strict=True), key=itemgetter(0)):
        found[visibility] = {word: count for _, word, count in lines}
    return found


class _Company:
    """The other words of a query: what speaks for one correction rather than another."""

    def __init__(self, parsed: Parsed, together: Together | None) -> None:
        self._parsed, self._together = parsed, together
        self._holders: dict[tuple[str, ...], int] = {}

    def speaks_for(self, word: str, instead_of: str) -> float:
        """How much more often a word stands beside the others than by chance: 0 when nothing is known, 1 by chance."""
        term = stem(word)
        own, all_ = self._held(term), self._held()
        lifts = [
            self._held(term, other) * all_ / (own * self._held(other))
            for other in self._others(instead_of)
            if self._held(term, other) > 1
        ]
        return max(lifts, default=0.0)

    def meet(self, left: str, right: str) -> bool:
        """True when some document holds both words, or nothing is known of that. Words like "the" stand beside all."""
        telling = [stem(word) for word in (left, right) if word not in STOP_WORDS]
        return self._together is None or self._held(*telling) > 0

    def _others(self, word: str) -> list[str]:
        """The terms of the other words that tell something, the rarest first."""
        others = {other.term for other in self._parsed.words if other.folded != word}
        most = self._held() * knobs.TELLING_SHARE
        known = sorted((self._held(term), term) for term in others)
        return [term for held, term in known if 0 < held <= most][: knobs.COMPANY_ASKED]

    def _held(self, *terms: str) -> int:
        if terms not in self._holders:
            self._holders[terms] = self._together(terms) if self._together else 0
        return self._holders[terms]


class _Circle:
    """The words of all documents that some readers may see."""

    def __init__(self, counts: Mapping[str, int], also_known: frozenset[str]) -> None:
        self._counts = counts
        self._also_known = also_known
        words = sorted(filter(str.isalpha, counts), key=len)
        self._words = np.array(words, dtype=object)  # a choice of them is taken as one
        self._letters = letters_of_all(words)
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        longest = int(lengths.max(initial=0))
        self._from_length = np.searchsorted(lengths, np.arange(longest + 2))
        self._near = kept(self._near_words, KEPT_SLIPS)

    def correct(self, parsed: Parsed, company: _Company) -> dict[str, str]:
        """What ``Speller.correct`` says."""
        mended: dict[str, str] = {}
        for place, word in enumerate(parsed.words):
            if word.folded in mended or self._right(word):
                continue
            if self._put_together(parsed.words, place, mended):
                continue
            better = self._best(word.folded, company)
            if better and better != word.folded:
                mended[word.folded] = better
        return mended

    def _right(self, word: Word) -> bool:
        """True when a word is left alone whatever the others are."""
        text = word.folded
        if len(text) < knobs.SHORTEST_CORRECTED or not text.isalpha() or text in STOP_WORDS:
            return True
        if word.typed.isupper() and len(text) <= LONGEST_ACRONYM:
            return text in self._counts or text in self._also_known  # SEHM is a slip, SEMH is not
        if self._counts.get(text, 0) > OFTEN_A_SLIP or text in self._also_known:
            return True
        return text in self._counts and text in english()

    def _best(self, text: str, company: _Company) -> str | None:
        """The likeliest meant word, None when none is likely enough."""
        rare_here = text in self._counts
        doubted = text in english()
        near = [(self._cost(text, other), other) for other in self._near(text)]
        near = sorted(near)[: knobs.CORRECTIONS_WEIGHED]
        weighed = []
        for cost, other in near:
            speaks = company.speaks_for(other, text)
            if doubted and (speaks < knobs.COMPANY_FOR_ENGLISH or sound(text) != sound(other)):
                continue
            if rare_here and not self._rather(text, other):
                continue
            weighed.append((cost - knobs.COMPANY_WEIGHT * math.log1p(speaks), other))
        if not rare_here and not doubted:
            weighed += [(cost, pair) for cost, pair in self._apart(text) if company.meet(*pair.split())]
        return min(weighed, default=(0.0, None))[1]

    def _rather(self, text: str, other: str) -> bool:
        """A rare word of the corpus that is itself a slip of one used far more often."""
        far = OSA.distance(text, other)
        often = self._counts[other] >= knobs.SLIP_RATIO * self._counts[text]
        return far == 1 and often and stem(other) != stem(text)

    def _cost(self, text: str, other: str) -> float:
        """Lower is likelier."""
        return (
            knobs.SLIP_PRICE * price(text, other)
            + (knobs.FIRST_LETTER if text[0] != other[0] else 0.0)
            + (knobs.LAST_LETTER if text[-1] != other[-1] else 0.0)
            - knobs.USE_WEIGHT * math.log1p(self._counts[other])
        )

    def _near_words(self, text: str) -> list[str]:
        """Words of the corpus within the edits allowed, and one edit further when they sound the same."""
        edits = 1 + (len(text) >= knobs.TWO_EDITS_FROM) + (len(text) >= knobs.THREE_EDITS_FROM)
        found, least = self._within(text, 2)
        if (
            least != 1 and edits > 1
        ):  # mostly one slip was made, and few words lie so near: looking further waits
            found, least = self._within(text, edits + 1)
        return [
            other for other, far in found if far <= least + 1 and self._credible(text, other, int(far), edits)
        ]

    def _within(self, text: str, edits: int) -> tuple[list[tuple[str, float]], float]:
        """(Words within so many edits and how many each takes, the fewest that another word takes; 0 without one)."""
        possible = self._possible(text, edits)
        near = process.extract(text, possible, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(other, far) for other, far, _ in near], min(
            (far for other, far, _ in near if far), default=0
        )

    @staticmethod
    def _credible(text: str, other: str, far: int, edits: int) -> bool:
        """False for the word itself, and for one that only lacks a prefix: "intolerant" is no slip of "tolerant"."""
        if far == 0 or (text.endswith(other) and far > 1):
            return False
        if sound(other) == sound(text):
            return True
        return far <= edits and price(text, other) <= knobs.PRICE_PER_LETTER * len(text)

    def _possible(self, text: str, edits: int) -> list[str]:
        """Words that may lie within some edits by their length and letters: cheap, so that few are compared."""
        last = len(self._from_length) - 1
        start = int(self._from_length[min(last, max(0, len(text) - edits))])
        end = int(self._from_length[min(last, len(text) + edits + 1)])
        own, those = np.uint32(letters(text)), self._letters[start:end]
        near = (np.bitwise_count(those & ~own) <= edits) & (np.bitwise_count(own & ~those) <= edits)
        possible: list[str] = self._words[start:end][near].tolist()
        return possible

    def _apart(self, text: str) -> list[tuple[float, str]]:
        """(cost, words) of each way to put apart two words run together: "retrievalpractice"."""
        found = []
        for cut in range(SHORTEST_PART, len(text) - SHORTEST_PART + 1):
            left, right = text[:cut], text[cut:]
            uses = min(self._counts.get(left, 0), self._counts.get(right, 0))
            if uses and left in english() and right in english():
                found.append((knobs.MISSING_SPACE - knobs.USE_WEIGHT * math.log1p(uses), f"{left} {right}"))
        return found

    def _put_together(self, words: Sequence[Word], place: int, mended: dict[str, str]) -> bool:
        """Mend a word that was torn in two ("multi plication"): True when its neighbour completes it."""
        for first, second in ((place - 1, place), (place, place + 1)):
            if first < 0 or second >= len(words):
                continue
            left, right = words[first].folded, words[second].folded
            if self._counts.get(left + right, 0) > OFTEN_A_SLIP and left not in mended:
                mended[left], mended[right] = left + right, ""
                return True
        return False
