"""A collection too large to be scored whole answers as one that is, filters and counts included."""

from __future__ import annotations

import itertools

import pytest

from indexer import knobs
from indexer.document import Mode
from tests.indexer.shelves import STAFF, build, found, make_document, open_small, search

QUESTIONS = (
    "calm lunch",
    "reading",
    "pupils at the door",
    '"calm lunch"',
    '"at the"',
    "pupils -reading",
)
FILTERS = (
    {},
    {"stage": {"ks1"}},
    {"stage": {"ks1", "ks2"}},
    {"stage": {"ks2"}, "need": {"semh"}},
    {"need": {"nobody"}},
)


def _library():
    """Every pairing of a subject, a stage and a need; every fifth for staff alone."""
    subjects = ("Calm lunch", "Reading together", "Pupils who wait at the door", "Number talks")
    pairs = itertools.product(subjects, ("ks1", "ks2", "ks3"), ("semh", "autism"))
    return [
        make_document(
            f"d{number:02d}",
            title=f"{subject} in {stage}",
            facets={"stage": (stage,), "need": (need,)},
            visibility="trust" if number % 5 == 0 else "public",
        )
        for number, (subject, stage, need) in enumerate(pairs)
    ]


@pytest.fixture(scope="module")
def engines(tmp_path_factory, encoder_folder):
    """(scored whole, searched for candidates) over the same files."""
    root = tmp_path_factory.mktemp("candidates")
    build(root, encoder_folder, _library())
    with pytest.MonkeyPatch.context() as patch:
        whole = open_small(root, encoder_folder)
        search(whole, "calm")
        patch.setattr(knobs, "SCORED_WHOLE", 0)
        searched = open_small(root, encoder_folder)
        search(searched, "calm")
        yield whole, searched
    whole.close()
    searched.close()


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("facets", FILTERS)
def test_it_lists_and_counts_the_same(engines, mode, facets):
    for text in QUESTIONS:
        whole, searched = (
            search(engine, text, facets=facets, mode=mode, visibilities=STAFF, limit=100)
            for engine in engines
        )
        assert found(searched) == found(whole)
        assert (searched.total, searched.facets) == (whole.total, whole.facets)
        assert [hit.score for hit in searched.hits] == pytest.approx(
            [hit.score for hit in whole.hits], abs=1e-3
        )


def test_what_a_choice_promises_to_add_is_what_it_adds_when_few_candidates_are_taken(engines, monkeypatch):
    monkeypatch.setattr(knobs, "WORD_CANDIDATES", 3)
    monkeypatch.setattr(knobs, "PASSAGE_CANDIDATES", 2)
    _, searched = engines

    ks1 = search(searched, "calm lunch", facets={"stage": {"ks1"}}, limit=100)
    promised = {count.id: count.adds for count in ks1.facets["stage"]}
    both = search(searched, "calm lunch", facets={"stage": {"ks1", "ks2"}}, limit=100)

    assert set(found(ks1)) <= set(found(both))
    assert both.total >= ks1.total + promised["ks2"]


def test_nobody_is_shown_or_counted_what_staff_alone_may_see(engines):
    for engine, text in itertools.product(engines, QUESTIONS):
        for facets in FILTERS:
            shown = search(engine, text, facets=facets, limit=100)
            assert all(int(name[1:]) % 5 for name in found(shown))
            assert all(count.count <= shown.total for counts in shown.facets.values() for count in counts)
