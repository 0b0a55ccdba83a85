"""What is saved as a table opens in a spreadsheet as text, whatever somebody has typed."""

from __future__ import annotations

import csv
import io

import pytest

from kb.web.spreadsheet import csv_answer, csv_text


@pytest.mark.parametrize(
    "typed", ["=1+1", "+44", "-1+1", "@sum(a1)", "\t=1", "\r=1", " =1", '=cmd|"/c calc"!A0']
)
def test_no_cell_is_taken_for_a_formula(typed: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["What"], [[typed]]), newline="")))

    assert rows[1] == [f"'{typed}"]


def test_numbers_stay_numbers_and_words_stay_words() -> None:
    text = csv_text(["School", "Days"], [["Café, “The Meadow”", -2.5], [None, 3]])

    assert text.removeprefix("\ufeff").splitlines() == [
        "School,Days",
        '"Café, “The Meadow”",-2.5',
        ",3",
    ]


def test_the_file_is_for_saving_and_kept_by_nobody_between() -> None:
    answer = csv_answer("days.csv", ["Days"], [[1]])

    assert answer.headers["Content-Disposition"] == 'attachment; filename="days.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.get_data()[:3] == b"\xef\xbb\xbf"
