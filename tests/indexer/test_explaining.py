"""How far a candidate holds each idea: told of one text as it is reckoned for all."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.document import Filters, Mode, Query
from indexer.explaining import explained
from indexer.lexicon import Lexicon
from indexer.scoring import Scored, held_of, ideas, word_scores
from indexer.spelling import Speller
from indexer.synonyms import Synonym, SynonymTable
from indexer.understanding import understand

TEXTS = [
    {"send": 1.0},
    {"special": 1.0, "educ": 1.0, "need": 1.0},
    {"special": 1.0, "calm": 2.0},
    {"calm": 1.0, "lunch": 1.0},
    {},
]
"""The acronym, its words, one of its words, none of them, nothing."""


def test_an_idea_is_told_to_be_held_as_far_as_it_was_reckoned(tmp_path):
    lexicon = Lexicon.build(TEXTS, tmp_path / "words")
    table = SynonymTable.of([Synonym(typed=("SEND",), expands_to=("special educational needs",), kind="eq")])
    query = Query(text="SEND calm calmly", filters=Filters(visibilities=frozenset({"public"})))
    understood = understand(query, Speller({}), table)
    rows = np.arange(len(TEXTS))
    words = word_scores(understood, ideas(understood, lexicon), lexicon, rows)
    holding = lexicon.holding(list(understood.columns), rows)
    nothing = np.zeros(len(rows), dtype=np.float32)
    scored = Scored(
        places=rows,
        score=nothing,
        cosine=nothing,
        words=words,
        tight=nothing,
        title=nothing,
        close=nothing > 0,
        listed=nothing > 0,
    )

    told = [one.ideas for one in explained(understood, Mode.BEST, scored, rows)]

    wanted = [held_of(group, holding, understood.columns).tolist() for group in understood.groups]
    assert [[held for _, held in each] for each in told] == [
        pytest.approx(list(each), abs=0.005) for each in zip(*wanted, strict=True)
    ]
    assert [each[0][1] for each in told] == pytest.approx([1.0, 0.84, 0.14, 0.0, 0.0], abs=0.01)
