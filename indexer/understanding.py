"""A query → everything that is searched for: corrected words, synonyms, groups of terms, the text for the model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.analysis import STOP_WORDS, folded, stem, tokens
from indexer.document import Expansion, Query
from indexer.question import Parsed, Word, parse
from indexer.spelling import Speller, Together
from indexer.synonyms import Addition, SynonymTable, meaning_terms, undotted

_YEAR = re.compile(r"\b[Yy](?:[Rr]s?\.?|ears?)?\s?(\d{1,2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to satisfy a group: terms that together stand for it, at a weight."""

    terms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One idea of the query: words as typed, or one of the things searched beside them.

    typed  the words as the reader typed them
    """

    typed: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What is searched for.

    corrected  the whole query after spelling, None when nothing was mended
    meaning    the text the model reads
    weights    term → weight, for finding candidates and for marks
    """

    parsed: Parsed
    corrected: str | None
    groups: tuple[Group, ...]
    expanded: tuple[Expansion, ...]
    meaning: str
    weights: Mapping[str, float]

    @property
    def columns(self) -> dict[str, int]:
        """Each term of any idea → its number, in order."""
        terms = (term for group in self.groups for way in group.alternatives for term in way.terms)
        return {term: number for number, term in enumerate(dict.fromkeys(terms))}


def understand(
    query: Query, speller: Speller, synonyms: SynonymTable, together: Together | None = None
) -> Understood:
    """The query with its spelling mended and its synonyms added, where the reader wants that. Raises BadQuery.

    together  how many documents that the reader may see hold some terms: the company that words keep
    """
    text = with_years_spelt_out(undotted(query.text))
    parsed = parse(text)
    visible = query.filters.visibilities
    mended = speller.correct(parsed, visible, together) if query.correct_spelling else {}
    corrected = _replaced(text, mended) if mended else None
    if corrected is not None:
        parsed = parse(corrected)
    everything = _all_words(parsed)
    additions = synonyms.additions([word.typed for word in everything]) if query.expand_synonyms else []
    groups = _groups(parsed, everything, additions)
    return Understood(
        parsed=parsed,
        corrected=" ".join(corrected.split()) if corrected else None,
        groups=groups,
        expanded=tuple(addition.shown() for addition in additions if addition.meanings),
        meaning=_for_model(parsed.text, additions),
        weights=_weights(groups),
    )


def with_years_spelt_out(text: str) -> str:
    """Y6, Yr 6 → Year 6: as the articles write it."""
    return _YEAR.sub(r"Year \1", text)


def _replaced(text: str, mended: Mapping[str, str]) -> str:
    """The text with the mended words in place, everything else as typed."""
    parts, at = [], 0
    for token in tokens(text):
        better = mended.get(folded(token.text))
        if better is not None:
            parts += [text[at : token.start], better]
            at = token.end
    return "".join([*parts, text[at:]])


def _all_words(parsed: Parsed) -> list[Word]:
    """Every word of the searched text in order, little words included: synonyms such as "won't come in" need them."""
    return [Word(typed=token.text, folded=folded(token.text), term="") for token in tokens(parsed.text)]


def _groups(parsed: Parsed, everything: Sequence[Word], additions: Sequence[Addition]) -> tuple[Group, ...]:
    """One group for each word that carries a subject; the words that a synonym covers stand together in one."""
    carrying = {word.folded: word for word in parsed.words}
    for phrase in parsed.phrases:  # its little words must stand there too, which the word index sees to
        carrying |= {
            part: Word(typed=part, folded=part, term=stem(part))
            for part in phrase
            if part not in carrying and part not in STOP_WORDS
        }
    covered: dict[int, Addition] = {place: addition for addition in additions for place in addition.covers}
    groups: list[Group] = []
    seen: set[str] = set()
    for place, word in enumerate(everything):
        addition = covered.get(place)
        if addition and place == addition.covers[0]:
            own = tuple(
                carrying[everything[at].folded].term
                for at in addition.covers
                if everything[at].folded in carrying
            )
            groups.append(Group(typed=addition.typed, alternatives=(*_own(own), *_added(addition))))
            seen.update(everything[at].folded for at in addition.covers)
        elif word.folded in carrying and word.folded not in seen:
            seen.add(word.folded)
            groups.append(Group(typed=word.typed, alternatives=_own((carrying[word.folded].term,))))
    return tuple(groups)


def _own(terms: tuple[str, ...]) -> tuple[Alternative, ...]:
    return (Alternative(terms=terms, weight=1.0),) if terms else ()


def _added(addition: Addition) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(terms=meaning_terms(meaning), weight=addition.weight) for meaning in addition.meanings
    )


def _weights(groups: tuple[Group, ...]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for group in groups:
        for alternative in group.alternatives:
            share = alternative.weight / max(1, len(alternative.terms)) ** 0.5
            for term in alternative.terms:
                weights[term] = max(weights.get(term, 0.0), share)
    return weights


def _for_model(text: str, additions: list[Addition]) -> str:
    """The text for the model: an acronym is followed by what it stands for, because a small model may not know it."""
    for addition in additions:
        if (
            not addition.ambiguous
            and len(addition.covers) == 1
            and addition.typed.isupper()
            and addition.meanings
        ):
            pattern = re.compile(rf"\b{re.escape(addition.typed)}\b")
            text = pattern.sub(f"{addition.typed} ({addition.meanings[0]})", text, count=1)
    return text
