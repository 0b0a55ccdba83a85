"""A sheet of numbers: what stands on a page of insights, in the report and in the files to save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain.chart import Dots, Line

_SHARE = re.compile(r"[0-9.,]+%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way from a cell to what can be done about it: one word, and after it what is read out."""

    words: str
    said: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table. ``shade`` colours it, 0 to 4; the words say the same. ``ways`` stand under it."""

    value: str | int | float | None
    address: str = ""
    shade: int = 0
    note: str = ""
    ways: tuple[Way, ...] = ()


Value = Cell | str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. ``id`` names its file.

    bar    number of the column that is drawn as bars as well
    stack  numbers of the columns that are drawn as one bar of several parts; their heads are its key
    """

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    empty: str = "Nothing to show for these days."
    bar: int | None = None
    stack: tuple[int, ...] = ()
    most: int = 100

    @property
    def numeric(self) -> tuple[bool, ...]:
        """For each column whether it holds numbers or shares: such a column stands on the right."""
        columns = [[plain(row[place]) for row in self.rows] for place in range(len(self.heads))]
        return tuple(any(_is_number(value) for value in column) for column in columns)

    @property
    def drawn(self) -> tuple[int, ...]:
        """Numbers of the columns that are drawn; none when nothing is."""
        return self.stack or (() if self.bar is None else (self.bar,))

    @property
    def longest(self) -> float:
        """How much the longest bar stands for."""
        return max((sum(self._numbers(row)) for row in self.rows), default=0) or 1

    def pieces(self, row: tuple[Value, ...]) -> tuple[tuple[float, float], ...]:
        """Where each part of a row's bar begins and how long it is, in hundredths of the longest bar."""
        found, start = [], 0.0
        for value in self._numbers(row):
            length = 100 * value / self.longest
            found.append((round(start, 2), round(length, 2)))
            start += length
        return tuple(found)

    def _numbers(self, row: tuple[Value, ...]) -> list[float]:
        values = [plain(row[column]) for column in self.drawn]
        return [max(0.0, float(each)) if isinstance(each, int | float) else 0.0 for each in values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number that matters, in words: “12%”, “of searches found nothing close”."""

    value: str
    words: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page's worth of numbers. ``spanned`` when they are about some days, else they are about now."""

    id: str
    title: str
    lead: str
    numbers: tuple[Number, ...]
    parts: tuple[Line | Dots | Table, ...]
    spanned: bool = True

    @property
    def tables(self) -> Iterator[Table]:
        """What can be saved as files: the tables, and the numbers under the drawings."""
        for number, part in enumerate(self.parts, start=1):
            if isinstance(part, Table):
                yield part
            elif isinstance(part, Line):
                yield table_of_line(part, f"chart-{number}")
            else:
                yield table_of_dots(part, f"chart-{number}")


def _is_number(value: str | int | float | None) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and _SHARE.fullmatch(value) is not None)


def table_of_line(line: Line, name: str) -> Table:
    """The numbers of a chart of lines."""
    columns = [[round(value, 1) for value in series.values] for series in line.series]
    return Table(
        id=name,
        title=line.title,
        heads=("Week from", *(series.name for series in line.series)),
        rows=tuple(zip(line.labels, *columns, strict=True)),
    )


def table_of_dots(dots: Dots, name: str) -> Table:
    """The numbers of a plot."""
    return Table(
        id=name,
        title=dots.title,
        heads=("What", dots.across, dots.up),
        rows=tuple((Cell(value=dot.label, address=dot.address), dot.across, dot.up) for dot in dots.dots),
    )


def plain(value: Value) -> str | int | float | None:
    """A cell's value alone."""
    return value.value if isinstance(value, Cell) else value


def percent(part: float, whole: float) -> str:
    """A share in words: “12%”; a dash of nothing."""
    return f"{100 * part / whole:.0f}%" if whole else "–"
