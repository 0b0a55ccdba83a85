"""Ask the engine, turn what it found into articles, and say it in the words of schools."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.analysis import folded
from indexer.document import FacetCount, Filters, Hit, Mode, Query, Results, Sort
from indexer.errors import BadQuery, IndexerError, IndexMissing, IndexUnusable
from indexer.guarded import GuardedEngine
from indexer.reranking import MOVED, Reranker, reranked
from indexer.serving import ServingEngine, State
from indexer.synonyms import Synonym
from kb.domain.article import Article
from kb.domain.errors import BadRequest, Unavailable
from kb.domain.hints import hints
from kb.domain.library import Library
from kb.domain.search import (
    FACET_LABELS,
    SCHEME_OF_FACET,
    Also,
    Answer,
    Explanation,
    Facet,
    Find,
    Hint,
    Idea,
    Narrowing,
    Option,
    Passage,
    Question,
    Reader,
)
from kb.domain.synonym import SynonymRow
from kb.domain.taxonomy import ALL
from kb.storage import articles
from kb.storage.database import Database

NEAR_ENOUGH = 0.45
"""Cosine from which another article counts as similar; below it a reader wonders why it is shown."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is needed to search: the engine, the database, and the library as it is now."""

    engine: ServingEngine | GuardedEngine
    database: Database
    library: Callable[[], Library]
    reranker: Reranker | None = None

    def state(self) -> State:
        """What the engine serves, and what is wrong with it."""
        state = self.engine.state()
        problem = self.reranker.problem if self.reranker else None
        return replace(state, problems=(*state.problems, problem)) if problem else state


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line under the search box. ``url_parts``: ("article", slug), ("filter", facet, id) or ("school", id)."""

    kind: str
    label: str
    url_parts: tuple[str, ...]


def synonyms_from(rows: Iterable[SynonymRow]) -> tuple[Synonym, ...]:
    """The curator's list in the engine's terms."""
    return tuple(Synonym(typed=row.typed, expands_to=row.expands_to, kind=row.kind.value) for row in rows)


def ask(search: Search, question: Question, reader: Reader) -> Answer:
    """The answer to a question. Raises BadRequest, Unavailable."""
    began = time.perf_counter()
    library = search.library()
    results = _results(search, question, reader)
    known = articles.find_all(
        search.database, (hit.document_id for hit in (*results.hits, *results.weak)), reader
    )
    return Answer(
        question=question,
        finds=_finds(results.hits, known),
        weak=_finds(results.weak, known),
        total=results.total,
        narrowings=_narrowings(results.facets, question, library),
        corrected=results.corrected,
        also=tuple(
            Also(typed=item.typed, added=item.added, ambiguous=item.ambiguous) for item in results.expanded
        ),
        hints=_hints(question, library),
        nothing_close=results.nothing_close and bool(question.text),
        meaning_missing=results.meaning_missing,
        took_ms=round((time.perf_counter() - began) * 1000, 2),
    )


def similar(search: Search, slug: str, reader: Reader, limit: int = 4) -> tuple[Find, ...]:
    """The articles nearest to one in meaning; none when there is no index or nothing is near."""
    filters = Filters(visibilities=_visibilities(reader))
    try:
        near = dict(search.engine.similar_to(slug, filters=filters, limit=limit))
    except IndexerError:
        return ()
    known = articles.find_all(search.database, near, reader)
    return tuple(
        Find(
            article=known[slug],
            score=round(cosine, 3),
            passage=(Passage(text=known[slug].summary),),
            heading="",
            why=f"near in meaning ({cosine:.2f})",
            meaning=round(cosine, 3),
        )
        for slug, cosine in near.items()
        if slug in known and cosine >= NEAR_ENOUGH
    )


def suggest(search: Search, text: str, reader: Reader, limit: int = 8) -> tuple[Suggestion, ...]:
    """Titles, terms and schools that continue what is being typed: those that begin with it first."""
    wanted = " ".join(folded(word) for word in text.replace("-", " ").split())
    if len(wanted) < SHORTEST_SUGGESTED:
        return ()
    ranked = [
        (place, number, suggestion)
        for number, (name, suggestion) in enumerate(_suggestable(search, reader))
        for place in (_place(wanted, name),)
        if place is not None
    ]
    ranked.sort(key=lambda item: item[:2])
    distinct = {suggestion.url_parts: suggestion for _, _, suggestion in reversed(ranked)}
    ordered = [suggestion for _, _, suggestion in ranked]
    return tuple(dict.fromkeys(distinct[suggestion.url_parts] for suggestion in ordered))[:limit]


SHORTEST_SUGGESTED = 2
_SUGGESTED_FACETS = (Facet.THEME, Facet.NEED, Facet.PROVISION, Facet.SUBJECT, Facet.KEY_STAGE)


def _suggestable(search: Search, reader: Reader) -> Iterable[tuple[str, Suggestion]]:
    """(name to match, suggestion) of everything; a term only when this reader would find articles under it."""
    library = search.library()
    for facet in _SUGGESTED_FACETS:
        used = articles.counts(search.database, facet, reader)
        for term in library.taxonomy[SCHEME_OF_FACET[facet]]:
            if used.get(term.id):
                suggestion = Suggestion(
                    kind="term", label=term.label, url_parts=("filter", facet.value, term.id)
                )
                yield from ((name, suggestion) for name in (term.label, *term.aliases))
    schools = articles.counts(search.database, Facet.SCHOOL, reader)
    for school in library.group.schools.values():
        if schools.get(school.id):
            yield school.name, Suggestion(kind="school", label=school.name, url_parts=("school", school.id))
    for slug, title in articles.titles(search.database, reader):
        yield title, Suggestion(kind="title", label=title, url_parts=("article", slug))


def _place(wanted: str, name: str) -> int | None:
    """0 when the name begins with what is typed, 1 when one of its words does, else None."""
    words = [folded(word) for word in name.replace("-", " ").split()]
    if " ".join(words).startswith(wanted):
        return 0
    return 1 if any(" ".join(words[start:]).startswith(wanted) for start in range(1, len(words))) else None


def _results(search: Search, question: Question, reader: Reader) -> Results:
    query = Query(
        text=question.text,
        filters=Filters(
            visibilities=_visibilities(reader),
            facets={facet.value: frozenset(ids) for facet, ids in question.chosen.items() if ids},
        ),
        mode=Mode(question.mode),
        sort=Sort(question.sort),
        limit=question.per_page,
        offset=question.offset,
        correct_spelling=question.correct_spelling,
        expand_synonyms=question.expand_synonyms,
    )
    try:
        return reranked(search.engine.search, search.reranker, query)
    except BadQuery as error:
        raise BadRequest(str(error)) from error
    except (IndexMissing, IndexUnusable) as error:
        raise Unavailable(
            "Search is being prepared. Try again in a few minutes, or browse by key stage meanwhile."
        ) from error


def _visibilities(reader: Reader) -> frozenset[str]:
    return frozenset(str(visibility) for visibility in reader.visibilities)


def _finds(hits: Sequence[Hit], known: Mapping[str, Article]) -> tuple[Find, ...]:
    return tuple(
        Find(
            article=known[hit.document_id],
            score=hit.score,
            passage=tuple(Passage(text=part.text, matched=part.matched) for part in hit.passage),
            heading=hit.heading,
            why=why(hit),
            words=hit.reasons.words,
            meaning=hit.reasons.meaning,
            boosts=hit.reasons.boosts,
            explanation=_explanation(hit),
        )
        for hit in hits
        if hit.document_id in known
    )


def why(hit: Hit) -> str:
    """Why an article was found, in one line; empty when nothing was asked."""
    reasons = hit.reasons
    parts = ["words: " + ", ".join(reasons.words)] if reasons.words else []
    if reasons.meaning is not None:
        parts.append(f"meaning: {max(0.0, reasons.meaning):.2f}")
    parts += [BOOSTS[boost] for boost in reasons.boosts if boost in BOOSTS]
    return " · ".join(parts)


def _explanation(hit: Hit) -> Explanation | None:
    if (why_so := hit.reasons.explanation) is None:
        return None
    ideas = tuple(Idea(typed=typed, held=held) for typed, held in why_so.ideas)
    return Explanation(ideas=ideas, **{name: getattr(why_so, name) for name in _PARTS})


_PARTS = ("words", "together", "meaning", "title")
BOOSTS = {"title": "named in the title", MOVED: "moved up by a second reading"}


def _narrowings(
    facets: Mapping[str, Sequence[FacetCount]], question: Question, library: Library
) -> tuple[Narrowing, ...]:
    """The filters worth showing: those with something to choose, and those in use."""
    found = []
    for facet in Facet:
        counts = {item.id: item for item in facets.get(facet.value, ())}
        chosen = question.chosen.get(facet, ())
        options = tuple(_options(facet, counts, chosen, library))
        if options:
            found.append(Narrowing(facet=facet, label=FACET_LABELS[facet], options=options))
    return tuple(found)


def _options(
    facet: Facet, counts: Mapping[str, FacetCount], chosen: Sequence[str], library: Library
) -> Iterable[Option]:
    """Options in order, narrower terms under their wider one; chosen ones even when nothing is left."""
    shown = {item.id: item for item in counts.values() if item.count or item.adds}
    shown |= {term_id: FacetCount(id=term_id, count=0) for term_id in chosen if term_id not in shown}
    for term_id, label, depth in _ordered_terms(facet, shown, library):
        item = shown[term_id]
        yield Option(
            id=term_id,
            label=label,
            count=item.count,
            adds=item.adds,
            chosen=term_id in chosen,
            depth=depth,
        )


def _ordered_terms(
    facet: Facet, shown: Mapping[str, FacetCount], library: Library
) -> Iterable[tuple[str, str, int]]:
    """(id, label, depth) of the terms that are shown, in the order of the page."""
    if facet is Facet.SCHOOL:
        schools = library.group.schools
        return [(school.id, school.name, 0) for school in schools.values() if school.id in shown]
    terms = [term for term in library.taxonomy[SCHEME_OF_FACET[facet]] if term.id in shown]
    if facet in _WITHOUT_ORDER:
        terms.sort(key=lambda term: (-shown[term.id].count, term.label))
        return [(term.id, term.label, 0) for term in terms]
    below: dict[str, list[tuple[str, str, int]]] = {}
    for term in terms:
        if term.parent is not None:
            below.setdefault(term.parent, []).append((term.id, term.label, 1))
    tops = library.taxonomy[SCHEME_OF_FACET[facet]].terms.values()
    return [
        item
        for top in tops
        if top.parent is None and top.id != ALL
        for item in (*(((top.id, top.label, 0),) if top.id in shown else ()), *below.get(top.id, ()))
    ]


_WITHOUT_ORDER = frozenset({Facet.THEME, Facet.ROLE, Facet.SUBJECT})
"""Long lists without an order of their own: most used first."""


def _hints(question: Question, library: Library) -> tuple[Hint, ...]:
    return tuple(
        hint for hint in hints(question.text, library) if hint.id not in question.chosen.get(hint.facet, ())
    )
