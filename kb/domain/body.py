"""What an article's Markdown points at: links, pictures and headings, found without rendering it.

One pass over the lines sets code aside, one pass over each paragraph finds brackets. Both take time in
proportion to the text, whatever somebody puts into it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})(.*)", re.ASCII)
_CONTAINER = re.compile(
    r" {0,3}(?:[-*+][ \t]|\d{1,9}[.)][ \t]|!!!|\?\?\?|///|:[ \t]|\[\^[^\]]{1,100}\]:)", re.ASCII
)
_DEFINITION = re.compile(r" {0,3}\[(?!\^)([^\[\]]{1,200})\]:[ \t]*<?([^\s<>]{1,2000})>?")
_TOP_HEADING = re.compile(r"\s*#[ \t]+\S")  # ‘#attendance’ is a hashtag
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
# A round bracket after a square one: address, perhaps one pair of brackets in it, perhaps a title.
# The spaces are counted, or a long run of them would be tried in every possible division.
_TARGET = re.compile(
    r"\(\s{0,20}(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()]*)?))"
    r"(?:\s{1,20}(?:\"[^\"]*\"|'[^']*'))?\s{0,20}\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,200})\]")
_ELEMENT = re.compile(r"<(img|a)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|href|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_CODE_INDENT = 4
_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A link or a picture.

    line    of the body, counted from 1
    text    of the link, or the alternative text of the picture
    """

    line: int
    target: str
    text: str
    is_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What was found, in the order of the text; lines are counted from 1.

    open_fence  line of a code block that never ends, None when all end
    """

    pointers: tuple[Pointer, ...]
    top_headings: tuple[int, ...]
    open_fence: int | None


def look_through(markdown: str) -> Body:
    """The links, pictures and top-level headings of a text, code left out."""
    lines, open_fence = _without_fences(markdown.split("\n"))
    lines = _without_indented_code(lines)
    definitions = {}
    for number, line in enumerate(lines):
        if found := _DEFINITION.match(line):
            definitions[_label(found[1])] = found[2]
            lines[number] = ""
    pointers = [
        pointer
        for first, text in _paragraphs(lines)
        for pointer in _Paragraph(text, first, definitions).pointers()
    ]
    return Body(pointers=tuple(pointers), top_headings=tuple(_top_headings(lines)), open_fence=open_fence)


def _without_fences(lines: Sequence[str]) -> tuple[list[str], int | None]:
    kept: list[str] = []
    fence, began = "", 0
    for number, line in enumerate(lines, start=1):
        found = _FENCE.match(line)
        if fence:
            kept.append("")
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1].startswith("`") and "`" in found[2]):
            kept.append("")
            fence, began = found[1], number
        else:
            kept.append(line)
    return kept, began if fence else None


def _without_indented_code(lines: Sequence[str]) -> list[str]:
    """Lines with four spaces in front are code, unless they belong to a list, a note or a footnote above."""
    kept: list[str] = []
    in_container, in_code, after_gap = False, False, True
    for line in lines:
        wide = line.expandtabs(_CODE_INDENT)
        indent = len(wide) - len(wide.lstrip())
        if not wide.strip():
            after_gap = True
        elif indent < _CODE_INDENT:
            in_container = bool(_CONTAINER.match(line)) or (in_container and not after_gap)
            in_code = after_gap = False
        else:
            in_code = not in_container and (in_code or after_gap)
            after_gap = False
        kept.append("" if in_code else line)
    return kept


def _top_headings(lines: Sequence[str]) -> Iterator[int]:
    above = ""
    for number, line in enumerate(lines, start=1):
        if _TOP_HEADING.match(line):
            yield number
        elif above.strip() and _UNDERLINE.fullmatch(line):
            yield number - 1
        above = line


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Stretches of lines with no empty line between, each with the number of its first line."""
    gathered: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            gathered.append(line)
        elif gathered:
            yield number - len(gathered), "\n".join(gathered)
            gathered = []


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Paragraph:
    """One stretch of text, read from left to right once."""

    def __init__(self, text: str, first_line: int, definitions: Mapping[str, str]) -> None:
        self._text = text
        self._first_line = first_line
        self._definitions = definitions
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._ticks: dict[int, deque[int]] = {}
        for found in re.finditer("`+", text):
            self._ticks.setdefault(len(found[0]), deque()).append(found.start())
        self._open: list[int] = []
        self._comments_end = "-->" in text

    def pointers(self) -> Iterator[Pointer]:
        text, place = self._text, 0
        for found in re.finditer(r"[\\`\[\]<]", text):
            if found.start() < place:
                continue
            place, mark = found.start(), found[0]
            if mark == "\\":
                place += 2
            elif mark == "`":
                place = self._after_code(place)
            elif mark == "[":
                self._open.append(place)
                place += 1
            elif mark == "]":
                pointer, place = self._closed(place)
                if pointer:
                    yield pointer
            else:
                pointer, place = self._element(place)
                if pointer:
                    yield pointer

    def _after_code(self, place: int) -> int:
        """Where reading goes on after a run of backticks: behind its partner, if it has one."""
        length = 1
        while self._text.startswith("`", place + length):
            length += 1
        partners = self._ticks.get(length, deque())
        while partners and partners[0] <= place:
            partners.popleft()
        return (partners[0] if partners else place) + length

    def _closed(self, place: int) -> tuple[Pointer | None, int]:
        """The link or picture that a closing bracket ends, if it does, and where reading goes on."""
        if not self._open:
            return None, place + 1
        begins = self._open.pop()
        if found := _TARGET.match(self._text, place + 1):
            target = found[1] if found[1] is not None else found[2]
            return self._pointer(begins, place, target), found.end()
        named = _REFERENCE.match(self._text, place + 1)
        if place - begins <= _LONGEST_TEXT and self._definitions:
            label = (named[1] if named else "") or self._text[begins + 1 : place]
            target = self._definitions.get(_label(label))
            if target is not None:
                return self._pointer(begins, place, target), named.end() if named else place + 1
        return None, place + 1

    def _pointer(self, begins: int, ends: int, target: str) -> Pointer:
        return Pointer(
            line=self._line(begins),
            target=target.strip(),
            text=self._text[begins + 1 : min(ends, begins + _LONGEST_TEXT)].strip(),
            is_picture=begins > 0 and self._text[begins - 1] == "!",
        )

    def _element(self, place: int) -> tuple[Pointer | None, int]:
        """The link or picture of a piece of HTML; a comment is passed over."""
        if self._comments_end and self._text.startswith("<!--", place):
            end = self._text.find("-->", place)
            self._comments_end = end >= 0
            return None, end + 3 if end >= 0 else place + 4
        found = _ELEMENT.match(self._text, place)
        if not found:
            return None, place + 1
        given = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found[2])}
        is_picture = found[1].lower() == "img"
        target = given.get("src" if is_picture else "href")
        if target is None:
            return None, found.end()
        text = given.get("alt", "").strip()
        pointer = Pointer(line=self._line(place), target=target.strip(), text=text, is_picture=is_picture)
        return pointer, found.end()

    def _line(self, place: int) -> int:
        return self._first_line + bisect_right(self._ends, place)
