"""Who may see what, and counts that never lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.document import Document, FacetCount, Filters, Mode, Query, Results
from indexer.engine import SearchEngine
from tests.indexer.library import LIBRARY, EngineWith
from tests.indexer.shelves import EVERYBODY, STAFF, found, make_document, search

BY_ID: Mapping[str, Document] = {document.id: document for document in LIBRARY}
QUERIES = (
    "",
    "calm lunch",
    "reading",
    "pupils",
    "quiet zebra",
    '"younger pupils"',
    "pupils -reading",
    "budget",
)
TERMS = {"stage": ("eyfs", "ks1", "ks2", "ks3", "ks4", "ks9"), "need": ("semh", "asd", "slcn", "hi")}


@dataclass(frozen=True)
class Asked:
    """A question with its filters."""

    text: str
    mode: Mode
    visibilities: frozenset[str]
    facets: Mapping[str, frozenset[str]]

    def also(self, facet: str, term: str) -> Asked:
        facets = {**self.facets, facet: self.facets.get(facet, frozenset()) | {term}}
        return Asked(self.text, self.mode, self.visibilities, facets)

    def listed(self, engine: SearchEngine, *, step: int = 4) -> list[str]:
        """Every listed document, gathered page by page."""
        pages, offset = [], 0
        while offset == 0 or pages[-1]:
            pages.append(found(self.page(engine, offset, step)))
            offset += step
        return [document_id for page in pages for document_id in page]

    def page(self, engine: SearchEngine, offset: int = 0, limit: int = 4) -> Results:
        filters = Filters(visibilities=self.visibilities, facets=self.facets)
        return engine.search(
            Query(text=self.text, filters=filters, mode=self.mode, limit=limit, offset=offset)
        )


def asked_of(facets: st.SearchStrategy[dict[str, frozenset[str]]]) -> st.SearchStrategy[Asked]:
    return st.builds(
        Asked,
        text=st.sampled_from(QUERIES),
        mode=st.sampled_from(Mode),
        visibilities=st.sampled_from((EVERYBODY, STAFF, frozenset({"draft"}), frozenset())),
        facets=facets,
    )


chosen = st.fixed_dictionaries(
    {}, optional={name: st.frozensets(st.sampled_from(terms)) for name, terms in TERMS.items()}
)
thorough = settings(
    max_examples=60,
    deadline=timedelta(seconds=10),
    suppress_health_check=[
        HealthCheck.differing_executors
    ],  # the suite of every engine runs the same contract
)


class FilterContract:
    """Visibility, facets and pages."""

    @given(asked=asked_of(chosen))
    @thorough
    def test_counts_are_counts_of_what_all_pages_list(self, library: SearchEngine, asked: Asked):
        listed = asked.listed(library)
        answer = asked.page(library)

        counted = Counter(
            (facet, term)
            for document_id in listed
            for facet, terms in BY_ID[document_id].facets.items()
            for term in terms
        )
        shown = {(facet, item.id): item.count for facet, item in _counts(answer) if item.count}
        assert answer.total == len(listed)
        assert shown == counted

    @given(asked=asked_of(chosen))
    @thorough
    def test_a_term_adds_as_many_documents_as_choosing_it_too_lists(
        self, library: SearchEngine, asked: Asked
    ):
        answer = asked.page(library)

        shown = {(facet, item.id): item.adds for facet, item in _counts(answer)}
        for facet, terms in asked.facets.items():
            for term in TERMS[facet] if terms else ():
                more = asked.also(facet, term).page(library).total - answer.total
                assert shown.get((facet, term), 0) == more

    @given(asked=asked_of(chosen))
    @thorough
    def test_the_first_choice_in_a_facet_lists_exactly_its_count(self, library: SearchEngine, asked: Asked):
        answer = asked.page(library)

        for facet, item in _counts(answer):
            if not asked.facets.get(facet):
                assert item.adds == 0
                assert asked.also(facet, item.id).page(library).total == item.count

    @given(asked=asked_of(chosen), step=st.integers(1, 7))
    @thorough
    def test_pages_never_repeat_nor_miss_a_document(self, library: SearchEngine, asked: Asked, step: int):
        listed = asked.listed(library, step=step)

        assert len(set(listed)) == len(listed)
        assert listed == found(asked.page(library, limit=1000))

    @given(asked=asked_of(chosen))
    @thorough
    def test_nothing_shows_of_a_document_outside(self, library: SearchEngine, asked: Asked):
        answer = asked.page(library, limit=1000)

        shown = {hit.document_id for hit in (*answer.hits, *answer.weak)}
        assert all(_fits(BY_ID[document_id], asked) for document_id in shown)
        ranked = library.ranked(
            Query(text=asked.text, filters=Filters(visibilities=asked.visibilities, facets=asked.facets)),
            depth=100,
        )
        assert all(_fits(BY_ID[document_id], asked) for document_id, _ in ranked)

    @given(visibilities=st.sampled_from((EVERYBODY, STAFF, frozenset({"draft"}), frozenset())), facets=chosen)
    @thorough
    def test_nothing_outside_is_similar(
        self, library: SearchEngine, visibilities: frozenset[str], facets: dict[str, frozenset[str]]
    ):
        filters = Filters(visibilities=visibilities, facets=facets)

        near = library.similar_to("calm-after-lunch", filters=filters, limit=20)

        wanted = {
            document.id
            for document in LIBRARY
            if _fits(document, Asked("", Mode.BEST, visibilities, facets))
            and document.id != "calm-after-lunch"
        }
        assert {document_id for document_id, _ in near} == wanted

    def test_what_only_a_hidden_document_holds_is_neither_counted_nor_added(self, library: SearchEngine):
        answer = search(library, facets={"stage": {"ks1"}, "need": {"semh"}})

        terms = {item.id for _, item in _counts(answer)}
        assert not terms & {"ks4", "hi"}
        assert search(library, "zebra", mode=Mode.WORDS).total == 0
        assert found(search(library, "zebra", mode=Mode.WORDS, visibilities={"draft"})) == [
            "unfinished-notes"
        ]

    def test_a_count_is_true_of_more_documents_than_fit_on_any_page(self, engine_with: EngineWith):
        engine = engine_with(
            make_document(
                f"d{number:03d}",
                title=f"Homework {number}",
                summary="",
                body="Homework each week.",
                facets={"half": ("odd" if number % 2 else "even",)},
            )
            for number in range(420)
        )

        answer = search(engine, "homework")

        assert answer.total == 420
        assert {item.id: item.count for _, item in _counts(answer)} == {"odd": 210, "even": 210}
        assert search(engine, "homework", facets={"half": {"odd"}}).total == 210


def _counts(answer: Results) -> list[tuple[str, FacetCount]]:
    return [(facet, item) for facet, items in answer.facets.items() for item in items]


def _fits(document: Document, asked: Asked) -> bool:
    return document.visibility in asked.visibilities and all(
        set(terms) & set(document.facets.get(facet, ())) for facet, terms in asked.facets.items() if terms
    )
