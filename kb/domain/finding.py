"""What a check found in somebody's text: how serious it is, where it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.domain.letters import folded


class Level(StrEnum):
    """How much a finding matters, the most first."""

    BLOCK = "block"  # nobody publishes it but the lead, with a written reason
    WARN = "warn"  # the reviewer ticks each
    NOTE = "note"  # worth a look


class Kind(StrEnum):
    """What was found."""

    UPN = "upn"
    NHS_NUMBER = "nhs-number"
    INSURANCE_NUMBER = "insurance-number"
    BIRTH_DATE = "birth-date"
    CASE_REFERENCE = "case-reference"
    PRIVATE_EMAIL = "private-email"
    SCHOOL_EMAIL = "school-email"
    PRIVATE_PHONE = "private-phone"
    SCHOOL_PHONE = "school-phone"
    HOME_ADDRESS = "home-address"
    POSTCODE = "postcode"
    PUPIL_NAME = "pupil-name"
    PERSON_NAME = "person-name"
    STAFF_NAME = "staff-name"
    SMALL_GROUP = "small-group"

    MISSING = "missing"
    LONG_SENTENCE = "long-sentence"
    READING_AGE = "reading-age"
    ACRONYM = "acronym"
    FIGURE = "figure"
    BROKEN_LINK = "broken-link"
    PICTURE = "picture"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a writer should look at.

    field    name of the field it stands in: title, summary, body, ...; empty when it concerns the whole text
    start    where it begins in the field's text as typed, counted in characters from 0; end is behind it
    excerpt  the piece itself, empty when something is missing
    message  what it is, one sentence
    advice   what to do, one sentence
    """

    level: Level
    kind: Kind
    field: str
    start: int
    end: int
    excerpt: str
    message: str
    advice: str

    @property
    def key(self) -> str:
        """The same for the same piece wherever it stands in the text: what a dismissal is remembered by."""
        return f"{self.kind.value}:{folded(' '.join(self.excerpt.split())) or folded(self.message)}"


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings, the most serious first, then as they stand in the text."""
    levels = list(Level)
    return tuple(sorted(findings, key=lambda each: (levels.index(each.level), each.field, each.start)))
