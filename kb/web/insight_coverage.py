"""The coverage map: key stages by provisions, with how many articles there are, how fresh they are, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kb.domain.article import Article
from kb.domain.carried import carried
from kb.domain.chart import shade
from kb.domain.coverage import Spot, coverage
from kb.domain.insight import Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from kb.domain.taxonomy import ALL
from kb.storage import insight_numbers
from kb.storage.database import Database
from kb.web import addresses
from kb.web.wording import label, month

NARROWED_BY = (Facet.THEME, Facet.NEED)


def top_terms(library: Library, facet: Facet) -> tuple[str, ...]:
    """The terms of a facet that stand under no other and are in use."""
    scheme = library.taxonomy[SCHEME_OF_FACET[facet]]
    return tuple(
        term.id for term in scheme if not term.replaced_by and term.parent is None and term.id != ALL
    )


def sheet(
    db: Database, articles: Sequence[Article], library: Library, span: Span, chosen: Mapping[Facet, str]
) -> Sheet:
    """The map, of all articles or of those about one theme or need."""
    held = [(each, carried(each, library)) for each in articles]
    held = [
        (each, terms)
        for each, terms in held
        if all(term in terms.get(facet, ()) for facet, term in chosen.items())
    ]
    spots = coverage(
        top_terms(library, Facet.KEY_STAGE),
        top_terms(library, Facet.PROVISION),
        [
            (each, frozenset(terms.get(Facet.KEY_STAGE, ())), frozenset(terms.get(Facet.PROVISION, ())))
            for each, terms in held
        ],
        insight_numbers.unmet(db, span),
        span.last,
    )
    empty = [spot for spot in spots.values() if not spot.articles]
    wanted = [spot for spot in empty if spot.unmet]
    return Sheet(
        id="coverage",
        title="Coverage map",
        lead="Where practice is written down, where it is old, and where people search in vain.",
        numbers=(
            Number(value=str(len(held)), words="articles on this map"),
            Number(value=f"{len(empty)} of {len(spots)}", words="places have no article"),
            Number(value=str(len(wanted)), words="of those were searched for in vain"),
        ),
        parts=(_map(spots, library, chosen), _list(spots, library, chosen)),
    )


def _map(spots: Mapping[tuple[str, str], Spot], library: Library, chosen: Mapping[Facet, str]) -> Table:
    stages, places = top_terms(library, Facet.KEY_STAGE), top_terms(library, Facet.PROVISION)
    most = max((spot.articles for spot in spots.values()), default=0)
    return Table(
        id="map",
        title="Articles by key stage and provision",
        heads=("Provision", *(stage.upper() for stage in stages)),
        rows=tuple(
            (
                Cell(value=label(library, Facet.PROVISION, place)),
                *(_cell(spots[stage, place], most, chosen) for stage in stages),
            )
            for place in places
        ),
        note="Each number leads to the search with these filters. The darker, the more articles there are.",
    )


def _cell(spot: Spot, most: int, chosen: Mapping[Facet, str]) -> Cell:
    notes = [f"{spot.overdue} late"] if spot.overdue else []
    notes += [f"{spot.unmet} searched in vain"] if spot.unmet else []
    return Cell(
        value=spot.articles,
        address=where(spot, chosen),
        shade=shade(spot.articles, most),
        note=", ".join(notes),
    )


def where(spot: Spot, chosen: Mapping[Facet, str]) -> str:
    """Where a place on the map leads."""
    filters = {Facet.KEY_STAGE: (spot.key_stage,), Facet.PROVISION: (spot.provision,)}
    return addresses.narrowed(filters | {facet: (term,) for facet, term in chosen.items()})


def _list(spots: Mapping[tuple[str, str], Spot], library: Library, chosen: Mapping[Facet, str]) -> Table:
    """The places, those first where most is missing."""
    order = sorted(
        spots.values(), key=lambda spot: (-spot.unmet, spot.articles, spot.provision, spot.key_stage)
    )
    rows: list[tuple[Value, ...]] = [
        (
            Cell(
                value=f"{label(library, Facet.KEY_STAGE, spot.key_stage)}, "
                f"{label(library, Facet.PROVISION, spot.provision)}",
                address=where(spot, chosen),
            ),
            spot.articles,
            spot.overdue,
            month(spot.newest) or "–",
            spot.unmet,
        )
        for spot in order
    ]
    return Table(
        id="places",
        title="Places where most is missing",
        heads=("Place", "Articles", "Late", "Last reviewed", "Searched in vain"),
        rows=tuple(rows),
        note="Searches count that filter for both or name both, and found nothing close in these days.",
        most=24,
    )
