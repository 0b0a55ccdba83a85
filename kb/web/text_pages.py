"""What the pages of writing and of review share: the text of an address, who is named, what the checks find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app

from kb.actions.checking_text import Checker
from kb.actions.looking_over import Desk, desk, look_over
from kb.actions.text_rights import text_for
from kb.domain.article import ArticleType
from kb.domain.difference import Change, Piece
from kb.domain.errors import TooLarge
from kb.domain.finding import Finding, Level
from kb.domain.library import Library
from kb.domain.permission import State, Verb
from kb.domain.review import Check, Thread
from kb.domain.text import Content, Kind, Revision, Text
from kb.storage import accounts, comments, dismissals
from kb.storage.content import load_synonyms
from kb.web.access import reader, signed_in
from kb.web.rendering import Rendered
from kb.web.site import site

TYPES = {
    ArticleType.CASE_STUDY: ("Case study", "What you did at your school, what it cost and how you know."),
    ArticleType.RESEARCH_SUMMARY: (
        "Research summary",
        "What the evidence says, and how strong it is.",
    ),
    ArticleType.HOW_TO: ("How-to", "One thing, step by step, that a colleague can do tomorrow."),
    ArticleType.POLICY_EXAMPLE: (
        "Policy example",
        "A policy of your school, with the reasons for its lines.",
    ),
}
STATES = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "Waiting for a reviewer",
    State.IN_REVIEW: "In review",
    State.CHANGES_ASKED: "Changes asked",
    State.ACCEPTED: "Accepted",
    State.PUBLISHED: "Published",
    State.ARCHIVED: "In the archive",
    State.WITHDRAWN: "Withdrawn",
}
CHECKS = {
    Check.EVIDENCE: ("Evidence", "What is claimed is backed up, and it says how the writer knows."),
    Check.COST: ("Cost", "It says what it took: hours, money, people."),
    Check.SETTING: ("Setting", "A reader can tell for whom and where it was done."),
    Check.PERSONAL_DATA: ("Personal data", "Nobody can tell who a pupil or family is, not even a colleague."),
    Check.PLAIN_ENGLISH: ("Plain English", "A new teacher understands it; short forms are spelt out."),
    Check.PERMISSION: ("Permission", "The school agrees; pictures and quoted words may be used."),
}
KINDS = {
    Kind.START: "Started",
    Kind.AUTOSAVE: "Saved by the page",
    Kind.SAVE: "Saved",
    Kind.SUBMIT: "Sent in",
    Kind.MERGE: "Two versions brought together",
    Kind.RESTORE: "Older version brought back",
    Kind.ASIDE: "Put aside",
}


_SCHEMES = {
    "key_stages": "key-stages",
    "provisions": "provisions",
    "needs": "needs",
    "themes": "themes",
    "subjects": "subjects",
    "roles": "roles",
    "strands": "themes",
    "cost_band": "cost-bands",
    "outcome": "outcomes",
    "level": "local-levels",
    "visibility": "visibilities",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Account ids → names, for lists that say who did something."""

    known: dict[int, str]

    def __call__(self, account_id: int | None) -> str:
        """The name of a person, or words for somebody whose data were erased."""
        return self.known.get(account_id or 0, accounts.FORMER)


def text_of(text_id: int, verb: Verb) -> Text:
    """The text of an address, for somebody who may do this with it now. Raises NotFound, NotNow, NotYours."""
    return text_for(site().database, signed_in(), text_id, verb)


def names_of(texts: Iterable[Text], more: Iterable[int | None] = ()) -> Names:
    """The names of everybody who has to do with these texts."""
    ids = {person for text in texts for person in (*text.authors, text.owner, text.reviewer) if person}
    return Names(accounts.names(site().database, ids | {each for each in more if each}))


def threads_of(text: Text) -> tuple[tuple[Thread, ...], Names]:
    """What is said about a text, open threads first, and the names of those who said it."""
    threads = comments.threads(site().database, text.id)
    people = [each.author for thread in threads for each in (thread.opening, *thread.answers)]
    people += [thread.opening.resolved_by or 0 for thread in threads]
    return tuple(sorted(threads, key=lambda thread: thread.resolved)), names_of([text], people)


def findings_of(text: Text) -> tuple[Finding, ...]:
    """What the checks find in a text as it stands, without the warnings that somebody has looked at."""
    here = site()
    found = look_over(
        desk_of(here.library), here.database, here.settings.content, text, search=here.search, reader=reader()
    )
    looked_at = dismissals.of_text(here.database, text.id)
    return tuple(each for each in found if each.level is Level.BLOCK or each.key not in looked_at)


def personal_check() -> Checker:
    """The check for personal data, as it is for the library of now."""
    return desk_of(site().library).check


def of_level(findings: Sequence[Finding], level: Level) -> list[Finding]:
    """The findings of one level, one for each piece."""
    return list({each.key: each for each in findings if each.level is level}.values())


def rendered(text: Text, body: str | None = None) -> Rendered | None:
    """A text as HTML, None when it is too complex to show; never kept, for it may change each minute."""
    try:
        return site().renderer.render(text.content.body if body is None else body, slug=f"text-{text.id}")
    except TooLarge:
        return None


def in_words(content: Content, key: str) -> str:
    """What a field says, with the names of terms and of the school in place of their ids."""
    library = site().library
    if key == "school":
        school = library.group.schools.get(content.one(key))
        return school.name if school else content.one(key)
    scheme = library.taxonomy.schemes.get(_SCHEMES.get(key, ""))
    if scheme is None:
        return content.one(key)
    return ", ".join(scheme.label_of(each) for each in content.several(key) or (content.one(key),) if each)


def marked(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    """The pieces of a difference for a template; what is the same in between and far from a change is shortened."""
    shown = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.change is Change.SAME:
            text = _around(text, first=number == 0, last=number == len(pieces) - 1)
        shown.append({"change": piece.change.value, "text": text})
    return shown


def label_of(scheme: str, term_id: str) -> str:
    """The words of a term, its id when it is not known."""
    found = site().library.taxonomy.schemes.get(scheme)
    term = found.terms.get(term_id) if found else None
    return term.label if term else term_id


def changed_fields(before: Revision, after: Revision) -> list[tuple[str, str, str]]:
    """(key, before, after) of every field that differs."""
    keys = dict.fromkeys((*before.content.fields, *after.content.fields))
    return [
        (key, before.content.one(key), after.content.one(key))
        for key in keys
        if before.content.one(key) != after.content.one(key)
    ]


_FAR = 400


def _around(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * _FAR:
        return text
    head = "" if first else text[:_FAR].rsplit(" ", 1)[0]
    tail = "" if last else text[-_FAR:].split(" ", 1)[-1]
    return f"{head} [ … ] {tail}"


def check_here() -> Checker:
    """The check for personal data with what this site knows."""
    return desk_of(site().library).check


def desk_of(library: Library) -> Desk:
    """What looking over needs; made anew only when the library has changed."""
    kept: dict[str, Any] = current_app.extensions.setdefault("kb_desk", {})
    if kept.get("library") is not library:
        kept["desk"], kept["library"] = desk(library, load_synonyms(site().settings.content)), library
    made: Desk = kept["desk"]
    return made


@lru_cache(maxsize=1)
def field_words() -> dict[str, str]:
    """Key of a field → what a page calls it."""
    return {
        "title": "Title",
        "summary": "Summary",
        "school": "School",
        "visibility": "Who may read it",
        "outcome": "How it went",
        "how_we_know": "How we know",
        "level": "How closely we looked",
        "pupils": "Pupils",
        "staff_hours_setup": "Hours to set up",
        "staff_hours_week": "Hours a week",
        "cost_band": "Cost",
        "key_stages": "Key stages",
        "provisions": "Provision",
        "needs": "Needs",
        "themes": "Themes",
        "subjects": "Subjects",
        "roles": "Roles",
        "authors": "Authors",
        "strands": "Strands of evidence",
        "references": "Publications",
        "body": "Text",
    }
