"""How often each term occurs in a whole index, and its words: what one document's score and spelling depend on.

Kept beside the documents on the server, in pieces that fit into text fields, and read once by whoever searches.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.distributed_packing import Counts, term_hash
from indexer.errors import IndexDamaged

PIECE = 60_000
"""Characters in one piece."""


@dataclass(slots=True)
class Tally:
    """Texts of one kind: how many, how long altogether, and how many hold each term (by its hash)."""

    texts: int = 0
    length: float = 0.0
    holders: Counter[int] = field(default_factory=Counter)

    def add(self, counts: Counts, *, times: int = 1) -> None:
        """Count one text in; out again with ``times=-1``."""
        self.texts += times
        self.length += times * float(counts.counts.sum())
        for number in counts.hashes.tolist():
            self.holders[number] += times


@dataclass(slots=True)
class Statistics:
    """All of a trust's documents and passages, and its words by visibility."""

    documents: Tally = field(default_factory=Tally)
    passages: Tally = field(default_factory=Tally)
    spelt: dict[str, Counter[str]] = field(default_factory=dict)

    def add(
        self,
        document: Counts,
        passages: Iterable[Counts],
        visibility: str,
        spelt: Mapping[str, int],
        *,
        times: int = 1,
    ) -> None:
        """Count one document in; out again with ``times=-1``."""
        self.documents.add(document, times=times)
        for passage in passages:
            self.passages.add(passage, times=times)
        words = self.spelt.setdefault(visibility, Counter())
        for word, count in spelt.items():
            words[word] += times * count

    def pieces(self) -> list[str]:
        """As texts that fit into fields."""
        content = {
            "documents": _stored(self.documents),
            "passages": _stored(self.passages),
            "spelt": {name: dict(+words) for name, words in sorted(self.spelt.items())},
        }
        text = base64.b64encode(zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 6)).decode()
        return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]

    @classmethod
    def of(cls, pieces: Iterable[str]) -> Statistics:
        """What the pieces say. Raises IndexDamaged."""
        try:
            content = json.loads(zlib.decompress(base64.b64decode("".join(pieces))))
            return cls(
                documents=_read(content["documents"]),
                passages=_read(content["passages"]),
                spelt={name: Counter(words) for name, words in content["spelt"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
            raise IndexDamaged("of term statistics on the search server", "cannot be read") from error


def _stored(tally: Tally) -> dict[str, object]:
    ordered = sorted((number, count) for number, count in tally.holders.items() if count > 0)
    numbers, counts = np.array(ordered, dtype="<u4").reshape(-1, 2).T
    return {
        "texts": tally.texts,
        "length": tally.length,
        "terms": base64.b64encode(numbers.tobytes()).decode(),
        "holders": base64.b64encode(counts.tobytes()).decode(),
    }


def _read(content: Mapping[str, object]) -> Tally:
    numbers = np.frombuffer(base64.b64decode(str(content["terms"])), dtype="<u4")
    counts = np.frombuffer(base64.b64decode(str(content["holders"])), dtype="<u4")
    holders = Counter(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
    return Tally(texts=int(str(content["texts"])), length=float(str(content["length"])), holders=holders)


class Rarity:
    """How telling each term is among all texts of a tally: the same figure as ``Lexicon.rarity``."""

    def __init__(self, tally: Tally) -> None:
        self.texts = tally.texts
        self.mean_length = tally.length / tally.texts if tally.texts else 1.0
        ordered = sorted(tally.holders.items())
        self._numbers: NDArray[np.uint32] = np.array([number for number, _ in ordered], dtype=np.uint32)
        self._counts: NDArray[np.int64] = np.array([count for _, count in ordered], dtype=np.int64)

    def rarity(self, term: str) -> float:
        """Inverse document frequency, at least 0; an unknown term counts as very rare."""
        holders = self.holders(term) or 0.5
        return float(np.log1p((self.texts - holders + 0.5) / (holders + 0.5)))

    def holders(self, term: str) -> int:
        """How many texts hold a term."""
        number = term_hash(term)
        at = int(np.searchsorted(self._numbers, np.uint32(number)))
        found = at < len(self._numbers) and int(self._numbers[at]) == number
        return int(self._counts[at]) if found else 0
