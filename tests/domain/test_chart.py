"""Drawings say what the numbers say: scales are round, lines end where they should, nothing divides by nothing."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.chart import STEPS, Dot, line, nice, shade, side_by_side
from kb.domain.coverage import coverage
from kb.domain.insight import Span, terms, usual
from kb.domain.insight_sheet import Table, percent, table_of_line
from kb.domain.search_log import SearchKind, kind_of
from tests.samples import make_article


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 1), (1, 1), (3, 4), (7, 10), (12, 20), (43, 50), (51, 100), (999, 1000)],
)
def test_a_scale_begins_at_a_round_number_that_holds_everything(highest: float, top: float) -> None:
    assert nice(highest) == top


def test_a_line_goes_from_left_to_right_and_says_its_highest_and_last() -> None:
    drawn = line("Searches", ["a", "b", "c"], {"All": [1, 4, 2]})

    assert drawn.series[0].points == "0.0,75.0 320.0,0.0 640.0,50.0"
    assert drawn.said == "Searches. All: highest 4 (b), last 2 (c)."
    assert table_of_line(drawn, "x").rows == (("a", 1), ("b", 4), ("c", 2))


def test_a_line_of_nothing_is_drawn_at_the_foot() -> None:
    assert line("Searches", ["a"], {"All": [0]}).series[0].points == "0.0,100.0"
    assert line("Searches", [], {"All": []}).shown == ()
    assert percent(0, 0) == "–"


def test_shades_grow_with_the_number_and_nothing_has_none() -> None:
    shades = [shade(value, 20) for value in range(21)]

    assert shades[0] == 0
    assert shades == sorted(shades)
    assert (shades[1], shades[20]) == (1, STEPS)
    assert shade(3, 0) == 0


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", SearchKind.FILTERS),
        ("SEMH", SearchKind.ACRONYM),
        ("EHCPs transition", SearchKind.ACRONYM),
        ("reading", SearchKind.SHORT),
        ("calm start after lunch", SearchKind.PHRASE),
        ("how do I settle a class", SearchKind.QUESTION),
        ("is there anything on oracy?", SearchKind.QUESTION),
        ("pupils who run out of class when it gets loud", SearchKind.LONG),
    ],
)
def test_a_search_is_known_by_how_it_is_worded(words: str, kind: SearchKind) -> None:
    assert kind_of(words) is kind


def test_coverage_counts_what_is_there_what_is_late_and_what_was_searched_in_vain() -> None:
    today = date(2026, 11, 26)
    late = make_article(slug="a", review_by=date(2026, 1, 1), reviewed=date(2025, 1, 1))
    fresh = make_article(slug="b", review_by=date(2027, 1, 1), reviewed=date(2026, 9, 1))

    spots = coverage(
        ["ks1", "ks2"],
        ["mainstream", "special-school"],
        [
            (late, frozenset({"ks1"}), frozenset({"mainstream"})),
            (fresh, frozenset({"ks1"}), frozenset({"mainstream"})),
        ],
        [(frozenset({"ks2"}), frozenset({"special-school"}), 3), (frozenset({"ks2"}), frozenset(), 5)],
        today,
    )

    here, missing = spots["ks1", "mainstream"], spots["ks2", "special-school"]
    assert (here.articles, here.overdue, here.newest, here.unmet) == (2, 1, date(2026, 9, 1), 0)
    assert (missing.articles, missing.unmet) == (0, 3)


def test_a_span_has_whole_weeks_and_terms_end_today() -> None:
    today = date(2026, 11, 26)

    assert len(usual(today).weeks) in {12, 13}
    assert terms(today)[0] == ("Autumn term 2026", Span(first=date(2026, 9, 1), last=today))
    assert [name for name, _ in terms(date(2026, 2, 1))][:2] == ["Spring term 2026", "Autumn term 2025"]


def test_dots_that_would_lie_on_one_another_can_be_counted() -> None:
    twice = [Dot(label=name, x=10, y=50, across="Low", up="4") for name in ("a", "b", "c")]
    alone = Dot(label="d", x=10, y=60, across="Low", up="3")

    placed = side_by_side([*twice, alone], apart=2)

    assert [(dot.label, dot.x) for dot in placed] == [("a", 8), ("b", 10), ("c", 12), ("d", 10)]


def test_a_column_of_shares_stands_on_the_right_even_when_its_first_line_is_empty() -> None:
    table = Table(
        id="x", title="x", heads=("What", "Share", "When"), rows=(("a", None, "May"), ("b", "7%", None))
    )

    assert table.numeric == (False, True, False)
