"""How near short texts are to some words in meaning: for trials, offers and asks, which are in no index.

Vectors are kept in memory by the hash of their text, so that a text is read by the model once in each process.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import terms
from kb.actions.searching import Search

MOST_KEPT = 4096
"""Vectors kept in memory: six megabytes."""

WORDS_ALONE = 0.6
"""How near a text counts that holds every word of the question, where there is no model to ask."""

_kept: OrderedDict[tuple[str, bytes], NDArray[np.float32]] = OrderedDict()
_keeping = threading.Lock()


def closeness(search: Search, words: str, texts: Sequence[str]) -> list[float]:
    """How near each text is to the words: the cosine, 1.0 for the same, about 0 for what has nothing to do with it.

    Where only words can be searched, the share of the words that stand in the text counts instead.
    """
    if not texts:
        return []
    vectors = _vectors(search, [words, *texts])
    if vectors is None:
        return [_shared(words, each) for each in texts]
    return [float(each) for each in vectors[1:] @ vectors[0]]


def _vectors(search: Search, texts: Sequence[str]) -> NDArray[np.float32] | None:
    manifest = search.state().manifest
    model = manifest.model_sha256 if manifest else ""
    keys = [(model, hashlib.sha256(each.encode()).digest()) for each in texts]
    with _keeping:
        found = {key: _kept[key] for key in keys if key in _kept}
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
    if missing:
        fresh = {}
        for key, text in missing.items():
            # One by one: in whole numbers of eight bits a vector hangs a little on what is read beside it.
            alone = search.engine.vectors_of([text])
            if alone is None:
                return None
            fresh[key] = alone[0]
        found |= fresh
        _keep(fresh)
    return np.stack([found[key] for key in keys])


def _keep(fresh: dict[tuple[str, bytes], NDArray[np.float32]]) -> None:
    with _keeping:
        for key, vector in fresh.items():
            _kept[key] = vector
            _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def _shared(words: str, text: str) -> float:
    wanted = set(terms(words))
    return WORDS_ALONE * len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
