"""Words of a question that name a key stage, a year group, a provision or a kind of article: offered as filters.

Never applied silently: a few schools start Key Stage 4 in Year 9, and a teacher of Year 4 may well want what worked
in Year 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet, Hint

_OFFERED = (Facet.KEY_STAGE, Facet.PROVISION, Facet.NEED, Facet.TYPE)
_SPACES = re.compile(r"\s+")
_SHORTEST_PLAIN = 4
"""Letters below which a name counts only when typed in capitals: AP is alternative provision, "ap" is nothing."""
MOST = 3


def hints(text: str, library: Library) -> tuple[Hint, ...]:
    """The filters that a question's words suggest, longest wording first, at most a few."""
    found: list[Hint] = []
    taken: list[tuple[int, int]] = []
    for pattern, facet, term_id, label in _names(library):
        for match in pattern.finditer(text):
            overlaps = any(match.start() < end and start < match.end() for start, end in taken)
            known = any(hint.facet is facet and hint.id == term_id for hint in found)
            if not overlaps and not known:
                taken.append(match.span())
                found.append(Hint(typed=match.group(), facet=facet, id=term_id, label=label))
    return tuple(found[:MOST])


def _names(library: Library) -> tuple[tuple[re.Pattern[str], Facet, str, str], ...]:
    key = tuple((facet, tuple(_worded(facet, library))) for facet in _OFFERED)
    return _patterns(key)


@lru_cache(maxsize=4)
def _patterns(
    key: tuple[tuple[Facet, tuple[tuple[str, str, str], ...]], ...],
) -> tuple[tuple[re.Pattern[str], Facet, str, str], ...]:
    every = [(name, facet, term_id, label) for facet, names in key for name, term_id, label in names]
    every.sort(key=lambda item: -len(item[0]))
    return tuple((_pattern(name), facet, term_id, label) for name, facet, term_id, label in every)


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
