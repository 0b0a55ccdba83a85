"""Somebody's Markdown cut into words and code, so that what is done to the words leaves the code alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain.foreign_inline import one_line

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})(.*)", re.ASCII)
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)", re.ASCII)
_ELEMENT = (
    r"(?:a|article|aside|b|blockquote|caption|cite|dd|details|div|dl|dt|em|figcaption|figure|font|form|i|li|main|nav|"
    r"ol|p|section|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
)
_OPENS = re.compile(rf"<{_ELEMENT}(?=[\s>])", re.IGNORECASE)
_CLOSES = re.compile(rf"</{_ELEMENT}\b", re.IGNORECASE)
_MARKS = re.compile("[\ue000\ue001]")
_MARK = re.compile("\ue000([0-9]+)\ue001")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_NEEDLESS_ESCAPES = frozenset("\"'$%,/:;=?@^")
_AUTOLINK = re.compile(
    r"<((?:https?://|mailto:)[^\s<>]{1,2000}+|[\w.+-]{1,64}+@[\w.-]{1,255}+)>", re.IGNORECASE
)
_BRACKETS = str.maketrans({"[": "%5B", "]": "%5D", "`": "%60", "\\": "%5C"})
_TICKS = re.compile("`+")
_TAB = 4
_MOST_BACKSLASHES = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a text, all of them words or all of them code."""

    text: str
    is_code: bool


def pieces(markdown: str) -> list[Piece]:
    """The text in pieces; a code block that never ends is ended."""
    reading = _Reading()
    for line in _MARKS.sub("", markdown).split("\n"):
        reading.take(line)
    return reading.done()


class Kept:
    """Parts of a text put aside under marks, so that no later step changes them."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def aside(self, part: str) -> str:
        """The mark that stands for a part from now on."""
        self._parts.append(self.back(part))
        return f"\ue000{len(self._parts) - 1}\ue001"

    def back(self, text: str) -> str:
        """The text with every mark replaced by the part it stands for."""
        return _MARK.sub(lambda found: self._parts[int(found[1])], text)

    def without_code(self, text: str) -> str:
        """The text with code in the line, escaped characters and addresses in angle brackets put aside."""
        paragraphs = re.split(r"(\n[ \t]*\n)", text)
        paragraphs[::2] = [self._without_spans(one) for one in paragraphs[::2]]
        return "".join(paragraphs)

    def _without_spans(self, text: str) -> str:
        runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
        starts = _starts_by_length(runs)
        done: list[str] = []
        place = 0
        for run, end in runs:
            start = run + _is_escaped(text, run)  # an escaped tick is none
            if start < place or start == end:
                continue
            partners = starts.get(end - start, [])
            following = bisect_right(partners, start)
            if following < len(partners):
                close = partners[following] + end - start
                done += [self._without_escapes(text[place:start]), self.aside(one_line(text[start:close]))]
                place = close
            else:
                done += [self._without_escapes(text[place:start]), self.aside("\\`" * (end - start))]
                place = end
        return "".join([*done, self._without_escapes(text[place:])])

    def _without_escapes(self, text: str) -> str:
        text = _ESCAPE.sub(lambda found: self.aside(_escaped(found[1])), text)
        return _AUTOLINK.sub(lambda found: self.aside(f"<{found[1].translate(_BRACKETS)}>"), text)


def _is_escaped(text: str, place: int) -> bool:
    before = text[max(0, place - _MOST_BACKSLASHES) : place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _starts_by_length(runs: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    starts: dict[int, list[int]] = {}
    for start, end in runs:
        starts.setdefault(end - start, []).append(start)
    return starts


def _escaped(character: str) -> str:
    """An escaped character as every Markdown parser shows it; some print the backslash before these."""
    if character in _NEEDLESS_ESCAPES:
        return character
    return {"<": "&lt;", "&": "&amp;"}.get(character, f"\\{character}")


class _Reading:
    """Takes a text line by line."""

    def __init__(self) -> None:
        self._done: list[Piece] = []
        self._lines: list[str] = []
        self._is_code = False
        self._fence = ""
        self._fence_line = ""
        self._in_list = self._indented = False
        self._after_gap = True
        self._elements = 0

    def take(self, line: str) -> None:
        found = _FENCE.match(line)
        if self._fence:
            self._add(line, is_code=True)
            if found and found[1].startswith(self._fence) and not found[2].strip():
                self._fence = ""
        elif found and not (found[1].startswith("`") and "`" in found[2]):
            self._fence, self._fence_line = found[1], line
            self._add(line, is_code=True)
        else:
            self._add(line, is_code=self._is_indented_code(line))

    def done(self) -> list[Piece]:
        if self._fence:
            self._lines.append(self._fence_line[: self._fence_line.index(self._fence)] + self._fence)
        self._cut()
        return self._done

    def _add(self, line: str, *, is_code: bool) -> None:
        if is_code is not self._is_code:
            self._cut()
            self._is_code = is_code
        self._lines.append(line)

    def _cut(self) -> None:
        if self._lines:
            self._done.append(Piece("\n".join(self._lines), self._is_code))
            self._lines = []

    def _is_indented_code(self, line: str) -> bool:
        """Four spaces in front make code, unless a list or an HTML element above has the line as its own."""
        wide = line.expandtabs(_TAB)
        if not wide.strip():
            self._after_gap = True
            return self._indented
        if wide.startswith(" " * _TAB):
            self._indented = not self._in_list and not self._elements and (self._indented or self._after_gap)
        else:
            self._in_list = bool(_LIST_ITEM.match(line)) or (self._in_list and not self._after_gap)
            self._indented = False
        self._after_gap = False
        if not self._indented:
            self._elements = max(0, self._elements + len(_OPENS.findall(line)) - len(_CLOSES.findall(line)))
        return self._indented
