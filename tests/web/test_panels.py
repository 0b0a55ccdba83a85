"""What an article rests on: shown as it is, and nothing drawn where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kb.domain.article import Outcome
from kb.domain.library import Library
from kb.storage.content import load_library
from kb.web.cards import card
from kb.web.panels import evidence_panels, gauge, local_panel
from tests.samples import CONTENT, make_article

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def strand_with(library: Library, **wanted: object) -> str:
    return next(
        strand
        for strand, figure in library.figures.items()
        if all(getattr(figure, name) == value for name, value in wanted.items())
    )


def test_a_figure_is_shown_with_its_date_source_and_doubt(library: Library) -> None:
    strand = "social-and-emotional-learning"
    figure = library.figures[strand]

    panel = evidence_panels(make_article(strands=(strand,)), library)[0]

    assert panel.gauge is not None
    assert panel.gauge.months == figure.months
    assert panel.as_of == figure.as_of
    assert panel.source_name == "educationendowmentfoundation.org.uk"
    assert panel.verified_by is None


def test_not_enough_evidence_is_said_and_never_drawn(library: Library) -> None:
    panel = evidence_panels(make_article(strands=(strand_with(library, strength=0),)), library)[0]

    assert panel.gauge is None
    assert panel.strength.steps == 0
    assert panel.strength.words == "not enough evidence"


def test_months_without_any_strength_are_not_drawn_either(library: Library) -> None:
    strand = strand_with(library, strength=4)
    weak = replace(library.figures[strand], strength=0)

    panel = evidence_panels(
        make_article(strands=(strand,)), replace(library, figures={**library.figures, strand: weak})
    )[0]

    assert panel.gauge is None


@pytest.mark.parametrize(
    ("months", "words", "start", "end"),
    [
        (7, "7 months more progress", 333, 917),
        (1, "1 month more progress", 333, 417),
        (0, "no difference", 333, 333),
        (-3, "3 months less progress", 83, 333),
        (20, "20 months more progress", 333, 1000),
        (-20, "20 months less progress", 0, 333),
    ],
)
def test_the_gauge_runs_from_zero_to_the_value(months: int, words: str, start: int, end: int) -> None:
    drawn = gauge(months)

    assert (drawn.words, drawn.start, drawn.end, drawn.zero) == (words, start, end, 333)
    assert drawn.marker in {drawn.start, drawn.end}
    assert len(drawn.ticks) == 13


def test_the_local_result_says_only_what_was_stated(library: Library) -> None:
    article = make_article()
    short = make_article(
        local=replace(
            article.local, pupils=None, staff_hours_setup=1.0, staff_hours_week=None, cost_band=None
        )
    )

    panel, less = local_panel(article, library), local_panel(short, library)

    assert panel.facts == (
        ("Pupils", "58"),
        ("To set up", "6 hours of staff time"),
        ("To keep going", "0.5 hours a week"),
    )
    assert panel.cost.words == "very low cost"
    assert panel.cost.steps == 1
    assert panel.level.words == "Level 2 – before and after"
    assert less.facts == (("To set up", "1 hour of staff time"),)
    assert less.cost is None


def test_an_article_without_a_local_result_has_no_local_panel(library: Library) -> None:
    assert local_panel(make_article(local=None), library) is None


def test_a_card_tells_local_results_before_figures_from_elsewhere(library: Library) -> None:
    local = card(make_article(), library, TODAY)
    external = card(make_article(local=None), library, TODAY)

    assert [meter.words for meter in local.meters] == ["very low cost", "local evidence: level 2"]
    assert local.outcome is Outcome.WORKED
    assert external.outcome is None
    assert [meter.kind for meter in external.meters] == ["cost", "strength"]
    assert card(make_article(local=None, strands=()), library, TODAY).meters == ()


def test_a_card_says_when_its_review_is_overdue(library: Library) -> None:
    assert not card(make_article(review_by=TODAY), library, TODAY).overdue
    assert card(make_article(review_by=date(2026, 10, 31)), library, TODAY).overdue
    assert not card(make_article(review_by=None), library, TODAY).overdue


def test_all_key_stages_are_one_chip_and_a_narrower_provision_wears_the_shape_of_its_wider_one(
    library: Library,
) -> None:
    seen = card(
        make_article(key_stages=("all", "ks2"), provisions=("sen-unit", "mainstream")), library, TODAY
    )

    assert [chip.label for chip in seen.key_stages] == ["All key stages"]
    assert [(chip.label, chip.shape) for chip in seen.provisions] == [
        ("SEN unit", "inclusion-base"),
        ("Mainstream classroom", "mainstream"),
    ]
