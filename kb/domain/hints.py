"""Words of a question that name a key stage, a year group, a provision or a kind of article: offered as filters.

Never applied silently: a few schools start Key Stage 4 in Year 9, and a teacher of Year 4 may well want what worked
in Year 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet, Hint

_OFFERED = (Facet.KEY_STAGE, Facet.PROVISION, Facet.NEED, Facet.TYPE)
_SPACES = re.compile(r"\s+")
_SHORTEST_PLAIN = 4
"""Letters below which a name counts only when typed in capitals: AP is alternative provision, "ap" is nothing."""
MOST = 3


@dataclass(frozen=True, slots=True)
class _Name:
    """A wording, the term it names, and its first word, folded: where that is missing nothing need be compared."""

    first: str
    pattern: re.Pattern[str]
    facet: Facet
    term_id: str
    label: str


@dataclass(slots=True)
class _Reader:
    """The wordings of the library that was asked about last: it is replaced as a whole, never changed."""

    last: tuple[Library, tuple[_Name, ...]] | None = None

    def names(self, library: Library) -> tuple[_Name, ...]:
        """Every wording, longest first."""
        last = self.last
        if last is None or last[0] is not library:
            last = self.last = (library, _names(library))
        return last[1]


_reader = _Reader()


def hints(text: str, library: Library) -> tuple[Hint, ...]:
    """The filters that a question's words suggest, longest wording first, at most a few."""
    found: list[Hint] = []
    taken: list[tuple[int, int]] = []
    folded = text.casefold()
    for name in _reader.names(library):
        if name.first not in folded:
            continue
        for match in name.pattern.finditer(text):
            overlaps = any(match.start() < end and start < match.end() for start, end in taken)
            known = any(hint.facet is name.facet and hint.id == name.term_id for hint in found)
            if not overlaps and not known:
                taken.append(match.span())
                found.append(Hint(typed=match.group(), facet=name.facet, id=name.term_id, label=name.label))
    return tuple(found[:MOST])


def _names(library: Library) -> tuple[_Name, ...]:
    every = [(facet, *worded) for facet in _OFFERED for worded in _worded(facet, library)]
    every.sort(key=lambda item: -len(item[1]))
    return tuple(
        _Name(_SPACES.split(name.strip())[0].casefold(), _pattern(name), facet, term_id, label)
        for facet, name, term_id, label in every
    )


def _worded(facet: Facet, library: Library) -> Iterator[tuple[str, str, str]]:
    """(wording, term id, label) of every term of a facet that has not been retired."""
    for term in library.taxonomy[SCHEME_OF_FACET[facet]]:
        if term.replaced_by or term.id == "all":
            continue
        years = term.details.get("year_groups", ())
        names = {
            term.label,
            term.id.replace("-", " "),
            *term.aliases,
            *((years,) if isinstance(years, str) else years),
        }
        in_a_hurry = {short for name in names for short in _short_years(name)}
        for name in sorted(names | in_a_hurry):
            yield name, term.id, term.label


def _short_years(name: str) -> tuple[str, ...]:
    """How a year group is typed in a hurry: Y4, Yr 4, Yr4 for Year 4."""
    year = re.fullmatch(r"Year (\d{1,2})", name)
    return (f"Y{year[1]}", f"Yr {year[1]}", f"Yr{year[1]}") if year else ()


def _pattern(name: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(re.escape(word) for word in _SPACES.split(name.strip()))
    short = len(name) < _SHORTEST_PLAIN and not any(letter.isdigit() for letter in name)
    return re.compile(rf"(?<!\w){words}(?!\w)", 0 if short else re.IGNORECASE)
