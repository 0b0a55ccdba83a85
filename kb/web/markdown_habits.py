"""Markdown as people really type it, made into Markdown the parser understands.

Python-Markdown wants an empty line before a list and four spaces for a list in a list. Word processors,
other sites and most people give neither, and their lists would come out as one grey paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STEP = 4  # spaces that Python-Markdown takes for one level
_ENOUGH = 2  # spaces that people take for one
_ITEM = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap> +|$)(?P<rest>.*)")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})")
_FENCE = re.compile(r" *(?P<fence>`{3,}|~{3,}) *(?P<language>[\w+#.-]*)[^`]*")
_TABLE_RULE = re.compile(r"[ |:-]*-[ |:-]*")
_NOTE_BOX = re.compile(r"[!?]{3}\+? ?[\w-]")
_ENDS_A_LIST = re.compile(r" ?(?:#{1,6} |>|`{3}|~{3}|!{3} )")


@dataclass(slots=True)
class _Level:
    """An open list item: the columns where its mark and its words begin, and whether it has a number."""

    mark: int
    words: int
    numbered: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    lines: list[str] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)
    depth: int | None = None  # of the list item that the lines since the last empty one began with
    fence: str = ""
    fence_shift: int = 0

    @property
    def after_words(self) -> bool:
        """True when the line before is not empty."""
        return bool(self.lines) and bool(self.lines[-1].strip())

    def part(self) -> None:
        """End what came before with an empty line."""
        if self.after_words:
            self.lines.append("")


def tidied(text: str) -> str:
    """Return the same text with the empty lines and the indents that the parser needs."""
    return "\n".join(_tidied(text.expandtabs(_STEP).split("\n")))


def _tidied(source: list[str]) -> list[str]:
    reading = _Reading()
    place = 0
    while place < len(source):
        line = source[place]
        place += 1
        if _NOTE_BOX.match(line) and not reading.fence:
            end = _end_of_box(source, place)
            inside = _tidied([inner[_STEP:] for inner in source[place:end]])
            reading.levels.clear()
            reading.part()
            reading.lines += [line, *(_indented(inner, _STEP) for inner in inside)]
            place = end
        else:
            _read(reading, line, following=source[place] if place < len(source) else "")
    return reading.lines


def _end_of_box(source: list[str], start: int) -> int:
    end = start
    while end < len(source) and (not source[end].strip() or _indent(source[end]) >= _STEP):
        end += 1
    return end


def _read(reading: _Reading, line: str, *, following: str) -> None:
    item = None if _RULE.fullmatch(line) else _ITEM.fullmatch(line)
    if reading.fence:
        _inside_fence(reading, line)
    elif not line.strip():
        reading.lines.append("")
    elif item and _begins(reading, item):
        _add_item(reading, item)
    else:
        _leave_lists(reading, line)
        _add_line(reading, line, following=following)


def _begins(reading: _Reading, item: re.Match[str]) -> bool:
    """False for words that only look like a list: a sentence going on with ‘2026. ’, a line of code."""
    if reading.levels:
        return True
    if len(item["indent"]) >= _STEP:
        return False
    return not reading.after_words or (bool(item["rest"]) and item["number"] in {None, "1"})


def _add_item(reading: _Reading, item: re.Match[str]) -> None:
    level = _Level(len(item["indent"]), item.start("rest"), bool(item["number"]))
    neighbour = _close(reading, level.mark)
    depth = len(reading.levels)
    other_kind = neighbour is not None and neighbour.numbered != level.numbered
    if reading.depth is None or depth < reading.depth or other_kind:
        reading.part()
    if not reading.after_words:
        reading.depth = depth
    sign = f"{item['number']}." if item["number"] else item["mark"]
    reading.lines.append(f"{' ' * (_STEP * depth)}{sign}{item['gap'] or ' '}{item['rest']}")
    reading.levels.append(level)


def _close(reading: _Reading, column: int) -> _Level | None:
    """Close every item that words at this column do not belong to; return the outermost closed."""
    closed = None
    while reading.levels and column < reading.levels[-1].mark + _ENOUGH:
        closed = reading.levels.pop()
    return closed


def _leave_lists(reading: _Reading, line: str) -> None:
    if not reading.levels:
        return
    if not reading.after_words:
        _close(reading, _indent(line))
    elif _ENDS_A_LIST.match(line):
        reading.levels.clear()
        reading.part()


def _add_line(reading: _Reading, line: str, *, following: str) -> None:
    moved = _indented(line, _shift(reading, line))
    fence = _FENCE.fullmatch(line)
    if fence and (reading.levels or _indent(line) < _STEP):
        reading.part()
        reading.fence, reading.fence_shift = fence["fence"], _shift(reading, line)
        moved = " " * _indent(moved) + fence["fence"] + fence["language"]  # other words would undo it
    elif "|" in line and "|" in following and _TABLE_RULE.fullmatch(following):
        reading.part()
    if not reading.after_words:
        reading.depth = None
    reading.lines.append(moved)


def _inside_fence(reading: _Reading, line: str) -> None:
    reading.lines.append(_indented(line, reading.fence_shift))
    mark = line.strip()
    if len(mark) >= len(reading.fence) and not mark.strip(reading.fence[0]):
        reading.fence = ""
        reading.part()


def _shift(reading: _Reading, line: str) -> int:
    """Return how many columns to the right a line goes to stay in its list item."""
    indent = _indent(line)
    if not reading.levels or (indent < _ENOUGH and reading.after_words):
        return 0
    return _STEP * len(reading.levels) - min(indent, reading.levels[-1].words)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indented(line: str, shift: int) -> str:
    if not line.strip():
        return ""
    return " " * (_indent(line) + max(shift, -_indent(line))) + line.lstrip(" ")
