"""Which passages some documents have."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.spans import spans

STARTS = np.array([0, 2, 2, 5, 6])  # four documents with 2, 0, 3 and 1 passages


@pytest.mark.parametrize(
    ("places", "filled", "passages", "firsts"),
    [
        ([0, 1, 2, 3], [True, False, True, True], [0, 1, 2, 3, 4, 5], [0, 2, 5]),
        ([3, 1, 2, 0], [True, False, True, True], [5, 2, 3, 4, 0, 1], [0, 1, 4]),
        ([2, 0], [True, True], [2, 3, 4, 0, 1], [0, 3]),
        ([1], [False], [], []),
        ([], [], [], []),
    ],
)
def test_the_passages_of_documents_come_in_the_order_that_is_asked(places, filled, passages, firsts):
    found = spans(STARTS, np.array(places, dtype=np.int64))

    assert found.filled.tolist() == filled
    assert found.passages.tolist() == passages
    assert found.firsts.tolist() == firsts
