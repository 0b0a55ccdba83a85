"""Counts of terms and words as text fields of a server: small, and the same for whoever reads them.

Terms are told apart by 32 bits of their hash, which is enough within one text: with five words asked and a thousand
in a text, one answer in a million counts a word that is not there. A server's text fields end at 65,535 bytes; a
text with more different terms than fit keeps those it uses most.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexDamaged

LONGEST_FIELD = 65_000
"""Bytes that are put into one text field; servers take 65,535."""

_FEWER = 0.75


@lru_cache(maxsize=200_000)
def term_hash(term: str) -> int:
    """32 bits that stand for a term."""
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=4).digest(), "little")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The terms of one text by their hash, ascending, with their (weighted) counts: two arrays of one length."""

    hashes: NDArray[np.uint32]
    counts: NDArray[np.float32]


def packed(counts: Mapping[str, float]) -> str:
    """Counts of terms as text that fits into a field."""
    by_hash: dict[int, float] = {}
    for term, count in counts.items():
        by_hash[term_hash(term)] = by_hash.get(term_hash(term), 0.0) + count
    kept = sorted(by_hash.items(), key=lambda item: -item[1])
    while True:
        ordered = sorted(kept)
        hashes = np.array([number for number, _ in ordered], dtype="<u4")
        values = np.array([count for _, count in ordered], dtype="<f4")
        text = _encoded(hashes.tobytes() + values.tobytes())
        if len(text) <= LONGEST_FIELD:
            return text
        kept = kept[: int(len(kept) * _FEWER)]


def unpacked(text: str) -> Counts:
    """What ``packed`` made a text of. Raises IndexDamaged."""
    raw = _decoded(text)
    half = len(raw) // 2
    return Counts(
        hashes=np.frombuffer(raw[:half], dtype="<u4"),
        counts=np.frombuffer(raw[half:], dtype="<f4").astype(np.float32),
    )


def packed_words(counts: Mapping[str, int]) -> str:
    """Words with how often they are used, as text that fits into a field."""
    kept = Counter(counts).most_common()
    while True:
        text = _encoded("\n".join(f"{word}\t{count}" for word, count in kept).encode("utf-8", "replace"))
        if len(text) <= LONGEST_FIELD:
            return text
        kept = kept[: int(len(kept) * _FEWER)]


def unpacked_words(text: str) -> Counter[str]:
    """What ``packed_words`` made a text of. Raises IndexDamaged."""
    words: Counter[str] = Counter()
    for line in filter(None, _decoded(text).decode("utf-8").split("\n")):
        word, _, count = line.rpartition("\t")
        words[word] = int(count)
    return words


def in_turns(counts: Mapping[str, float], *, longest: int = LONGEST_FIELD) -> str:
    """Terms repeated by their counts, as text for a server's BM25: each once, then again those that come twice, ...

    A text that is cut off at the end of the field still holds every different term, because a first time tells
    more than a fifth. Begins and ends with a space, so that " term " is found in it.
    """
    parts: list[str] = []
    size, turn = 2, 1
    left = {word: max(1, round(count)) for term, count in counts.items() if (word := spoken(term))}
    while left:
        for word in left:
            size += len(word.encode()) + 1
            if size > longest:
                return f" {' '.join(parts)} "
            parts.append(word)
        turn += 1
        left = {word: count for word, count in left.items() if count >= turn}
    return f" {' '.join(parts)} "


def spoken(term: str) -> str:
    """A term in letters and digits alone, which no server's word cutter takes apart: q&a → qanda."""
    return "".join(letter if letter.isalnum() else "and" if letter == "&" else "" for letter in term)


def _encoded(raw: bytes) -> str:
    return base64.b64encode(zlib.compress(raw, 6)).decode()


def _decoded(text: str) -> bytes:
    try:
        return zlib.decompress(base64.b64decode(text)) if text else b""
    except (binascii.Error, zlib.error, ValueError) as error:
        raise IndexDamaged("on the search server", "cannot be read") from error
