"""Dates, numbers and filters in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kb.domain.account import Account, Role
from kb.domain.article import ArticleType
from kb.domain.feedback import Verdict
from kb.domain.library import Library
from kb.domain.post import Post
from kb.domain.search import SCHEME_OF_FACET, Facet, Question

SITE_NAME = "Good practice"

TYPES_IN_WORDS = {
    ArticleType.CASE_STUDY: "case studies",
    ArticleType.RESEARCH_SUMMARY: "research summaries",
    ArticleType.HOW_TO: "how-to guides",
    ArticleType.POLICY_EXAMPLE: "policy examples",
}

_ABOUT = (Facet.THEME, Facet.NEED, Facet.SUBJECT)
_LAST = (Facet.ROLE, Facet.COST, Facet.LEVEL, Facet.OUTCOME)
_LAST_WORDS = {
    Facet.ROLE: "useful to: {}",
    Facet.COST: "cost: {}",
    Facet.LEVEL: "local evidence: {}",
    Facet.OUTCOME: "how it went: {}",
}
_COUNTABLE = ("base", "classroom", "school", "unit", "service")


def day(moment: date | None) -> str:
    """A date as people write it, "1 September 2026"; empty for None."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def month(moment: date | None) -> str:
    """A date where the day does not matter, "September 2026"; empty for None."""
    return f"{moment:%B %Y}" if moment else ""


def number(value: float) -> str:
    """A number without needless zeros, thousands parted: "1,084", "2.5"."""
    return f"{value:,.1f}".removesuffix(".0")


def count(how_many: int, one: str, many: str | None = None) -> str:
    """A number with its noun, "1 article" or "12 articles"."""
    return f"{how_many:,} {one if how_many == 1 else many or one + 's'}"


def reading_minutes(words: int) -> str:
    """How long a text takes to read, "4 minutes", at 230 words a minute (Brysbaert 2019: 238 for English prose)."""
    return count(max(1, round(words / 230)), "minute")


def joined(words: Iterable[str], last: str = "and") -> str:
    """A list as people say it: "a, b and c"."""
    *rest, final = [*words] or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final


def shortened(text: str, length: int) -> str:
    """The text, cut at a word with "…" when it is longer than ``length`` characters."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(",.;:– ") + "…"


def duration(minutes: int) -> str:
    """Minutes as people say them: 45 minutes, 2 hours, 1 hour 20 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [
        *([count(hours, "hour")] if hours else []),
        *([count(rest, "minute")] if rest or not hours else []),
    ]
    return " ".join(parts)


def label(library: Library, facet: Facet, term_id: str) -> str:
    """What a term or school is called; the id itself when nobody knows it."""
    if facet is Facet.SCHOOL:
        school = library.group.schools.get(term_id)
        return school.name if school else term_id
    return library.taxonomy[SCHEME_OF_FACET[facet]].label_of(term_id)


def in_a_sentence(words: str) -> str:
    """A label as it stands inside a sentence: small first letter, unless it is a name or an acronym."""
    first = words.split(" ", 1)[0]
    if words.startswith(("Key Stage", "Early Years Foundation")) or first[1:] != first[1:].lower():
        return words
    return words[:1].lower() + words[1:]


def filters_in_words(question: Question, library: Library) -> str:
    """The chosen filters as one sentence without a full stop.

    Example: "Case studies for Key Stage 2 in inclusion bases about de-escalation"
    """
    chosen = {facet: _labels(question, library, facet) for facet in Facet}
    about = [joined(chosen[facet], "or") for facet in _ABOUT if chosen[facet]]
    parts = [_types(question.chosen.get(Facet.TYPE, ()))]
    if chosen[Facet.KEY_STAGE]:
        parts.append(f"for {joined(chosen[Facet.KEY_STAGE], 'or')}")
    if chosen[Facet.PROVISION]:
        parts.append(f"in {joined(map(_several, chosen[Facet.PROVISION]), 'or')}")
    if about:
        parts.append(f"about {joined(about)}")
    if chosen[Facet.SCHOOL]:
        parts.append(f"from {joined(chosen[Facet.SCHOOL], 'or')}")
    rest = [_LAST_WORDS[facet].format(joined(chosen[facet], "or")) for facet in _LAST if chosen[facet]]
    sentence = "; ".join([" ".join(parts), *rest])
    return sentence[:1].upper() + sentence[1:]


def _labels(question: Question, library: Library, facet: Facet) -> list[str]:
    found = [label(library, facet, term_id) for term_id in question.chosen.get(facet, ())]
    return found if facet is Facet.SCHOOL else [in_a_sentence(words) for words in found]


def _types(type_ids: Sequence[str]) -> str:
    known = [TYPES_IN_WORDS[ArticleType(type_id)] for type_id in type_ids if type_id in set(ArticleType)]
    return joined(known) if known else "articles"


def _several(words: str) -> str:
    return words + "s" if words.endswith(_COUNTABLE) and " at " not in words else words


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("X11; Cr", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(said: str) -> str:
    """What a browser says of itself, as people would name it: Firefox on Windows."""
    browser = next((name for part, name in _BROWSERS if part in said), "A browser")
    device = next((name for part, name in _DEVICES if part in said), "")
    return f"{browser} on {device}" if device else browser


def moment(when: datetime) -> str:
    """A day and a time on the clocks of England: 26 November 2026, 12:40."""
    there = when.astimezone(ZoneInfo("Europe/London"))
    return f"{day(there.date())}, {there:%H:%M}"


ROLES = {
    Role.READER: "Reader",
    Role.CONTRIBUTOR: "Contributor",
    Role.REVIEWER: "Reviewer",
    Role.LEAD: "Improvement lead",
    Role.ADMINISTRATOR: "Administrator",
}
"""What each role is called on pages."""


def post_name(post: Post, person: Account, library: Library) -> str:
    """What somebody does at school; with the school where the person works at several."""
    term = library.taxonomy["roles"].terms.get(post.post)
    school = library.group.schools.get(post.school)
    label = term.label if term else post.post
    return label if len(person.schools) == 1 else f"{label}, {school.name if school else post.school}"


VERDICTS = {
    Verdict.HELPFUL: "Helpful",
    Verdict.NOT_FOR_MY_SETTING: "Not for my setting",
    Verdict.OUT_OF_DATE: "Out of date",
}
"""What a reader can say about an article."""
