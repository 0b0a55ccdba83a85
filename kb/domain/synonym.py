"""Synonyms: what people type and what is searched for them as well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SynonymKind(StrEnum):
    """How far an entry reaches."""

    EQUAL = "eq"  # either side brings the other
    OLD = "old"  # typed is the old word, expands_to the one in use now; both ways in older articles
    ONE_WAY = "one"  # typed brings expands_to, never the other way round
    NARROW = "narrow"  # typed is one product or example of expands_to; left to right, lightly
    AMBIGUOUS = "amb"  # typed has several meanings: each is added lightly and shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymRow:
    """One line of content/synonyms.csv.

    group       heading under which the improvement lead finds it
    typed       spellings of what people type, as written
    expands_to  what they mean; several meanings when the kind is AMBIGUOUS
    """

    group: str
    typed: tuple[str, ...]
    expands_to: tuple[str, ...]
    kind: SynonymKind
