"""How well each candidate answers, from exact word and meaning scores computed for all candidates alike.

Scores do not depend on the other candidates or on the filters: choosing a filter never changes what a document is
worth, so that counts beside filters are exactly what is listed when they are chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.document import Explanation, Mode, Reasons
from indexer.understanding import Group, Understood

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


class Holding(Protocol):
    """What knows which texts hold which terms."""

    def holding(self, terms: Sequence[str], places: Places) -> NDArray[np.bool_]:
        """Which of the texts at ``places`` hold each term: shape (len(places), len(terms))."""
        ...


class TitleTerms(Holding, Protocol):
    """What a score must know of titles."""

    def sizes(self, places: Places) -> Floats:
        """How many terms each title has, words that carry no subject left out: shape (len(places),)."""
        ...


class Strengths(Holding, Protocol):
    """What a score must know of texts, wherever their terms are kept."""

    def rarity(self, term: str) -> float:
        """How telling a term is among all texts: at least 0."""
        ...

    def scores(self, terms: Sequence[str], places: Places, *, k1: float, b: float) -> Floats:
        """How strongly the texts at ``places`` hold each term: shape (len(places), len(terms))."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WordScores:
    """Of each candidate: ``score`` 0 to 1, ``coverage`` the share of the query's telling words it holds, 0 to 1.

    held  shape (candidates, groups): how far each group is held, 0 to 1
    """

    score: Floats
    coverage: Floats
    held: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Candidates with their scores, in any order: arrays of one length.

    tight  the share of the query's telling words that one single passage holds, 0 to 1
    title  the boost of each for its title
    close  near enough for the collection to have something on the question
    """

    places: Places
    score: Floats
    cosine: Floats
    words: WordScores
    tight: Floats
    title: Floats
    close: NDArray[np.bool_]
    listed: NDArray[np.bool_]

    def boosts(self, row: int) -> tuple[str, ...]:
        """Names of what lifted one candidate."""
        return ("title",) if self.title[row] >= knobs.TITLE_TOLD else ()

    def within(self, allowed: NDArray[np.bool_]) -> Scored:
        """Those candidates whose documents are allowed. A score does not depend on the filters, so it stays."""
        rows = np.flatnonzero(allowed[self.places])
        if len(rows) == len(self.places):
            return self
        words = WordScores(
            score=self.words.score[rows], coverage=self.words.coverage[rows], held=self.words.held[rows]
        )
        return Scored(
            places=self.places[rows],
            score=self.score[rows],
            cosine=self.cosine[rows],
            words=words,
            tight=self.tight[rows],
            title=self.title[rows],
            close=self.close[rows],
            listed=self.listed[rows],
        )


def word_scores(understood: Understood, lexicon: Strengths, places: Places) -> WordScores:
    """Exact word scores of some texts: documents or passages, whichever the lexicon is of."""
    groups = understood.groups
    column = understood.columns
    strengths = lexicon.scores(list(column), places, k1=knobs.K1, b=knobs.B)
    rarity = rarities(understood, lexicon)
    value = np.zeros((len(places), len(groups)), dtype=np.float32, order="F")
    held = np.zeros_like(value)
    for number, group in enumerate(groups):
        if (only := _one_word(group)) is not None:
            own = strengths[:, column[only]]
            value[:, number] = own / np.float32(max(1e-9, lexicon.rarity(only)))
            held[:, number] = own > 0
            continue
        for way in group.alternatives:
            part = [strengths[:, column[term]] for term in way.terms]
            strength = sum(part) / np.float32(max(1e-9, sum(lexicon.rarity(term) for term in way.terms)))
            complete = _completeness([each > 0 for each in part], way.weight)
            # Ways add up like chances: a text that says it both ways is worth more than one that says it one way.
            value[:, number] = 1 - (1 - value[:, number]) * (1 - way.weight * strength * complete)
            held[:, number] = np.maximum(held[:, number], way.weight**0.5 * complete)
    shares = rarity / np.float32(max(1e-9, float(rarity.sum())))
    return WordScores(score=value @ shares, coverage=held @ shares, held=held)


def coverage(understood: Understood, places: Places, *, of: Holding, among: Strengths) -> Floats:
    """The share of the query's telling words that each text holds, 0 to 1; ``among`` says how telling they are."""
    column = understood.columns
    holding = of.holding(list(column), places)
    rarity = rarities(understood, among)
    shares = rarity / np.float32(max(1e-9, float(rarity.sum())))
    total = np.zeros(len(places), dtype=np.float32)
    for share, group in zip(shares, understood.groups, strict=True):
        if (only := _one_word(group)) is not None:
            total += share * holding[:, column[only]]
            continue
        held = np.zeros(len(places), dtype=np.float32)
        for way in group.alternatives:
            complete = _completeness([holding[:, column[term]] for term in way.terms], way.weight)
            held = np.maximum(held, np.float32(way.weight**0.5) * complete)
        total += share * held
    return total


def _one_word(group: Group) -> str | None:
    """The term of an idea that can be said in one word alone, as most can; None of all others."""
    if len(group.alternatives) == 1:
        way = group.alternatives[0]
        if len(way.terms) == 1 and way.weight == 1.0:
            return way.terms[0]
    return None


def rarities(understood: Understood, lexicon: Strengths) -> Floats:
    """How telling each idea of the query is: shape (groups,)."""
    return np.array([_group_rarity(group, lexicon) for group in understood.groups], dtype=np.float32)


def _completeness(held: Sequence[NDArray[np.bool_]], weight: float) -> Any:
    """How much of one way of saying an idea stands in each text: a synonym counts fully only when it is whole.

    held  for each of its terms, which texts hold it
    """
    if not held:
        return 0.0
    if len(held) == 1:
        return held[0].astype(np.float32)
    number = np.sum(held, axis=0, dtype=np.float32)
    present = number / np.float32(len(held))
    return present if weight == 1.0 else np.where(number == len(held), present, present * np.float32(0.5))


def _group_rarity(group: Group, lexicon: Strengths) -> float:
    """How telling an idea is: its rarest own word. A word nobody here uses tells as much as a rare one, no more."""
    own = [term for way in group.alternatives if way.weight == 1.0 for term in way.terms] or [
        term for way in group.alternatives for term in way.terms
    ]
    return max((lexicon.rarity(term) for term in own), default=0.0)


def calibrated(cosine: Floats) -> Floats:
    """Cosine → 0 to 1: unrelated texts stay near 0, close paraphrases near 1."""
    low, high = knobs.COSINE_FLOOR, knobs.COSINE_CEILING
    share: Floats = np.clip((cosine - low) / (high - low), 0.0, 1.0).astype(np.float32)
    return share


def _calibrated_one(cosine: float) -> float:
    """The same of a single cosine, thirty times as quickly as of an array of one."""
    return min(1.0, max(0.0, (cosine - knobs.COSINE_FLOOR) / (knobs.COSINE_CEILING - knobs.COSINE_FLOOR)))


def fused(understood: Understood, mode: Mode, words: WordScores, tight: Floats, cosine: Floats) -> Floats:
    """One score of each candidate, 0 to 1, before boosts."""
    share = meaning_share(understood, mode)
    if share == 1.0:
        return calibrated(cosine)
    spoken = (1 - knobs.TIGHT_SHARE) * words.score / knobs.WORD_CEILING + knobs.TIGHT_SHARE * tight
    if share == 0.0:
        return spoken.astype(np.float32)
    return (share * calibrated(cosine) + (1 - share) * spoken).astype(np.float32)


def meaning_share(understood: Understood, mode: Mode) -> float:
    """How much meaning counts: less for a lone word, which says little to the model."""
    if mode is not Mode.BEST:
        return 1.0 if mode is Mode.MEANING else 0.0
    return knobs.MEANING_SHARE_ONE_WORD if len(understood.groups) <= 1 else knobs.MEANING_SHARE


def explained(understood: Understood, mode: Mode, scored: Scored, row: int) -> Explanation:
    """What the score of one candidate is made of, to three places."""
    share = meaning_share(understood, mode)
    spoken = (1 - share) * (1 - knobs.TIGHT_SHARE) / knobs.WORD_CEILING
    held = zip(understood.groups, scored.words.held[row].tolist(), strict=True)
    return Explanation(
        words=round(spoken * float(scored.words.score[row]), 3),
        together=round((1 - share) * knobs.TIGHT_SHARE * float(scored.tight[row]), 3),
        meaning=round(share * _calibrated_one(float(scored.cosine[row])), 3),
        title=round(float(scored.title[row]), 3),
        ideas=tuple((group.typed, round(held, 2)) for group, held in held),
    )


def reasons(understood: Understood, mode: Mode, scored: Scored, row: int, *, compared: bool) -> Reasons:
    """Why one candidate was found; ``compared`` when meaning was."""
    why = explained(understood, mode, scored, row)
    return Reasons(
        words=tuple(typed for typed, held in why.ideas if held > 0),
        meaning=round(float(scored.cosine[row]), 3) if compared else None,
        boosts=scored.boosts(row),
        explanation=why,
    )


def title_boosts(understood: Understood, titles: TitleTerms, places: Places, rarity: Floats) -> Floats:
    """The boost of each candidate for how much its title says of the query, and how little else.

    Two shares multiplied: that of the query's ideas that the title names, by how telling they are, and that of the
    title's terms that name them. A short title that is the question's own words says most; a long one holds much.

    rarity  how telling each idea is, shape (groups,)
    """
    groups = understood.groups
    column = understood.columns
    holding = titles.holding(list(column), places)
    named = np.zeros(len(places), dtype=np.float32)
    spent = np.zeros(len(places), dtype=np.float32)
    for share, group in zip(rarity / np.float32(max(1e-9, float(rarity.sum()))), groups, strict=True):
        if (only := _one_word(group)) is not None:
            whole = holding[:, column[only]]
            named += share * whole
            spent += whole
            continue
        longest = np.zeros(len(places), dtype=np.float32)
        for way in (way.terms for way in group.alternatives if way.terms):
            whole = np.all([holding[:, column[term]] for term in way], axis=0)
            longest = np.maximum(longest, whole * np.float32(len(way)))
        named += share * (longest > 0)
        spent += longest
    purity = np.minimum(1.0, spent / np.maximum(1.0, titles.sizes(places)))
    boosts: Floats = (named * purity * title_boost(understood)).astype(np.float32)
    return boosts


def title_boost(understood: Understood) -> float:
    """The boost of a title that is the question's own words: less for a long question, which no title is."""
    return knobs.TITLE_BOOST * min(1.0, knobs.TITLE_IDEAS / max(1, len(understood.groups)))


def close(
    understood: Understood, mode: Mode, words: WordScores, cosine: Floats, score: Floats
) -> NDArray[np.bool_]:
    """Which candidates are near enough for the collection to have something on the question, each judged by itself."""
    if mode is Mode.WORDS:
        return np.ones(len(score), dtype=bool)
    if mode is Mode.MEANING:
        return score >= knobs.CLOSE_MEANING
    if len(understood.groups) <= 1:
        certain: NDArray[np.bool_] = score >= knobs.CLOSE_ONE_WORD
        return certain
    weights, meaning = knobs.CLOSENESS, calibrated(cosine)
    spoken = np.minimum(words.score / knobs.WORD_CEILING, 1.2)
    of_long = math.log(len(understood.groups))
    near: Floats = meaning * (weights["meaning"] + weights["meaning_of_long"] * of_long)
    enough: NDArray[np.bool_] = near + weights["words"] * spoken >= weights["least"]
    return enough


def good_enough(mode: Mode, tight: Floats, score: Floats) -> NDArray[np.bool_]:
    """Which candidates are worth listing, each judged by itself."""
    if mode is Mode.WORDS:
        return tight >= knobs.LISTED_WORDS
    return score >= knobs.LISTED[mode.value]
