"""How many of the truly nearest passages a search finds, measured against comparing a question with every passage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.vectors import VectorIndex

SELECTIVITIES = (1.0, 0.5, 0.05, 0.005)
"""Shares of the passages that a filter lets through, as the targets name them."""


def recall(
    index: VectorIndex,
    queries: NDArray[np.float32],
    *,
    depth: int = 10,
    candidates: int = knobs.PASSAGE_CANDIDATES,
    selectivities: tuple[float, ...] = SELECTIVITIES,
    seed: int = 1,
) -> Mapping[float, float]:
    """Share let through → recall@depth: the mean share of the truly nearest that were found, 0 to 1.

    queries     shape (n, dimension), float32, length 1 each
    candidates  how many passages a search asks the index for; the best ``depth`` of them are compared

    A passage that is as near as the last of the truly nearest counts as found, whichever of equals was taken.
    """
    chance = np.random.default_rng(seed)
    found: dict[float, float] = {}
    for share in selectivities:
        allowed = None if share >= 1.0 else chance.random(len(index)) < share
        found[share] = float(
            np.mean([_of_one(index, query, depth, candidates, allowed) for query in queries])
        )
    return found


def _of_one(
    index: VectorIndex,
    query: NDArray[np.float32],
    depth: int,
    candidates: int,
    allowed: NDArray[np.bool_] | None,
) -> float:
    exact = index.cosines(query)
    free = exact if allowed is None else exact[allowed]
    wanted = min(depth, len(free))
    if wanted == 0:
        return 1.0
    least = np.partition(free, len(free) - wanted)[len(free) - wanted]
    places, _ = index.nearest(query, limit=candidates, allowed=allowed)
    return float(np.count_nonzero(exact[places[:wanted]] >= least - 1e-6)) / wanted
