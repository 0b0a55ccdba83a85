"""How much of what an exact search finds the vector index finds as well, under filters that let little through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.document import Filters
from indexer.opened import Opened

NEAREST = 10
_BLOCK = 20_000  # vectors compared at a time
_EQUAL = 1e-5  # two passages whose cosines differ by less are equally near

Floats = NDArray[np.float32]


def recall(opened: Opened, questions: Sequence[str], filters: Mapping[str, Filters]) -> dict[str, float]:
    """Name of a filter → the mean share of the ten nearest allowed passages that the vector index finds.

    The reference compares a question with every passage, one after another. ``opened`` must have its vectors and
    encoder. A filter that lets nothing through has no entry.
    """
    if opened.vectors is None or opened.encoder is None:
        return {}
    asked = np.stack([opened.encoder.embed_query(question) for question in questions])
    cosines = every_cosine(opened, asked)
    shares = {}
    for name, chosen in filters.items():
        allowed = opened.facets.allowed(chosen)[opened.owner]
        if allowed.any():
            found = [
                opened.vectors.nearest(vector, limit=knobs.PASSAGE_CANDIDATES, allowed=allowed)[0][:NEAREST]
                for vector in asked
            ]
            shares[name] = float(
                np.mean([share(row, allowed, mine) for row, mine in zip(cosines, found, strict=True)])
            )
    return shares


def every_cosine(opened: Opened, asked: Floats) -> Floats:
    """Shape (questions, passages): how near each passage is to each question."""
    if opened.vectors is None:
        return np.zeros((len(asked), 0), dtype=np.float32)
    cosines = np.empty((len(asked), len(opened.vectors)), dtype=np.float32)
    for start in range(0, cosines.shape[1], _BLOCK):
        places = np.arange(start, min(start + _BLOCK, cosines.shape[1]))
        cosines[:, places] = asked @ opened.vectors.vectors_at(places).T
    return cosines


def share(cosines: Floats, allowed: NDArray[np.bool_], found: NDArray[np.int64]) -> float:
    """The share of the nearest allowed passages that was found; one as near as the last of them counts as well."""
    within = np.sort(cosines[allowed])[::-1][:NEAREST]
    right = np.count_nonzero(allowed[found] & (cosines[found] >= within[-1] - _EQUAL))
    return min(1.0, right / len(within))
