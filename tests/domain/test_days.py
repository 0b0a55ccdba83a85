"""Days as people type them are understood; what is none is not guessed at."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.days import day_from


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-09-01", date(2026, 9, 1), date(2026, 9, 1)),
        ("1/9/2026", date(2026, 9, 1), date(2026, 9, 1)),
        ("01.09.2026", date(2026, 9, 1), date(2026, 9, 1)),
        ("14 September 2026", date(2026, 9, 14), date(2026, 9, 14)),
        ("14th Sept. 2026", date(2026, 9, 14), date(2026, 9, 14)),
        ("February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("9/2026", date(2026, 9, 1), date(2026, 9, 30)),
    ],
)
def test_a_day_or_a_month_is_understood(typed: str, first: date, last: date) -> None:
    assert (day_from(typed), day_from(typed, last=True)) == (first, last)


@pytest.mark.parametrize(
    "typed", ["", "lately", "31 September 2026", "2026", "0 May 2026", "13/13/2026", "May 0000"]
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert day_from(typed) is None
