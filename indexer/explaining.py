"""Why documents were found, in figures that add up to their scores."""

from __future__ import annotations

import numpy as np

from indexer import knobs
from indexer.document import Explanation, Mode, Reasons
from indexer.scoring import Floats, Places, Scored, calibrated, held_of, lone_term, meaning_share
from indexer.understanding import Understood


def reasons(
    understood: Understood, mode: Mode, scored: Scored, rows: Places, *, compared: bool
) -> list[Reasons]:
    """Why each of some candidates was found; ``compared`` when meaning was."""
    cosines = _told(scored.cosine[rows]) if compared else [None] * len(rows)
    why = explained(understood, mode, scored, rows)
    return [
        Reasons(
            words=tuple(typed for typed, held in one.ideas if held > 0),
            meaning=cosine,
            boosts=scored.boosts(row),
            explanation=one,
        )
        for row, cosine, one in zip(rows.tolist(), cosines, why, strict=True)
    ]


def explained(understood: Understood, mode: Mode, scored: Scored, rows: Places) -> list[Explanation]:
    """What the score of each of some candidates is made of, to three places."""
    share = meaning_share(understood, mode)
    tight = (1 - share) * knobs.TIGHT_SHARE
    spoken = (1 - share) * (1 - knobs.TIGHT_SHARE) / knobs.WORD_CEILING
    figures = zip(
        _told(spoken * scored.words.score[rows]),
        _told(tight * scored.tight[rows]),
        _told(share * calibrated(scored.cosine[rows])),
        _told(scored.title[rows]),
        _ideas(understood, scored, rows),
        strict=True,
    )
    return [
        Explanation(words=words, together=together, meaning=meaning, title=title, ideas=ideas)
        for words, together, meaning, title, ideas in figures
    ]


def _told(figures: Floats) -> list[float]:
    """Figures to three places."""
    rounded: list[float] = np.round(figures.astype(np.float64), 3).tolist()
    return rounded


def _ideas(understood: Understood, scored: Scored, rows: Places) -> list[tuple[tuple[str, float], ...]]:
    """Of each candidate: the ideas of the query as typed, and how far it holds each, 0 to 1."""
    column = understood.columns
    holding = scored.words.strengths[scored.words.rows[rows]] > 0
    held = np.zeros((len(rows), len(understood.groups)))
    for number, group in enumerate(understood.groups):
        lone = lone_term(group)
        held[:, number] = holding[:, column[lone]] if lone is not None else held_of(group, holding, column)
    typed = [group.typed for group in understood.groups]
    return [tuple(zip(typed, own, strict=True)) for own in np.round(held, 2).tolist()]
