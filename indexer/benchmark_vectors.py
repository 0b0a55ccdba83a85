"""Vectors for a benchmark of a size that no model would read in an hour: derived from real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MIXED = 8  # real vectors that give the direction of a turn
_TRACE = (
    1e-2  # noise in it: no two derived vectors are alike, and there is a direction even from one real vector
)
_SAMPLE = 1000  # real vectors between which the cosine of nearest neighbours is measured


def derived(real: Floats, number: int, chance: np.random.Generator) -> Floats:
    """Vectors that lie among the real ones as they lie among themselves: shape (number, dimension), length 1.

    real  shape (n, dimension), float32, length 1, n at least 1

    Each begins at a real vector and is turned until its cosine with that is one that was measured between a real
    vector and its nearest neighbour. The direction of the turn is mixed from several real vectors, so that the derived
    ones spread where real ones do and come near no second one.
    """
    starts = real[chance.integers(len(real), size=number)]
    towards = _TRACE * chance.standard_normal((number, real.shape[1]), dtype=np.float32)
    for _ in range(_MIXED):
        signs = chance.choice(np.array([-1, 1], dtype=np.float32), size=(number, 1))
        towards += signs * real[chance.integers(len(real), size=number)]
    across = towards - starts * np.sum(starts * towards, axis=1, keepdims=True)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    cosine = chance.choice(nearest_cosines(real, chance), size=(number, 1))
    turned = cosine * starts + np.sqrt(1 - cosine**2) * across
    vectors: Floats = np.ascontiguousarray(
        turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32
    )
    return vectors


def nearest_cosines(real: Floats, chance: np.random.Generator) -> Floats:
    """The cosine between each of a sample of the vectors and its nearest neighbour, below 1: shape (sample,)."""
    sample = real[chance.permutation(len(real))[:_SAMPLE]]
    cosines = sample @ sample.T
    np.fill_diagonal(cosines, 0.0)
    nearest: Floats = np.clip(cosines.max(axis=1), 0.0, 0.999)
    return nearest
