"""Line drawings of figures against the size of an index, as SVG that reads well on light and on dark ground.

The lines differ by dashes and marks as well as by colour, and the same numbers stand in a table below each drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 30, 60
_STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #1d2b28 }
  .axis { stroke: #6b7b77; stroke-width: 1; fill: none }
  .grid { stroke: #6b7b77; stroke-width: .5; opacity: .45; fill: none }
  .a { --line: #0b6e5f } .b { --line: #8a3ffc } .c { --line: #b3470b }
  .line { stroke: var(--line); stroke-width: 2.5; fill: none }
  .b .line { stroke-dasharray: 7 4 } .c .line { stroke-dasharray: 2 4 }
  .mark { fill: var(--line) }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6efec } .axis, .grid { stroke: #93a5a0 }
    .a { --line: #4fd1b5 } .b { --line: #c4a1ff } .c { --line: #ffab70 }
  }
"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: its name and a (size, value) for each size, smallest first."""

    name: str
    points: Sequence[tuple[float, float]]


def drawing(title: str, unit: str, lines: Sequence[Line]) -> str:
    """At most three lines over a logarithmic axis of passages, from zero upwards."""
    sizes = sorted({size for line in lines for size, _ in line.points})
    top = _round_up(max(value for line in lines for _, value in line.points))
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    span = (high - low) or 1.0

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - low) / span * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text x="{LEFT}" y="18">{escape(unit)}</text>',
        *(_level(y(top * step / 4), top * step / 4) for step in range(5)),
        *(
            f'<text x="{x(size):.0f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,.0f}</text>'
            for size in sizes
        ),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 12}" text-anchor="middle">passages</text>',
    ]
    heights = _apart([y(line.points[-1][1]) for line in lines])
    for kind, line, height in zip("abc", lines, heights, strict=False):
        places = [(x(size), y(value)) for size, value in line.points]
        parts.append(_drawn(kind, line.name, places, height))
    return "\n".join([*parts, "</svg>", ""])


def _level(height: float, value: float) -> str:
    told = f"{value:,.0f}" if value == round(value) else f"{value:g}"
    return (
        f'<path class="grid" d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 8}" y="{height + 5:.1f}" text-anchor="end">{told}</text>'
    )


def _drawn(kind: str, name: str, places: Sequence[tuple[float, float]], height: float) -> str:
    path = "L".join(f"{across:.1f} {down:.1f}" for across, down in places)
    marks = "".join(
        f'<circle class="mark" cx="{across:.1f}" cy="{down:.1f}" r="4"/>' for across, down in places
    )
    label = f'<text x="{WIDTH - RIGHT + 12}" y="{height + 5:.1f}">{escape(name)}</text>'
    return f'<g class="{kind}"><path class="line" d="M{path}"/>{marks}{label}</g>'


def _apart(heights: Sequence[float], least: float = 18) -> list[float]:
    """The heights of labels, moved so that none lies on another."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    moved = list(heights)
    for before, place in pairwise(order):
        moved[place] = max(moved[place], moved[before] + least)
    return moved


def _round_up(value: float) -> float:
    """The next number that divides well into four."""
    power = 10 ** math.floor(math.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 4, 6, 8, 10, 12) if step * power >= value)
