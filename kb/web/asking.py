"""From an address to a Question: what cannot be understood is said, and the rest still counts.

Pages are lenient: an unknown value becomes a remark. The JSON API is strict: there it is an error,
because a programme does not read remarks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from kb.domain.errors import BadRequest
from kb.domain.library import Library
from kb.domain.search import FACET_LABELS, SCHEME_OF_FACET, Facet, Question
from kb.web.addresses import usual_sort
from kb.web.wording import shortened

Values = Mapping[str, Sequence[str]]
"""Parameter name → its values in order, as ``request.args.to_dict(flat=False)`` gives them."""

LONGEST_TEXT = 500
"""Characters of a question that are read; the longest sensible one measured is a tenth of it."""

LAST_PAGE = 1000
"""Nobody turns more pages, and an index that must skip a billion articles would run out of memory."""

MOST_PER_PAGE = 50
MOST_VALUES = 20
MOST_REMARKS = 5

MODES = {"best": "Best match", "words": "Exact words", "meaning": "Similar meaning"}
SORTS = {"relevance": "Best match first", "newest": "Newest first", "reviewed": "Last reviewed first"}

_NAMES = ("q", "mode", "sort", "page", "per_page", "exact", "synonyms", *(facet.value for facet in Facet))


def question_from(values: Values, library: Library, *, strict: bool = False) -> Question:
    """The question that an address asks.

    Raises BadRequest when ``strict`` and some part of it is not understood.
    """
    reading = _Reading(values, library)
    text = reading.text()
    question = Question(
        text=text,
        mode=reading.choice("mode", MODES, usual="best"),
        sort=_sort(reading.choice("sort", SORTS, usual=usual_sort(text)), text),
        page=reading.number("page", usual=1, most=LAST_PAGE),
        per_page=reading.number("per_page", usual=10, most=MOST_PER_PAGE),
        chosen={facet: ids for facet in Facet if (ids := reading.terms(facet))},
        correct_spelling=reading.first("exact") != "1",
        expand_synonyms=reading.first("synonyms") != "0",
    )
    reading.look_for_slips()
    if strict and reading.remarks:
        raise BadRequest(reading.remarks[0])
    return _with_remarks(question, reading.remarks)


def clean(text: str) -> str:
    """The text without control characters and invisible marks, with single spaces."""
    visible = (" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in text)
    return " ".join("".join(visible).split())


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def _sort(sort: str, text: str) -> str:
    return "reviewed" if sort == "relevance" and not text else sort


def _with_remarks(question: Question, remarks: list[str]) -> Question:
    return replace(question, remarks=tuple(dict.fromkeys(remarks))[:MOST_REMARKS])


@dataclass
class _Reading:
    """One address being read, with what was not understood in it."""

    values: Values
    library: Library
    remarks: list[str] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The first value of a parameter, cleaned; empty when there is none."""
        return clean(next(iter(self.values.get(name, ())), "")[:LONGEST_TEXT])

    def text(self) -> str:
        """What was typed, at most LONGEST_TEXT characters of it."""
        typed = next(iter(self.values.get("q", ())), "")
        # Four times the limit is read, so that a run of spaces does not eat the words behind it.
        cleaned = clean(typed[: 4 * LONGEST_TEXT])
        if len(cleaned) > LONGEST_TEXT or len(typed) > 4 * LONGEST_TEXT:
            self.remarks.append(
                f"Your question is very long, so only its first {LONGEST_TEXT} characters were used."
            )
        return cleaned[:LONGEST_TEXT].rstrip()

    def choice(self, name: str, choices: Mapping[str, str], *, usual: str) -> str:
        """One of the choices, the usual one when none or an unknown one is named."""
        value = self.first(name).casefold()
        if not value or value in choices:
            return value or usual
        names = ", ".join(choices)
        self.remarks.append(f"‘{_shown(value)}’ is not a {name} we know. Choose one of: {names}.")
        return usual

    def number(self, name: str, *, usual: int, most: int) -> int:
        """A whole number from 1 to ``most``; a remark says when another was asked for."""
        value = self.first(name)
        if not value:
            return usual
        if not (value.isascii() and value.isdigit()) or not value.strip("0"):
            self.remarks.append(f"‘{_shown(value)}’ is not a {_spoken(name)}. Use a whole number from 1.")
            return usual
        if len(value.lstrip("0")) > len(str(most)) or int(value) > most:
            self.remarks.append(f"The largest {_spoken(name)} is {most:,}.")
            return most
        return int(value)

    def terms(self, facet: Facet) -> tuple[str, ...]:
        """The ids chosen in one filter, known ones only, retired ones replaced, each once."""
        sent = [clean(value[:LONGEST_TEXT]) for value in self.values.get(facet.value, ())]
        wanted = dict.fromkeys(value.casefold() for value in sent if value)
        if len(wanted) > MOST_VALUES:
            self.remarks.append(f"Only the first {MOST_VALUES} choices of ‘{FACET_LABELS[facet]}’ were used.")
        known = [self._term(facet, value) for value in list(wanted)[:MOST_VALUES]]
        return tuple(dict.fromkeys(term_id for term_id in known if term_id))

    def look_for_slips(self) -> None:
        """Remark on names that look like a misspelt parameter; others (campaign tags and so on) are let be."""
        for name in list(self.values)[:MOST_VALUES]:
            near = get_close_matches(name.casefold()[:40], _NAMES[1:], n=1, cutoff=0.8)
            if name not in _NAMES and near:
                self.remarks.append(
                    f"‘{_shown(clean(name))}’ is not something to filter by. Did you mean ‘{near[0]}’?"
                )

    def _term(self, facet: Facet, value: str) -> str | None:
        if facet is Facet.SCHOOL:
            return self._school(value)
        scheme = self.library.taxonomy[SCHEME_OF_FACET[facet]]
        term = scheme.terms.get(value)
        if term:
            return term.replaced_by or term.id
        self._unknown(facet, value, scheme.nearest(value))
        return None

    def _school(self, value: str) -> str | None:
        schools = self.library.group.schools
        if value in schools:
            return value
        names = {school.name.casefold(): school.id for school in schools.values()}
        near = get_close_matches(value, [*schools, *names], n=1, cutoff=0.5)
        self._unknown(Facet.SCHOOL, value, names.get(near[0], near[0]) if near else None)
        return None

    def _unknown(self, facet: Facet, value: str, nearest: str | None) -> None:
        what = FACET_LABELS[facet].lower()
        advice = f"Did you mean ‘{nearest}’?" if nearest else "Choose one from the list."
        self.remarks.append(f"‘{_shown(value)}’ is not in the list ‘{what}’. {advice}")


def _shown(value: str) -> str:
    return shortened(value, 40) if " " in value else value[:40]


def _spoken(name: str) -> str:
    return {"page": "page number", "per_page": "number of articles on a page"}[name]
