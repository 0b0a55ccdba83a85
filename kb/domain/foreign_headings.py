"""Headings of somebody's Markdown, fitted under our page's own title.

The title is the only heading of level 1 on a page, and a reader who goes from heading to heading must not
find a level missing: the levels a text uses become 2, 3, 4 ... in their own order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.domain.foreign_inline import emphasis

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_NOT_A_PARAGRAPH = re.compile(r"[ \t]*(?:[-*+>|#]|\d{1,9}[.)][ \t]|:{1,3}[ \t]|<|!!!)| {4}|\t")
_HASH = re.compile(
    r"^([ \t]*(?:>[ \t]?){0,20}(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?)(#{1,6})(?:([ \t]+)(.*)|(?=[^#]|$))"
)
_LEVELS = 6


def plain_headings(text: str) -> str:
    """The text with each heading as ``## words`` on a line with empty lines around it, and no empty ones.

    A heading in a list or a quotation becomes bold. A # that begins none, as in ‘#attendance’, is escaped,
    because some parsers take every # for one.
    """
    lines: list[str] = []
    for line in _overlined(text.split("\n")):
        found = _ATX.fullmatch(line)
        if not found:
            lines.append(_HASH.sub(_not_a_heading, line, count=1) if "#" in line else line)
        elif words := _CLOSING.sub("", found[2] or "").strip():
            lines += ["", f"{found[1]} {words}", ""]
    return "\n".join(lines)


def _not_a_heading(found: re.Match[str]) -> str:
    words = _CLOSING.sub("", found[4] or "").strip()
    if words:
        return f"{found[1]}{emphasis(words, '**')}"
    return f"{found[1]}\\{found[2]}"


def _overlined(lines: Sequence[str]) -> list[str]:
    """Headings that are underlined, marked by # instead."""
    done: list[str] = []
    for line in lines:
        under = _UNDERLINE.fullmatch(line)
        above = done[-1] if done else ""
        if not under or not above.strip():
            done.append(line if not under or under[1][0] == "-" else "")
            continue
        alone = not "".join(done[-2:-1]).strip()
        if alone and not _NOT_A_PARAGRAPH.match(above):
            done[-1] = f"{'#' if under[1][0] == '=' else '##'} {above.strip()}"
        elif under[1][0] == "-":
            done += ["", "---"]
    return done


def headings(text: str) -> list[tuple[int, str]]:
    """Level and words of every heading of a text that ``plain_headings`` gave."""
    found = [_ATX.fullmatch(line) for line in text.split("\n")]
    return [(len(one[1]), one[2] or "") for one in found if one]


def without_first(text: str) -> str:
    """The text without its first heading."""
    lines = text.split("\n")
    place = next((number for number, line in enumerate(lines) if _ATX.fullmatch(line)), None)
    return text if place is None else "\n".join([*lines[:place], *lines[place + 1 :]])


def relevelled(texts: Sequence[str]) -> list[str]:
    """The texts, all of one article, with their levels of heading made 2, 3, 4 ... without a gap."""
    used = sorted({level for text in texts for level, _ in headings(text)})
    levels = {level: min(number, _LEVELS) for number, level in enumerate(used, start=2)}
    return ["\n".join(_relevelled(line, levels) for line in text.split("\n")) for text in texts]


def _relevelled(line: str, levels: dict[int, int]) -> str:
    found = _ATX.fullmatch(line)
    return f"{'#' * levels[len(found[1])]} {found[2]}" if found and found[2] else line
