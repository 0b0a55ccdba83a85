"""Charts as numbers: where each point lies and what stands beside it. Templates draw them.

A plot of lines is 640 by 100 and is stretched to its place, so that the words around it, which are no part of the
drawing, keep their size on every screen. On paper its place has this shape, since what makes PDF files stretches the
strokes of lines, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

SIDE = 100.0
ACROSS = 640.0
STEPS = 4
"""Shades of a heat table beside none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line. ``points`` is what a polyline takes; ``values`` are for the table."""

    name: str
    values: tuple[float, ...]
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Lines over time.

    title    what it shows; said: the same for those who do not see it, with its highest and its last value
    labels   of each moment; shown: the few that stand under the plot
    up       what is counted, beside the scale
    top      the highest value of the scale
    """

    title: str
    said: str
    labels: tuple[str, ...]
    shown: tuple[str, ...]
    top: float
    series: tuple[Series, ...]
    unit: str = ""
    up: str = ""

    @property
    def scale(self) -> tuple[float, ...]:
        """What stands beside the plot, from the top."""
        return (self.top, self.top / 2, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, as long as its share of the longest."""

    label: str
    value: float
    length: float
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One dot of a plot of two measures."""

    label: str
    x: float
    y: float
    across: str
    up: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Dots over two measures, with what stands under and beside the plot."""

    title: str
    said: str
    across: str
    up: str
    columns: tuple[str, ...]
    scale: tuple[float, ...]
    dots: tuple[Dot, ...]


def line(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], *, unit: str = "", up: str = ""
) -> Line:
    """A chart of lines; every series has a value for each label."""
    top = nice(max((value for values in series.values() for value in values), default=0))
    drawn = tuple(
        Series(name=name, values=tuple(values), points=_points(values, top))
        for name, values in series.items()
    )
    return Line(
        title=title,
        said=_said(title, labels, series, unit),
        labels=tuple(labels),
        shown=_some(labels),
        top=top,
        series=drawn,
        unit=unit,
        up=up,
    )


def side_by_side(dots: Sequence[Dot], *, apart: float) -> tuple[Dot, ...]:
    """The same dots, those that would lie on one another moved apart along the x axis, so that each can be counted.

    apart  hundredths of the width between two neighbours
    """
    heaps = Counter((dot.x, dot.y) for dot in dots)
    placed, seen = [], Counter[tuple[float, float]]()
    for dot in dots:
        place = (dot.x, dot.y)
        moved = dot.x + apart * (seen[place] - (heaps[place] - 1) / 2)
        placed.append(replace(dot, x=round(moved, 1)))
        seen[place] += 1
    return tuple(placed)


def bars(rows: Sequence[tuple[str, float]], *, addresses: Sequence[str] = ()) -> tuple[Bar, ...]:
    """Bars in the order given."""
    longest = max((value for _, value in rows), default=0) or 1
    links = addresses or [""] * len(rows)
    return tuple(
        Bar(label=label, value=value, length=round(SIDE * max(0.0, value) / longest, 1), address=link)
        for (label, value), link in zip(rows, links, strict=True)
    )


def nice(value: float) -> float:
    """The round number from which a scale begins: the next of 1, 2, 4, 5, 10, 20, 40, 50 ..."""
    if value <= 1:
        return 1
    size = 1
    while True:
        for step in (1, 2, 4, 5):
            if step * size >= value:
                return float(step * size)
        size *= 10


def shade(value: float, highest: float) -> int:
    """How strongly a cell is coloured, 0 for nothing to STEPS for the highest."""
    if value <= 0 or highest <= 0:
        return 0
    return min(STEPS, 1 + int((STEPS - 1e-9) * value / highest)) if value < highest else STEPS


def share(part: float, whole: float) -> float | None:
    """Hundredths of a whole; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _points(values: Sequence[float], top: float) -> str:
    steps = max(1, len(values) - 1)
    return " ".join(
        f"{ACROSS * place / steps:.1f},{SIDE - SIDE * value / top:.1f}" for place, value in enumerate(values)
    )


def _some(labels: Sequence[str]) -> tuple[str, ...]:
    """The first, the middle and the last."""
    few = 3
    return tuple(labels) if len(labels) <= few else (labels[0], labels[len(labels) // 2], labels[-1])


def _said(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str) -> str:
    parts = [title]
    for name, values in series.items():
        if values:
            place = max(range(len(values)), key=lambda at: values[at])
            parts.append(
                f"{name}: highest {values[place]:g}{unit} ({labels[place]}), last {values[-1]:g}{unit} ({labels[-1]})"
            )
    return ". ".join(parts) + "."
