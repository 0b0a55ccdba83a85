"""The start page: one question, ways in by key stage and provision, and what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.domain.article import ArticleType
from kb.domain.search import SCHEME_OF_FACET, Facet, Reader
from kb.domain.taxonomy import ALL, Term
from kb.storage import articles
from kb.web.access import public, reader
from kb.web.cards import Chip, cards, chips_of
from kb.web.site import Site, site

pages = Blueprint("home", __name__)

NEWEST_CASE_STUDIES = 6
NEWEST_RESEARCH = 3
MOST_USED_THEMES = 14


@dataclass(frozen=True, slots=True)
class Tile:
    """A way in: a term with its drawing and how many articles carry it."""

    chip: Chip
    note: str
    count: int


@pages.get("/")
@public
def start() -> ResponseReturnValue:
    """One question, and what is new."""
    current, asking = site(), reader()
    today = datetime.now(tz=UTC).date()
    newest = articles.newest(current.database, asking, NEWEST_CASE_STUDIES, type=ArticleType.CASE_STUDY)
    research = articles.newest(current.database, asking, NEWEST_RESEARCH, type=ArticleType.RESEARCH_SUMMARY)
    return render_template(
        "home.html",
        key_stages=_tiles(current, Facet.KEY_STAGE, asking),
        provisions=_tiles(current, Facet.PROVISION, asking),
        themes=_most_used(current, asking),
        case_studies=cards(newest, current.library, today),
        research=cards(research, current.library, today),
    )


def _tiles(current: Site, facet: Facet, asking: Reader) -> tuple[Tile, ...]:
    """The terms at the top of a scheme, in its order, without those that nobody has written about."""
    counts = articles.counts(current.database, facet, asking)
    terms = [term for term in current.library.taxonomy[SCHEME_OF_FACET[facet]] if _on_top(term, counts)]
    chips = chips_of(current.library, facet, (term.id for term in terms))
    return tuple(Tile(chip, _note(term), counts[term.id]) for chip, term in zip(chips, terms, strict=True))


def _on_top(term: Term, counts: Mapping[str, int]) -> bool:
    return term.parent is None and term.replaced_by is None and term.id != ALL and counts.get(term.id, 0) > 0


def _note(term: Term) -> str:
    """The ages of a key stage, as far as the first comma: what follows is the exception."""
    ages = str(term.details.get("ages", "")).partition(",")[0]
    return f"Ages {ages}" if ages[:1].isdigit() else ages.capitalize()


def _most_used(current: Site, asking: Reader) -> tuple[tuple[str, str, int], ...]:
    """Id, label and count of the themes most written about."""
    scheme = current.library.taxonomy[SCHEME_OF_FACET[Facet.THEME]]
    counts = articles.counts(current.database, Facet.THEME, asking)
    most = sorted(
        (item for item in counts.items() if item[0] in scheme), key=lambda item: (-item[1], item[0])
    )
    return tuple((term_id, scheme.label_of(term_id), many) for term_id, many in most[:MOST_USED_THEMES])
