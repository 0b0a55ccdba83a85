"""Gather searches that nothing answered into needs, by meaning; say what was done about a need.

A search joins the need that is nearest, when that is near enough, else it begins one of its own. How near: the cosine
between the search's vector and the mean of those of the need's searches, and a little more for words in common. So a
need keeps its number while it grows, and why a search stands under it can be said in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import generation
from indexer import manifest as manifests
from indexer.analysis import STOP_WORDS, folded, stem, tokens
from indexer.errors import IndexerError
from indexer.opened import ENCODER
from indexer.query_encoder import open_encoder
from kb.actions.searching import Search
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.gap import NEAR_ENOUGH, ORDINARY, SHARED_WORDS, Gap, GapState
from kb.domain.permission import Verb, may
from kb.storage import gaps, journal
from kb.storage.database import Database

AT_ONCE = 200
"""Searches that are gathered in one go: half a second."""

FLOAT = 4
Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors | None]
_NO_SUCH = "There is no such need, or it was searched for only once. Look at the list."


class NoteNeeded(KnowledgeBaseError):
    """Nobody said what was done."""

    field = "note"

    def __init__(self) -> None:
        super().__init__("Write down what was done, so that others know.")


@dataclass(slots=True)
class _Known:
    """A need while searches are compared with it. ``middle`` is of length 1, None without vectors."""

    id: int
    size: int
    middle: Vectors | None
    worded: list[frozenset[str]]


def encode_by(search: Search) -> Encode:
    """The vectors of the model that answers searches in this process; None where words alone are searched."""
    return search.engine.vectors_of


def encode_in(index: Path) -> Encode:
    """The same from the files of an index, for a process that serves no searches."""

    def encode(texts: Sequence[str]) -> Vectors | None:
        try:
            folder = generation.current(index)
            return open_encoder(folder / ENCODER, window=manifests.read(folder).window).embed_passages(texts)
        except IndexerError:
            return None

    return encode


def gather(db: Database, encode: Encode, *, limit: int = AT_ONCE) -> int:
    """Put every search that is to be gathered under a need; how many that were. Doing it twice changes nothing."""
    waiting = gaps.unanswered(db, limit)
    if not waiting:
        return 0
    found = encode([each.words for each in waiting])
    vectors = {each.id: found[number] for number, each in enumerate(waiting)} if found is not None else {}
    with db.write():
        _place_all(db, encode, 0 if found is None else found.shape[1])
        known = [_known(each) for each in gaps.middles(db)]
        for search in gaps.unanswered(
            db, limit
        ):  # asked again: another process may have gathered some meanwhile
            if any(search.id == each.id for each in waiting):
                _put(db, search, vectors.get(search.id), known)
    return len(waiting)


def _place_all(db: Database, encode: Encode, dimension: int) -> None:
    """Give a middle to every need that has none, or one of another model: the vector of its name."""
    without = [
        each for each in gaps.middles(db) if dimension and len(each.vector or b"") != dimension * FLOAT
    ]
    found = encode([each.wordings[0] for each in without]) if without else None
    if found is not None:
        for number, each in enumerate(without):
            gaps.place(db, each.id, found[number].tobytes())


def _known(middle: gaps.Middle) -> _Known:
    vector = np.frombuffer(middle.vector, dtype=np.float32) if middle.vector else None
    return _Known(middle.id, middle.size, vector, [telling(words) for words in middle.wordings])


@lru_cache(maxsize=20_000)
def telling(words: str) -> frozenset[str]:
    """The stems of the words that tell what a search is about."""
    parts = (folded(token.text) for token in tokens(words))
    return frozenset(stem(part) for part in parts if part not in STOP_WORDS) - _ORDINARY


_ORDINARY = frozenset(stem(word) for word in ORDINARY)


def _put(db: Database, search: gaps.Unanswered, vector: Vectors | None, known: list[_Known]) -> None:
    words = telling(search.words)
    near = max(known, key=lambda each: _nearness(words, vector, each), default=None)
    if near is None or _nearness(words, vector, near) < NEAR_ENOUGH:
        number = gaps.begin(db, search.words, None if vector is None else vector.tobytes())
        gaps.add(db, number, search, first=True)
        known.append(_Known(number, 1, vector, [words]))
        return
    if vector is not None and near.middle is not None and near.middle.shape == vector.shape:
        near.middle = _unit(near.middle * near.size + vector)
    near.size += 1
    near.worded.append(words)
    gaps.add(db, near.id, search, vector=None if near.middle is None else near.middle.tobytes())


def _nearness(words: frozenset[str], vector: Vectors | None, need: _Known) -> float:
    """How near a search is to a need: the cosine, and a little for telling words in common; 1 for the same words."""
    if words and words in need.worded:
        return 1.0
    shared = max((_in_common(words, others) for others in need.worded), default=0.0)
    if vector is None or need.middle is None or need.middle.shape != vector.shape:
        return shared * NEAR_ENOUGH  # without meaning all words of the shorter one must be in common
    return float(need.middle @ vector) + SHARED_WORDS * shared


def _in_common(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / max(1, min(len(words), len(others)))


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = (vector / max(1e-12, float(np.linalg.norm(vector)))).astype(np.float32)
    return unit


def deal_with(db: Database, account: Account, number: int, note: str) -> Gap:
    """Say that a need is dealt with, and how. It comes back when people search on. Raises NotFound, NoteNeeded."""
    if not note.strip():
        raise NoteNeeded
    return _decide(db, account, number, GapState.DEALT_WITH, note)


def reopen(db: Database, account: Account, number: int) -> Gap:
    """Put a need back on the list. Raises NotFound."""
    return _decide(db, account, number, GapState.OPEN, "")


def follow(db: Database, account: Account, number: int, kind: str, what: int) -> None:
    """Remember that an ask or a text was begun from a need; nothing happens for who may not see needs."""
    with db.write():
        if may(account, Verb.SEE_INSIGHTS) and gaps.find(db, number, datetime.now(UTC).date()):
            gaps.follow(db, number, kind, what)


def _decide(db: Database, account: Account, number: int, state: GapState, note: str) -> Gap:
    today = datetime.now(UTC).date()
    with db.write():
        if gaps.find(db, number, today) is None:
            raise NotFound(_NO_SUCH)
        gaps.decide(db, number, state, note=note, by=account.id)
        journal.record(db, actor=account.id, verb=f"gap-{state.value}", subject=f"gap:{number}", reason=note)
        found = gaps.find(db, number, today)
    assert found  # noqa: S101 - it was there a moment ago, in this transaction
    return found
