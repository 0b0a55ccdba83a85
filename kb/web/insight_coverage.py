"""The coverage map: key stages by provisions, with how many articles there are, how fresh they are, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from kb.domain.article import Article
from kb.domain.carried import carried
from kb.domain.chart import shade
from kb.domain.coverage import Spot, coverage
from kb.domain.insight import Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value, Way
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from kb.domain.taxonomy import ALL
from kb.storage import insight_numbers
from kb.storage.database import Database
from kb.web import addresses
from kb.web.wording import label, month

NARROWED_BY = (Facet.THEME, Facet.NEED)
Carried = Mapping[Facet, tuple[str, ...]]
Missed = tuple[Mapping[Facet, frozenset[str]], int]
"""What some unanswered searches ask for, wider terms included, and how many they are."""


def top_terms(library: Library, facet: Facet) -> tuple[str, ...]:
    """The terms of a facet that stand under no other and are in use."""
    scheme = library.taxonomy[SCHEME_OF_FACET[facet]]
    return tuple(
        term.id for term in scheme if not term.replaced_by and term.parent is None and term.id != ALL
    )


def sheet(
    db: Database, articles: Sequence[Article], library: Library, span: Span, chosen: Mapping[Facet, str]
) -> Sheet:
    """The map, of all articles and searches or of those about one theme or need."""
    held = [(each, carried(each, library)) for each in articles]
    held = [
        (each, terms)
        for each, terms in held
        if all(term in terms.get(facet, ()) for facet, term in chosen.items())
    ]
    missed = [
        (terms, count)
        for terms, count in _missed(db, library, span)
        if all(term in terms.get(facet, ()) for facet, term in chosen.items())
    ]
    spots = _spots(held, missed, library, span)
    empty = [spot for spot in spots.values() if not spot.articles]
    wanted = [spot for spot in empty if spot.unmet]
    every = [terms for _, terms in held]
    return Sheet(
        id="coverage",
        title="Coverage map",
        lead="Where practice is written down, where it is old, and where people search in vain.",
        numbers=(
            Number(value=str(len(held)), words="articles on this map"),
            Number(value=f"{len(empty)} of {len(spots)}", words="places have no article"),
            Number(value=str(len(wanted)), words="of those were searched for in vain"),
        ),
        parts=(
            _map(spots, library, chosen),
            _list(spots, library, chosen),
            _in_vain("vain-themes", Facet.THEME, every, missed, library),
            _in_vain("vain-needs", Facet.NEED, every, missed, library),
        ),
    )


def _missed(db: Database, library: Library, span: Span) -> list[Missed]:
    """What unanswered searches ask for; who asks for a pupil referral unit asks for alternative provision, too."""
    return [
        (
            {
                facet: frozenset(
                    library.taxonomy[SCHEME_OF_FACET[facet]].with_parents(tuple(sorted(asked[facet.value])))
                )
                for facet in (Facet.KEY_STAGE, Facet.PROVISION, *NARROWED_BY)
                if facet.value in asked
            },
            count,
        )
        for asked, count in insight_numbers.unmet(db, span)
    ]


def _spots(
    held: Iterable[tuple[Article, Carried]], missed: Iterable[Missed], library: Library, span: Span
) -> Mapping[tuple[str, str], Spot]:
    nothing: frozenset[str] = frozenset()
    return coverage(
        top_terms(library, Facet.KEY_STAGE),
        top_terms(library, Facet.PROVISION),
        [
            (each, frozenset(terms.get(Facet.KEY_STAGE, ())), frozenset(terms.get(Facet.PROVISION, ())))
            for each, terms in held
        ],
        [
            (terms.get(Facet.KEY_STAGE, nothing), terms.get(Facet.PROVISION, nothing), count)
            for terms, count in missed
        ],
        span.last,
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
                *(_cell(spots[stage, place], most, library, chosen) for stage in stages),
            )
            for place in places
        ),
        note="Each number leads to the search with these filters. The stronger the colour, the more articles. "
        "Where nothing is written or people search in vain, you can ask the schools or commission help.",
    )


def _cell(spot: Spot, most: int, library: Library, chosen: Mapping[Facet, str]) -> Cell:
    notes = [f"{spot.overdue} late"] if spot.overdue else []
    notes += [f"{spot.unmet} searched in vain"] if spot.unmet else []
    missing = spot.unmet or not spot.articles
    return Cell(
        value=spot.articles,
        address=where(spot, chosen),
        shade=shade(spot.articles, most),
        note=", ".join(notes),
        ways=ways(_filters(spot, chosen), library) if missing else (),
    )


def ways(about: Mapping[Facet, str], library: Library) -> tuple[Way, ...]:
    """How to ask the schools for what is missing at a place, or to commission it; both forms are filled in."""
    title = ", ".join(label(library, facet, term) for facet, term in reversed(list(about.items())))
    terms = {facet.value: term for facet, term in about.items()}
    return (
        Way(
            words="Ask", said=f"the schools: {title}", address=f"/asks/new?{urlencode({'q': title, **terms})}"
        ),
        Way(
            words="Commission",
            said=f"help: {title}",
            address=f"/commissions/new?{urlencode({'title': title, **terms})}",
        ),
    )


def _filters(spot: Spot, chosen: Mapping[Facet, str]) -> dict[Facet, str]:
    return {Facet.KEY_STAGE: spot.key_stage, Facet.PROVISION: spot.provision, **chosen}


def where(spot: Spot, chosen: Mapping[Facet, str]) -> str:
    """Where a place on the map leads."""
    return addresses.narrowed({facet: (term,) for facet, term in _filters(spot, chosen).items()})


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
                ways=ways(_filters(spot, chosen), library),
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


def _in_vain(
    name: str, facet: Facet, held: Iterable[Carried], missed: Iterable[Missed], library: Library
) -> Table:
    """The themes or needs that people ask for and do not find, beside the articles about them."""
    there = Counter(term for terms in held for term in terms.get(facet, ()))
    asked: Counter[str] = Counter()
    for terms, count in missed:
        asked.update(dict.fromkeys(terms.get(facet, ()), count))
    word = facet.value
    rows: list[tuple[Value, ...]] = [
        (
            Cell(
                value=label(library, facet, term),
                address=addresses.narrowed({facet: (term,)}),
                ways=ways({facet: term}, library),
            ),
            asked[term],
            there[term],
        )
        for term in sorted(asked, key=lambda each: (-asked[each], there[each], each))
    ]
    return Table(
        id=name,
        title=f"Searched in vain, by {word}",
        heads=(word.capitalize(), "Searched in vain", "Articles"),
        rows=tuple(rows),
        note=f"Searches count that filter for the {word} or name it, and found nothing close in these days.",
        empty=f"No search in vain filtered for a {word} or named one in these days.",
        bar=1,
        most=24,
    )
