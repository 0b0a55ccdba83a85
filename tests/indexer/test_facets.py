"""Filters and counts over all documents at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.document import FacetCount, Filters
from indexer.facets import Carrier, FacetTable

TABLE = FacetTable(
    [
        Carrier(visibility="public", facets={"stage": ("ks1", "ks2"), "need": ("semh",)}),
        Carrier(visibility="public", facets={"stage": ("ks2",)}),
        Carrier(visibility="trust", facets={"stage": ("ks1",), "need": ("asd",)}),
        Carrier(visibility="public", facets={}),
    ]
)


def _allowed(visibilities: str, without: str | None = None, **facets: str) -> list[int]:
    filters = Filters(
        visibilities=frozenset(visibilities.split()),
        facets={facet: frozenset(chosen.split()) for facet, chosen in facets.items()},
    )
    return np.flatnonzero(TABLE.allowed(filters, without=without)).tolist()


def test_only_what_the_reader_may_see_is_allowed():
    assert _allowed("public") == [0, 1, 3]
    assert _allowed("public trust") == [0, 1, 2, 3]
    assert _allowed("") == []
    assert _allowed("elsewhere") == []


def test_any_of_one_facet_and_all_of_the_facets():
    assert _allowed("public trust", stage="ks1 ks2") == [0, 1, 2]
    assert _allowed("public trust", stage="ks1", need="asd") == [2]
    assert _allowed("public trust", stage="ks2", need="asd") == []


def test_a_facet_without_a_choice_is_no_filter_and_an_unknown_choice_fits_nothing():
    assert _allowed("public", stage="") == [0, 1, 3]
    assert _allowed("public", stage="ks9") == []
    assert _allowed("public", colour="red") == []


def test_one_facet_can_be_left_out():
    assert _allowed("public", "stage", stage="ks1", need="semh") == [0]
    assert _allowed("public", "need", stage="ks2", need="asd") == [0, 1]


def test_counts_are_given_most_first_and_nothing_that_nobody_carries():
    listed = np.array([True, True, False, False])

    assert TABLE.counts(listed, {}) == {
        "stage": (FacetCount(id="ks2", count=2), FacetCount(id="ks1", count=1)),
        "need": (FacetCount(id="semh", count=1),),
    }


def test_a_filtered_facet_says_what_each_term_would_add():
    listed = np.array([True, False, False, False])
    reachable = np.array([True, True, False, True])

    assert TABLE.counts(listed, {"stage": reachable})["stage"] == (
        FacetCount(id="ks2", count=1, adds=1),
        FacetCount(id="ks1", count=1, adds=0),
    )


def test_a_term_named_twice_counts_once():
    table = FacetTable([Carrier(visibility="public", facets={"stage": ("ks1", "ks1")})])

    assert table.counts(np.array([True]), {})["stage"] == (FacetCount(id="ks1", count=1),)


def test_a_table_of_nothing_counts_nothing():
    table = FacetTable([])

    assert table.allowed(Filters(visibilities=frozenset({"public"}))).shape == (0,)
    assert table.counts(np.zeros(0, dtype=bool), {}) == {}


terms = st.lists(st.sampled_from("abcd"), max_size=4).map(tuple)
carriers = st.lists(
    st.builds(
        Carrier,
        visibility=st.sampled_from(("public", "trust")),
        facets=st.fixed_dictionaries({}, optional={"one": terms, "two": terms}),
    ),
    max_size=20,
)
choices = st.fixed_dictionaries(
    {}, optional={name: st.frozensets(st.sampled_from("abcde")) for name in ("one", "two")}
)


@given(carriers=carriers, visibilities=st.frozensets(st.sampled_from(("public", "trust"))), facets=choices)
def test_the_mask_is_what_looking_at_each_document_gives(carriers, visibilities, facets):
    table = FacetTable(carriers)

    mask = table.allowed(Filters(visibilities=visibilities, facets=facets))

    assert mask.tolist() == [
        carrier.visibility in visibilities
        and all(chosen & set(carrier.facets.get(facet, ())) for facet, chosen in facets.items() if chosen)
        for carrier in carriers
    ]
