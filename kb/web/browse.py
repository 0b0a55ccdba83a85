"""Ways through the articles for people who do not know yet what to search for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import searching
from kb.domain.errors import NotFound
from kb.domain.library import Library
from kb.domain.search import FACET_LABELS, SCHEME_OF_FACET, Facet, Question
from kb.domain.taxonomy import ALL, Term
from kb.storage import articles
from kb.web import addresses
from kb.web.access import public, reader
from kb.web.asking import question_from
from kb.web.asks_shown import CARRIED, ask_address
from kb.web.cards import Chip, chips_of, found
from kb.web.site import site
from kb.web.turning import turns

pages = Blueprint("browse", __name__, url_prefix="/browse")

BROWSED = {
    Facet.KEY_STAGE: ("Key stages", "From the early years to sixth form."),
    Facet.PROVISION: ("Provisions", "Mainstream classrooms, inclusion bases, special schools and more."),
    Facet.NEED: ("Needs", "The four broad areas of need, and narrower needs within them."),
    Facet.THEME: ("Themes", "What the article is about, from attendance to zones."),
    Facet.SUBJECT: ("Subjects", "Subjects and early years areas of learning."),
    Facet.ROLE: ("Roles", "Who the article helps most."),
    Facet.TYPE: ("Kinds of article", "What we did, what the evidence says, and how to do it."),
}
"""Facet → its heading and one line about it, in the order of the page."""

DRAWN = frozenset({Facet.KEY_STAGE, Facet.PROVISION})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyMade:
    """A combination that schools have one word for and the vocabulary has not."""

    label: str
    description: str
    chosen: Mapping[Facet, tuple[str, ...]]

    @property
    def address(self) -> str:
        """Where it is listed."""
        return addresses.narrowed(self.chosen)


READY_MADE = (
    ReadyMade(
        label="SEMH provision",
        description="Special schools and inclusion bases for social, emotional and mental health needs.",
        chosen={Facet.NEED: ("semh",), Facet.PROVISION: ("special-school", "inclusion-base")},
    ),
    ReadyMade(
        label="Autism base",
        description="Inclusion bases for autistic pupils.",
        chosen={Facet.NEED: ("autism",), Facet.PROVISION: ("inclusion-base",)},
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One term of a list, with narrower ones under it."""

    term: Term
    count: int
    chip: Chip | None
    narrower: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One facet to browse by."""

    facet: Facet
    path: str
    heading: str
    about: str
    entries: tuple[Entry, ...]


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """All ways through."""
    return render_template(
        "browse/index.html", shelves=[shelf(facet) for facet in BROWSED], ready_made=_possible(site().library)
    )


@pages.get("/<facet_path>/")
@public
def terms(facet_path: str) -> ResponseReturnValue:
    """Every term of one facet."""
    return render_template("browse/facet.html", shelf=shelf(_facet(facet_path)))


@pages.get("/<facet_path>/<term_id>")
@public
def term(facet_path: str, term_id: str) -> ResponseReturnValue:
    """One term: what it means, narrower terms and the articles that carry it."""
    facet, current = _facet(facet_path), site()
    scheme = current.library.taxonomy[SCHEME_OF_FACET[facet]]
    if term_id not in scheme:
        raise NotFound(f"There is no ‘{term_id[:60]}’ here. Choose one from the list, or search instead.")
    question = _listing(facet, term_id)
    answer = searching.ask(current.search, question, reader())
    entries = [entry for each in shelf(facet).entries for entry in (each, *each.narrower)]
    return render_template(
        "browse/term.html",
        shelf=shelf(facet),
        term=scheme.terms[term_id],
        narrower=next((entry.narrower for entry in entries if entry.term.id == term_id), ()),
        chip=_chip(facet, term_id, current.library),
        answer=answer,
        cards=found(answer.finds, current.library, datetime.now(tz=UTC).date()),
        search_address=addresses.of(question),
        turns=turns(question, answer.pages),
        ask=ask_address(question) if facet in CARRIED else "",
    )


def shelf(facet: Facet) -> Shelf:
    """One facet with its terms and how many articles carry each."""
    library = site().library
    counts = articles.counts(site().database, facet, reader())
    heading, about = BROWSED[facet]
    terms = [
        each
        for each in library.taxonomy[SCHEME_OF_FACET[facet]]
        if each.replaced_by is None and each.id != ALL
    ]
    entries = tuple(_entry(each, facet, terms, counts) for each in terms if each.parent is None)
    return Shelf(facet=facet, path=path_of(facet), heading=heading, about=about, entries=entries)


def path_of(facet: Facet) -> str:
    """The facet's word in addresses."""
    return facet.value.replace("_", "-")


def _facet(path: str) -> Facet:
    for facet in BROWSED:
        if path_of(facet) == path:
            return facet
    names = ", ".join(FACET_LABELS[facet].lower() for facet in BROWSED)
    raise NotFound(f"You can browse by {names}. Choose one of these from the list.")


def _entry(term: Term, facet: Facet, terms: list[Term], counts: Mapping[str, int]) -> Entry:
    return Entry(
        term=term,
        count=counts.get(term.id, 0),
        chip=_chip(facet, term.id, site().library),
        narrower=tuple(_entry(each, facet, terms, counts) for each in terms if each.parent == term.id),
    )


def _chip(facet: Facet, term_id: str, library: Library) -> Chip | None:
    return chips_of(library, facet, (term_id,))[0] if facet in DRAWN else None


def _listing(facet: Facet, term_id: str) -> Question:
    asked = {"page": request.args.getlist("page"), facet.value: [term_id]}
    return question_from(asked, site().library)


def _possible(library: Library) -> tuple[ReadyMade, ...]:
    return tuple(
        each
        for each in READY_MADE
        if all(i in library.taxonomy[SCHEME_OF_FACET[f]] for f, ids in each.chosen.items() for i in ids)
    )
