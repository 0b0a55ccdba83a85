"""Look through what somebody is writing for personal data of pupils and families.

A check is a help: it misses names and stops at harmless words. What it blocks only the lead can let through, with a
reason; what it warns of somebody has to look at; the rest is worth a glance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.spelling import english
from kb.actions.personal_numbers import numbers_in
from kb.domain.finding import Finding, Kind, Level, in_order
from kb.domain.letters import folded
from kb.domain.library import Library
from kb.domain.person_names import Lexicon, Name, Whose, names_in, phrases_from
from kb.domain.personal_advice import ADVICE
from kb.domain.personal_details import Detail, details_in
from kb.domain.prose import blanked
from kb.domain.small_groups import small_groups
from kb.domain.synonym import SynonymRow
from kb.storage.name_lists import first_names, school_words

LONGEST = 200_000
"""Characters of one field that are looked through; more cannot be shown either."""

_OF_NAMES = {
    Whose.PUPIL: Kind.PUPIL_NAME,
    Whose.COLLEAGUE: Kind.STAFF_NAME,
    Whose.SOMEBODY: Kind.PERSON_NAME,
}


@dataclass(frozen=True, slots=True)
class Checker:
    """The check with what a site knows: its schools, terms and authors. Make it with ``checker``."""

    lexicon: Lexicon

    def personal_data(
        self, fields: Mapping[str, str], *, people: Iterable[str] = (), dismissed: Collection[str] = ()
    ) -> tuple[Finding, ...]:
        """What may tell who a pupil is, the most serious first.

        fields     name of a field → its text, plain or Markdown
        people     names of the authors of this text, who may stand in it
        dismissed  keys of warnings that somebody has looked at; what is blocked cannot be dismissed
        """
        lexicon = _with_people(self.lexicon, tuple(people))
        found = [each for field, text in fields.items() for each in _in_field(field, text[:LONGEST], lexicon)]
        return in_order([each for each in found if each.level is Level.BLOCK or each.key not in dismissed])


def checker(library: Library, synonyms: Collection[SynonymRow] = ()) -> Checker:
    """The check for a site. It takes a moment to make; keep it until the library changes."""
    names = first_names()
    told = {*school_words(), *_known_to(library, synonyms, names)}
    known = {text for text in told if not (text.isupper() and folded(text) in names)}
    acronyms = frozenset(word for text in told for word in text.split() if word.isupper())
    return Checker(
        Lexicon(first_names=names, words=_english(), phrases=phrases_from(known), acronyms=acronyms)
    )


def personal_counts(check: Checker, title: str, body: str) -> str:
    """How many findings an imported text has, in words; empty when there is nothing to look at."""
    found = check.personal_data({"title": title, "body": body})
    keys = {level: {each.key for each in found if each.level is level} for level in Level}
    blocked, warned = len(keys[Level.BLOCK]), len(keys[Level.WARN])
    counts = [f"{blocked} to take out"] if blocked else []
    counts += [f"{warned} to look at"] if warned else []
    return f"personal data of pupils? {', '.join(counts)}" if counts else ""


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return frozenset(english())


def _known_to(library: Library, synonyms: Collection[SynonymRow], names: Mapping[str, bool]) -> Iterator[str]:
    """Proper names in the library and its synonyms that are no pupil's."""
    yield library.group.name
    for hub in library.group.hubs.values():
        yield from (hub.name, hub.executive_lead)
    for school in library.group.schools.values():
        words = school.name.split()
        yield from (school.name, " ".join(words[:2]))
        if not {folded(words[0])} & (
            names.keys() | _english()
        ):  # ‘Oakhaven’ alone is the school, ‘Rose’ is not
            yield words[0]
    terms = (term for scheme in library.taxonomy.schemes.values() for term in scheme)
    said = [text for term in terms for text in (term.label, *term.aliases)]
    said += [text for row in synonyms for text in (*row.typed, *row.expands_to)]
    said += [author for each in library.references.values() for author in each.authors.split(",")]
    for text in said:
        words = text.split()
        # An author Taylor must not hide a pupil Taylor; ELSA, in capitals, hides nobody.
        if len(words) > 1 or text.isupper() or folded(text.strip()) not in names:
            yield text


def _with_people(lexicon: Lexicon, people: Collection[str]) -> Lexicon:
    if not people:
        return lexicon
    surnames = [name.split()[-1] for name in people if name.split()]
    phrases = dict(lexicon.phrases)
    for first, some in phrases_from([*people, *surnames]).items():
        phrases[first] = [*some, *phrases.get(first, ())]
    return replace(lexicon, phrases=phrases)


def _in_field(field: str, text: str, lexicon: Lexicon) -> Iterator[Finding]:
    plain = blanked(text)
    details = _apart([*numbers_in(plain), *details_in(plain)])
    groups = [Detail(kind=Kind.SMALL_GROUP, start=start, end=end) for start, end in small_groups(plain)]
    names = [_detail(name) for name in names_in(plain, lexicon)]
    for each in (*details, *groups, *(name for name in names if not _overlaps(name, details))):
        level, message, advice = ADVICE[each.kind]
        yield Finding(
            level=level,
            kind=each.kind,
            field=field,
            start=each.start,
            end=each.end,
            excerpt=text[each.start : each.end],
            message=message,
            advice=advice,
        )


def _detail(name: Name) -> Detail:
    return Detail(kind=_OF_NAMES[name.whose], start=name.start, end=name.end)


def _apart(details: list[Detail]) -> list[Detail]:
    """Without those that lie in another one, such as the digits of an address in an e-mail."""
    kept: list[Detail] = []
    for each in sorted(details, key=lambda one: (one.start - one.end, one.start)):
        if not _overlaps(each, kept):
            kept.append(each)
    return kept


def _overlaps(one: Detail, others: Collection[Detail]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)
