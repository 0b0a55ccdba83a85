"""Misspell the words of judged questions as people do, and count how many the search mends.

    .venv/bin/python -m tools.slips ../shared/data/scifact --train --slips 600

Every slip is drawn by chance from a seed: a letter doubled, halved, left out, added, swapped with the next, beside its
key, a vowel for a vowel, letters written as they sound, two words run together. The words of the set's own
documents mend it. A slip that is itself a word of those documents counts too: the question then looks right.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.analysis import STOP_WORDS, folded, stem
from indexer.builder import counted
from indexer.evaluation import EVERYBODY, read_set
from indexer.question import parse
from indexer.slips import neighbours
from indexer.spelling import Speller, Together

SHORTEST = 5
"""Letters of a word that is misspelt; shorter ones are left alone by the search."""

_SOUNDS = (
    "ph f, ight ite, tion shun, tion sion, ie ei, ei ie, ea ee, ee ea, ai ay, ou ow, ck k, c k, c s, s c, qu kw, wh w, "
    "wr r, kn n, x ks, y i, er or, or er, ar er, ence ance, ance ence, able ible, ible able, le el, sc s, dge ge, "
    "rh r, ae e, au or, ious us, ous us, ally aly, e a, a e, i e, u o"
)
SOUNDS = tuple(pair.split() for pair in _SOUNDS.split(", "))
"""Letters and what people write for the same sound."""

KINDS: Mapping[str, float] = {
    "as it sounds": 4,
    "letter left out": 1.5,
    "letter halved": 1.5,
    "letters swapped": 1.5,
    "letter doubled": 1,
    "key beside": 1,
    "vowel for vowel": 1,
    "letter added": 0.5,
    "words run together": 0.8,
}
"""Kind of slip → how often it is made, against the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A question with one slip in it: what stands there now, and what the search should make of it."""

    kind: str
    question: str
    typed: str
    meant: str


def misspelt(word: str, kind: str, dice: random.Random) -> str:
    """A word with one slip of a kind in it; the word itself when it has no place for that."""
    place = dice.randrange(1, len(word))
    if kind == "letter left out":
        return word[:place] + word[place + 1 :]
    if kind == "letter doubled":
        return word[:place] + word[place] + word[place:]
    if kind == "letter added":
        return word[:place] + dice.choice("aeiourstn") + word[place:]
    if kind == "letters swapped":
        place = dice.randrange(1, len(word) - 1)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == "key beside":
        return (
            word[:place] + dice.choice(sorted(neighbours(word[place])) or [word[place]]) + word[place + 1 :]
        )
    return _elsewhere(word, kind, dice)


def _elsewhere(word: str, kind: str, dice: random.Random) -> str:
    """The kinds that only some places of a word allow."""
    changes = {
        "letter halved": [(at, 1, "") for at in range(1, len(word)) if word[at] == word[at - 1]],
        "vowel for vowel": [
            (at, 1, new) for at in range(1, len(word)) if word[at] in "aeiou" for new in "aeiou"
        ],
        "as it sounds": [
            (found.start(), len(spelt), heard)
            for spelt, heard in SOUNDS
            for found in re.finditer(spelt, word)
            if found.start()
        ],
    }[kind]
    if not changes:
        return word
    at, length, new = dice.choice(changes)
    return word[:at] + new + word[at + length :]


def slips(questions: Sequence[str], number: int, seed: int) -> Iterator[Slip]:
    """So many questions, each with one slip in it; the same ones for a seed."""
    dice = random.Random(seed)  # noqa: S311 - the same each time is what is wanted
    made = 0
    for question in (question for _ in range(100) for question in dice.sample(questions, len(questions))):
        slip = _slip(question, dice.choices(list(KINDS), list(KINDS.values()))[0], dice)
        if slip:
            yield slip
            made += 1
        if made == number:
            return


def _slip(question: str, kind: str, dice: random.Random) -> Slip | None:
    words = question.split()
    long = [at for at, word in enumerate(words) if _may_be_misspelt(word)]
    if not long:
        return None
    at = dice.choice(long)
    if kind == "words run together":
        if at + 1 == len(words) or not words[at + 1].isalpha():
            return None
        meant, end = f"{folded(words[at])} {folded(words[at + 1])}", at + 2
        typed = meant.replace(" ", "")
    else:
        meant, end = folded(words[at]), at + 1
        typed = misspelt(meant, kind, dice)
    changed = " ".join([*words[:at], typed, *words[end:]])
    return Slip(kind=kind, question=changed, typed=typed, meant=meant) if typed != meant else None


def _may_be_misspelt(word: str) -> bool:
    return word.isalpha() and word.isascii() and len(word) >= SHORTEST and word.lower() not in STOP_WORDS


def spelling_of(folder: Path) -> tuple[Speller, Together]:
    """(the speller over the documents of a set, how many of them hold some terms together)."""
    spellings: dict[str, Counter[str]] = {}
    holders: dict[str, set[int]] = defaultdict(set)
    number = 0
    for number, document in enumerate(read_set(folder).documents(), start=1):
        for term in counted(document, spellings):
            holders[term].add(number)

    def together(terms: Sequence[str]) -> int:
        return len(set.intersection(*(holders.get(term, set()) for term in terms))) if terms else number

    return Speller(spellings), together


def mended(slip: Slip, speller: Speller, together: Together | None) -> bool:
    """True when the search makes of a slip what was meant, or another form of that word."""
    better = speller.correct(parse(slip.question), EVERYBODY, together).get(slip.typed, slip.typed)
    return [stem(word) for word in better.split()] == [stem(word) for word in slip.meant.split()]


def questions_of(folder: Path, *, train: bool) -> list[str]:
    """The judged questions of a set, those to tune on or those to report on."""
    return list(read_set(folder, part="_train" if train else "").queries.values())


def main() -> None:
    """Print a table: kind of slip, how many, the share mended without and with the company of the other words."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", action="store_true", help="the questions that one may tune on")
    parser.add_argument("--slips", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    speller, together = spelling_of(options.folder)
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for slip in slips(questions_of(options.folder, train=options.train), options.slips, options.seed):
        alone, in_company = mended(slip, speller, None), mended(slip, speller, together)
        for name in (slip.kind, "all"):
            found[name].append((alone, in_company))
    print("| kind of slip | slips | by the word alone | and the other words |\n|---|---|---|---|")
    for name in (*(kind for kind in KINDS if kind in found), "all"):
        alone, in_company = (sum(column) / len(found[name]) for column in zip(*found[name], strict=True))
        print(f"| {name} | {len(found[name])} | {alone:.3f} | {in_company:.3f} |")


if __name__ == "__main__":
    main()
