"""A sheet of numbers: what stands on a page of insights, in the report and in the files to save."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain.chart import Dots, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table. ``shade`` colours it, 0 to 4; the words say the same."""

    value: str | int | float | None
    address: str = ""
    shade: int = 0
    note: str = ""


Value = Cell | str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. ``id`` names its file; ``bar`` is the number of the column that is drawn as bars as well."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    empty: str = "Nothing to show for these days."
    bar: int | None = None
    most: int = 100

    @property
    def longest(self) -> float:
        """The highest number of the column that is drawn."""
        numbers = [plain(row[self.bar]) for row in self.rows] if self.bar is not None else []
        return max((each for each in numbers if isinstance(each, int | float)), default=0) or 1


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
