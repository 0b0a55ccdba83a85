"""Acronyms, synonyms and old terms, applied to a query at search time, each one shown to the reader.

Kinds: ``eq`` expands both ways, ``old`` both ways, ``one`` from left to right only, ``narrow`` left to right at
low weight, ``amb`` adds every meaning at reduced weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from indexer import knobs
from indexer.analysis import STOP_WORDS, folded, stem, tokens
from indexer.document import Expansion


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """One row of the curator's list: what is typed, what is searched beside it, and its kind."""

    typed: tuple[str, ...]
    expands_to: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something to search beside words of a query.

    typed     the words as the reader typed them
    covers    numbers of the query's tokens that it stands for
    meanings  what is searched as well, each a phrase
    """

    typed: str
    covers: tuple[int, ...]
    meanings: tuple[str, ...]
    weight: float
    ambiguous: bool

    def shown(self) -> Expansion:
        """For the reader."""
        return Expansion(typed=self.typed, added=self.meanings, ambiguous=self.ambiguous)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    key: tuple[str, ...]
    capitals_only: bool
    meanings: tuple[str, ...]
    weight: float
    ambiguous: bool


# Acronyms that are also words or names: they count only when typed in capitals.
_ALSO_WORDS = frozenset(
    (
        "add",
        "ar",
        "base",
        "cats",
        "dirt",
        "hi",
        "ic",
        "it",
        "mat",
        "odd",
        "or",
        "pa",
        "pep",
        "pm",
        "rise",
        "send",
    )
) | {"sip", "stem", "taf", "zones"}
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_BRACKETS = re.compile(r"\s*\([^)]*\)")


@dataclass(slots=True)
class SynonymTable:
    """The curator's list, ready to apply."""

    _rules: dict[str, list[_Rule]] = field(default_factory=dict)

    @classmethod
    def of(cls, synonyms: Iterable[Synonym]) -> SynonymTable:
        """A table of rows; rows of unknown kind have been refused before they come here."""
        table = cls()
        for row in synonyms:
            weight = {"narrow": knobs.NARROW_WEIGHT, "amb": knobs.AMBIGUOUS_WEIGHT}.get(
                row.kind, knobs.SYNONYM_WEIGHT
            )
            for typed in row.typed:
                others = (
                    tuple(other for other in row.typed if other != typed) if row.kind in {"eq", "old"} else ()
                )
                table._add(typed, (*row.expands_to, *others), weight, ambiguous=row.kind == "amb")
            if row.kind in {"eq", "old"}:
                for meaning in row.expands_to:
                    rest = (
                        tuple(other for other in row.expands_to if other != meaning)
                        if row.kind == "eq"
                        else ()
                    )
                    table._add(meaning, (*row.typed, *rest), weight, ambiguous=False)
        return table

    def _add(self, typed: str, meanings: tuple[str, ...], weight: float, *, ambiguous: bool) -> None:
        key = _key(_BRACKETS.sub("", typed))
        if not key:
            return
        capitals = len(key) == 1 and key[0] in _ALSO_WORDS
        rule = _Rule(key=key, capitals_only=capitals, meanings=meanings, weight=weight, ambiguous=ambiguous)
        self._rules.setdefault(key[0], []).append(rule)
        self._rules[key[0]].sort(key=lambda item: -len(item.key))

    def additions(self, words: Sequence[str]) -> list[Addition]:
        """What to search beside these words (as typed, in order), longest match first, each word covered once."""
        keys = [_key_of_word(word) for word in words]
        found: list[Addition] = []
        covered: set[int] = set()
        for start, key in enumerate(keys):
            if start in covered:
                continue
            rules = [
                rule
                for rule in self._rules.get(key, ())
                if tuple(keys[start : start + len(rule.key)]) == rule.key
            ]
            rules = [rule for rule in rules if not rule.capitals_only or words[start].isupper()]
            if not rules:
                continue
            longest = len(rules[0].key)
            rules = [rule for rule in rules if len(rule.key) == longest]
            span = tuple(range(start, start + longest))
            covered.update(span)
            found.append(_merged(rules, " ".join(words[place] for place in span), span))
        return found

    def words(self) -> set[str]:
        """Every folded word that the table knows: none of them is a misspelling."""
        known: set[str] = set()
        for rules in self._rules.values():
            for rule in rules:
                known.update(rule.key)
                for meaning in rule.meanings:
                    known.update(folded(token.text) for token in tokens(meaning))
        return known


def _merged(rules: Sequence[_Rule], typed: str, span: tuple[int, ...]) -> Addition:
    meanings = tuple(dict.fromkeys(meaning for rule in rules for meaning in rule.meanings))
    meanings = tuple(meaning for meaning in meanings if folded(meaning) != folded(typed))
    ambiguous = any(rule.ambiguous for rule in rules)
    return Addition(
        typed=typed,
        covers=span,
        meanings=meanings,
        weight=min(rule.weight for rule in rules),
        ambiguous=ambiguous,
    )


def _key(text: str) -> tuple[str, ...]:
    return tuple(_key_of_word(token.text) for token in tokens(undotted(text)))


def _key_of_word(word: str) -> str:
    """The folded word; the plural s of an acronym (TAs, EHCPs) is dropped."""
    if len(word) > len("As") and word.endswith("s") and word[:-1].isupper():
        word = word[:-1]
    return folded(word)


def undotted(text: str) -> str:
    """S.E.N.D. → SEND."""
    return _DOTTED.sub(lambda match: match.group().replace(".", ""), text)


def meaning_terms(meaning: str) -> tuple[str, ...]:
    """The terms of one meaning, little words left out, each once."""
    parts = (token.text for token in tokens(meaning))
    return tuple(dict.fromkeys(stem(part) for part in parts if folded(part) not in STOP_WORDS))
