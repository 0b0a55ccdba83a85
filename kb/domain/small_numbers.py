"""Tables of people that may be shown: no number under five, and none that the others give away.

A hidden number can be found by subtracting what is shown from the total of its row or column. So where one is hidden,
others of the same line are hidden with it until what is missing adds up to at least five people in two or more
cells; the total of everything hides with them when it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

LEAST = 5

Table = Sequence[Sequence[int]]
Shown = tuple[tuple[int | None, ...], ...]


def shown(cells: Table) -> Shown:
    """The cells with their totals as a last row and a last column; None stands for what is not shown.

    cells  rows of people counted, all of one length, in kinds that do not overlap
    """
    whole = with_totals(cells)
    if not whole:
        return ()
    hidden = {
        (row, column)
        for row, line in enumerate(whole)
        for column, value in enumerate(line)
        if 0 < value < LEAST
    }
    while more := next(_given_away(whole, hidden), None):
        hidden.add(more)
    return tuple(
        tuple(None if (row, column) in hidden else value for column, value in enumerate(line))
        for row, line in enumerate(whole)
    )


def with_totals(cells: Table) -> tuple[tuple[int, ...], ...]:
    """The cells with a column of the rows' totals and a row of the columns' totals."""
    rows = [(*line, sum(line)) for line in cells]
    return (*rows, tuple(map(sum, zip(*rows, strict=True)))) if rows else ()


def column(counts: Mapping[str, int]) -> dict[str, int | None]:
    """One number for each name, hidden where it must be; the empty name stands for the total."""
    lines = shown([[each] for each in counts.values()])
    return dict(zip((*counts, ""), (line[0] for line in lines), strict=True)) if lines else {"": 0}


def _given_away(whole: Table, hidden: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The next cell to hide, for each line that gives a hidden one away: the smallest that is not 0."""
    for line in _lines(len(whole), len(whole[0])):
        out = [place for place in line if place in hidden]
        rest = [place for place in line if place not in hidden]
        if rest and out and (len(out) == 1 or _known(whole, line, out) < LEAST):
            yield min(rest, key=lambda place: (_at(whole, place) == 0, _at(whole, place)))


def _known(whole: Table, line: Sequence[tuple[int, int]], out: Sequence[tuple[int, int]]) -> int:
    """How many people one can tell to stand in the hidden cells of a line; plenty when its total is hidden too."""
    return LEAST if line[-1] in out else sum(_at(whole, place) for place in out)


def _at(whole: Table, place: tuple[int, int]) -> int:
    return whole[place[0]][place[1]]


def _lines(rows: int, columns: int) -> Iterator[list[tuple[int, int]]]:
    """Every row and every column, each with its total last."""
    for row in range(rows):
        yield [(row, column) for column in range(columns)]
    for column in range(columns):
        yield [(row, column) for row in range(rows)]
