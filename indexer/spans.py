"""The passages of some documents, found by where each document's passages begin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]


class Spans(NamedTuple):
    """Passages of documents, one document's after the other's.

    filled    which of the documents have passages: shape (documents,)
    passages  the numbers of their passages
    firsts    where in ``passages`` those of each document that has any begin
    """

    filled: NDArray[np.bool_]
    passages: Places
    firsts: Places


def spans(starts: Places, places: Places) -> Spans:
    """The passages of the documents at some places, in the order of these.

    starts  passage numbers at which each document begins, and one past the last: shape (documents + 1,)
    """
    every = len(places) == len(starts) - 1
    if every and (places[1:] > places[:-1]).all():  # and in order, so that nothing needs to be looked up
        filled = starts[1:] > starts[:-1]
        return Spans(filled, np.arange(int(starts[-1])), starts[:-1][filled])
    begin, end = starts[places], starts[places + 1]
    filled = end > begin
    begin, sizes = begin[filled], (end - begin)[filled]
    firsts = np.cumsum(sizes) - sizes
    return Spans(filled, np.repeat(begin - firsts, sizes) + np.arange(int(sizes.sum())), firsts)
