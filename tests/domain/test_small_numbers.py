"""No number of people under five is shown, nor can one be found by subtracting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.small_numbers import LEAST, shown, with_totals

TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


def lines(table: list[list[object]]) -> list[list[object]]:
    """The rows and the columns of a table, each with its total last."""
    return [*table, *(list(each) for each in zip(*table, strict=True))]


@given(TABLES)
def test_what_is_shown_is_true_and_never_a_small_number(cells: list[list[int]]) -> None:
    whole = with_totals(cells)

    for true, told in zip(whole, shown(cells), strict=True):
        for number, said in zip(true, told, strict=True):
            assert said in (None, number)
            assert said is None or said == 0 or said >= LEAST


@given(TABLES)
def test_no_line_gives_away_a_hidden_number_or_fewer_than_five_people(cells: list[list[int]]) -> None:
    whole = [list(row) for row in with_totals(cells)]
    told = [list(row) for row in shown(cells)]

    for true, said in zip(lines(whole), lines(told), strict=True):
        hidden = [place for place, each in enumerate(said) if each is None]
        if not hidden or len(hidden) == len(said):
            continue
        assert len(hidden) > 1, (true, said)
        if said[-1] is not None:
            assert sum(true[place] for place in hidden) >= LEAST, (true, said)


def test_a_table_of_large_numbers_hides_nothing() -> None:
    assert shown([[5, 6], [7, 0]]) == ((5, 6, 11), (7, 0, 7), (12, 6, 18))


def test_one_small_school_takes_another_with_it() -> None:
    table = shown([[3, 20], [9, 8], [30, 40]])

    assert table[0][0] is None
    assert [row[0] for row in table].count(None) > 1
    assert table[0].count(None) > 1


def test_nobody_is_an_empty_table() -> None:
    assert shown([]) == ()
