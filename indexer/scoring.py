"""How well each candidate answers, from exact word and meaning scores computed for all candidates alike.

Scores do not depend on the other candidates or on the filters: choosing a filter never changes what a document is
worth, so that counts beside filters are exactly what is listed when they are chosen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer import knobs
from indexer.document import Mode
from indexer.understanding import Group, Understood

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


class Holding(Protocol):
    """What knows which texts hold which terms."""

    def holding(self, terms: Sequence[str], places: Places) -> NDArray[np.bool_]:
        """Which of the texts at ``places`` hold each term: shape (len(places), len(terms))."""
        ...

    def held_weight(self, weights: Mapping[str, float], places: Places) -> Floats:
        """What the terms that each text holds weigh together: shape (len(places),)."""
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
class Ideas:
    """The ideas of a query by how telling they are: all shares together are 1.

    Most can be said in one word alone, and those of all texts are added up at once.

    lone    term → share
    others  (share, idea) of those that can be said in several ways or words
    number  of all of them
    """

    lone: Mapping[str, float]
    others: tuple[tuple[float, Group], ...]
    number: int

    @property
    def columns(self) -> dict[str, int]:
        """Each term of the ideas that are not said in one word → its number, in order."""
        terms = (term for _, group in self.others for way in group.alternatives for term in way.terms)
        return {term: number for number, term in enumerate(dict.fromkeys(terms))}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordScores:
    """Of each candidate: ``score`` 0 to 1, and what it holds of the query's terms.

    strengths  how strongly some texts hold each term of the query, 0 where they do not: shape (texts, terms)
    rows       which of those texts each candidate is
    """

    score: Floats
    strengths: Floats
    rows: Places

    def within(self, rows: Places) -> WordScores:
        """Some of the candidates."""
        return replace(self, score=self.score[rows], rows=self.rows[rows])


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
        return Scored(
            places=self.places[rows],
            score=self.score[rows],
            cosine=self.cosine[rows],
            words=self.words.within(rows),
            tight=self.tight[rows],
            title=self.title[rows],
            close=self.close[rows],
            listed=self.listed[rows],
        )


def ideas(understood: Understood, lexicon: Strengths) -> Ideas:
    """The ideas of a query, by how telling they are among some texts."""
    groups = understood.groups
    rarity = [_group_rarity(group, lexicon) for group in groups]
    total = max(1e-9, sum(rarity))
    lone: dict[str, float] = {}
    others = []
    for group, own in zip(groups, rarity, strict=True):
        if (only := lone_term(group)) is not None:
            lone[only] = lone.get(only, 0.0) + own / total
        else:
            others.append((own / total, group))
    return Ideas(lone=lone, others=tuple(others), number=len(groups))


def word_scores(understood: Understood, ideas: Ideas, lexicon: Strengths, places: Places) -> WordScores:
    """Exact word scores of some documents."""
    column = understood.columns
    strengths = lexicon.scores(list(column), places, k1=knobs.K1, b=knobs.B)
    lone = np.zeros(len(column), dtype=np.float32)
    for term, share in ideas.lone.items():
        lone[column[term]] = share / max(1e-9, lexicon.rarity(term))
    score = strengths @ lone
    for share, group in ideas.others:
        value: Floats = np.zeros(len(places), dtype=np.float32)
        for way in group.alternatives:
            part = [strengths[:, column[term]] for term in way.terms]
            strength = sum(part) / np.float32(max(1e-9, sum(lexicon.rarity(term) for term in way.terms)))
            complete = _completeness([each > 0 for each in part], way.weight)
            # Ways add up like chances: a text that says it both ways is worth more than one that says it one way.
            value = np.asarray(1 - (1 - value) * (1 - way.weight * strength * complete), dtype=np.float32)
        score += np.float32(share) * value
    return WordScores(score=score, strengths=strengths, rows=np.arange(len(places)))


def coverage(ideas: Ideas, places: Places, *, of: Holding) -> Floats:
    """The share of the query's telling words that each text holds, 0 to 1."""
    total = of.held_weight(ideas.lone, places)
    column = ideas.columns
    holding = of.holding(list(column), places)
    for share, group in ideas.others:
        total += np.float32(share) * held_of(group, holding, column)
    return total


def weighed_together(texts: Holding, weights: Mapping[str, float], places: Places) -> Floats:
    """``Holding.held_weight`` of texts that know no quicker way."""
    held = texts.holding(list(weights), places).astype(np.float32)
    found: Floats = held @ np.array(list(weights.values()), dtype=np.float32)
    return found


def held_of(group: Group, holding: NDArray[np.bool_], column: Mapping[str, int]) -> Floats:
    """How far each text holds one idea, 0 to 1.

    holding  which texts hold which terms; ``column`` says where each term stands in it
    """
    held = np.zeros(len(holding), dtype=np.float32)
    for way in group.alternatives:
        complete = _completeness([holding[:, column[term]] for term in way.terms], way.weight)
        held = np.maximum(held, np.float32(way.weight**0.5) * complete, dtype=np.float32)
    return held


def lone_term(group: Group) -> str | None:
    """The term of an idea that can be said in one word alone, as most can; None of all others."""
    if len(group.alternatives) == 1:
        way = group.alternatives[0]
        if len(way.terms) == 1 and way.weight == 1.0:
            return way.terms[0]
    return None


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


def fused(understood: Understood, mode: Mode, words: Floats, tight: Floats, cosine: Floats) -> Floats:
    """One score of each candidate, 0 to 1, before boosts."""
    share = meaning_share(understood, mode)
    if share == 1.0:
        return calibrated(cosine)
    spoken = (1 - knobs.TIGHT_SHARE) * words / knobs.WORD_CEILING + knobs.TIGHT_SHARE * tight
    if share == 0.0:
        return spoken.astype(np.float32)
    return (share * calibrated(cosine) + (1 - share) * spoken).astype(np.float32)


def meaning_share(understood: Understood, mode: Mode) -> float:
    """How much meaning counts: less for a lone word, which says little to the model."""
    if mode is not Mode.BEST:
        return 1.0 if mode is Mode.MEANING else 0.0
    return knobs.MEANING_SHARE_ONE_WORD if len(understood.groups) <= 1 else knobs.MEANING_SHARE


def title_boosts(ideas: Ideas, titles: TitleTerms, places: Places) -> Floats:
    """The boost of each candidate for how much its title says of the query, and how little else.

    Two shares multiplied: that of the query's ideas that the title names, by how telling they are, and that of the
    title's terms that name them. A short title that is the question's own words says most.
    """
    named = titles.held_weight(ideas.lone, places)
    spent = titles.held_weight(dict.fromkeys(ideas.lone, 1.0), places)
    column = ideas.columns
    holding = titles.holding(list(column), places)
    for share, group in ideas.others:
        longest = np.zeros(len(places), dtype=np.float32)
        for way in (way.terms for way in group.alternatives if way.terms):
            whole = np.all([holding[:, column[term]] for term in way], axis=0)
            longest = np.maximum(longest, whole * np.float32(len(way)))
        named += np.float32(share) * (longest > 0)
        spent += longest
    purity = np.minimum(1.0, spent / np.maximum(1.0, titles.sizes(places)))
    most = knobs.TITLE_BOOST * min(1.0, knobs.TITLE_IDEAS / max(1, ideas.number))  # no title names many ideas
    boosts: Floats = (named * purity * most).astype(np.float32)
    return boosts


def close(
    understood: Understood, mode: Mode, words: Floats, cosine: Floats, score: Floats
) -> NDArray[np.bool_]:
    """Which candidates are near enough for the collection to have something on the question, each judged by itself."""
    if mode is Mode.WORDS:
        return np.ones(len(score), dtype=bool)
    if mode is Mode.MEANING:
        return score >= knobs.CLOSE_MEANING
    if len(understood.groups) <= 1:
        return np.asarray(score >= knobs.CLOSE_ONE_WORD)
    weights, meaning = knobs.CLOSENESS, calibrated(cosine)
    spoken = np.minimum(words / knobs.WORD_CEILING, 1.2)
    of_long = math.log(len(understood.groups))
    near: Floats = meaning * (weights["meaning"] + weights["meaning_of_long"] * of_long)
    enough: NDArray[np.bool_] = near + weights["words"] * spoken >= weights["least"]
    return enough


def good_enough(mode: Mode, tight: Floats, score: Floats) -> NDArray[np.bool_]:
    """Which candidates are worth listing, each judged by itself."""
    if mode is Mode.WORDS:
        return tight >= knobs.LISTED_WORDS
    return score >= knobs.LISTED[mode.value]
