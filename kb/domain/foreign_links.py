"""Links and pictures in somebody's Markdown, pointed at where they lead here.

One pass with a stack of open brackets. Links by reference become plain ones, so that nothing in the text
depends on a line elsewhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kb.domain.foreign_inline import one_line
from kb.domain.foreign_pieces import Kept

MOST_OPEN = 50
LONGEST_LABEL = 1000

_MARK = re.compile(r"!?\[|\]")
_TARGET = re.compile(
    r"\(\s{0,20}(?:<([^<>\n]{0,2000}+)>|((?:[^\s()<>]++|\([^\s()]{0,500}+\)){0,200}+))"
    r"(?:\s{1,20}(?:\"[^\"]{0,1000}+\"|'[^']{0,1000}+'))?\s{0,20}\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,200})\]")
_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)([^\[\]]{1,200})\]:[ \t]{0,20}<?([^\s<>]{1,2000})>?"
    r"(?:[ \t]{1,20}(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*"
)
_LIKE_DEFINITION = re.compile(r"( {0,3})\[(?!\^)(?=[^\[\]]{1,200}\]:)")
_GAP = re.compile(r"(\n[ \t]*\n)")

Leading = Callable[[str], "str | None"]
"""From a target as it is written to the target here; None when it leads nowhere."""


@dataclass(slots=True)
class LinkCounts:
    """What became of the links and pictures of a text.

    led_to  the targets that were written
    """

    pictures_left_out: int = 0
    links_undone: int = 0
    led_to: set[str] = field(default_factory=set)

    def settled(self, target: str) -> str | None:
        """The target itself when it was written by us."""
        return target if target in self.led_to else None


def defined_links(text: str, kept: Kept) -> tuple[str, dict[str, str]]:
    """The text without its definitions of links, and the definitions: label → target."""
    defined: dict[str, str] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        if found := _DEFINITION.fullmatch(line):
            defined.setdefault(_label(found[1]), found[2])
        else:
            # Other parsers are less strict about what a definition is: what is none must not look like one.
            lines.append(_LIKE_DEFINITION.sub(lambda start: start[1] + kept.aside("\\["), line))
    return "\n".join(lines), defined


def _label(text: str) -> str:
    return one_line(text).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointers:
    """How the links and pictures of one text are rewritten.

    link, picture  see Leading
    defined        label → target, of links by reference
    """

    link: Leading
    picture: Leading
    defined: Mapping[str, str]
    counts: LinkCounts

    def rewritten(self, text: str) -> str:
        """The text with every link leading somewhere or undone, and every picture shown or described."""
        paragraphs = _GAP.split(text)
        paragraphs[::2] = [_Paragraph(self, one).rewritten() for one in paragraphs[::2]]
        return "".join(paragraphs)

    def written_link(self, text: str, target: str) -> str:
        """A link here, or only its words."""
        leads_to = self.link(target)
        if leads_to is None:
            self.counts.links_undone += 1
            return text
        self.counts.led_to.add(leads_to)
        return f"[{text.strip() or leads_to}]({leads_to})"

    def written_picture(self, text: str, target: str) -> str:
        """A picture here, or only its description."""
        words = one_line(text)
        shown = self.picture(target)
        if shown is not None and words:
            self.counts.led_to.add(shown)
            return f"![{words}]({shown})"
        self.counts.pictures_left_out += 1
        return f"*Picture: {words.replace('*', '').strip()}*" if words else ""


@dataclass(slots=True)
class _Bracket:
    """An opening bracket that has not been closed yet.

    written  its place in what is done
    place    its place in the text
    """

    written: int
    place: int
    is_picture: bool
    holds_link: bool = False


class _Paragraph:
    """One stretch of text without an empty line."""

    def __init__(self, pointers: Pointers, text: str) -> None:
        self._pointers = pointers
        self._text = text
        self._done: list[str] = []
        self._open: list[_Bracket] = []

    def rewritten(self) -> str:
        place = 0
        for found in _MARK.finditer(self._text):
            if found.start() < place:
                continue
            self._done.append(self._text[place : found.start()])
            place = found.end()
            if found[0] == "]":
                place = self._close(found.start())
            else:
                self._begin(found)
        self._done.append(self._text[place:])
        return "".join(self._done)

    def _begin(self, found: re.Match[str]) -> None:
        self._open.append(_Bracket(len(self._done), found.start(), is_picture=found[0][0] == "!"))
        self._done.append(found[0])
        if len(self._open) > MOST_OPEN:
            self._done[self._open.pop(0).written] = "\\["  # nobody nests so deep; it is a bracket and no link

    def _close(self, place: int) -> int:
        """Write the link or picture that a closing bracket ends, if it ends one; where reading goes on."""
        opened = self._open.pop() if self._open else None
        target, behind = self._target(opened, place) if opened else (None, place + 1)
        if opened is None or target is None:
            # Escaped where another parser, less strict about targets, might see a link all the same.
            self._done.append("\\]" if self._text[place + 1 : place + 2] in ("(", "[") else "]")
            return place + 1
        text = "".join(self._done[opened.written + 1 :])
        del self._done[opened.written :]
        self._done.append(self._written(opened, text, target))
        return behind

    def _written(self, opened: _Bracket, text: str, target: str) -> str:
        if opened.is_picture:
            return self._pointers.written_picture(text, target)
        for one in self._open:
            one.holds_link = True
        if opened.holds_link:  # a link in a link: the inner one is the link
            self._pointers.counts.links_undone += 1
            return text
        return self._pointers.written_link(text, target)

    def _target(self, opened: _Bracket, place: int) -> tuple[str | None, int]:
        if found := _TARGET.match(self._text, place + 1):
            return found[1] if found[1] is not None else found[2], found.end()
        begins = opened.place + 1 + opened.is_picture
        if not self._pointers.defined or place - begins > LONGEST_LABEL:
            return None, place + 1
        named = _REFERENCE.match(self._text, place + 1)
        label = (named[1] if named else "") or self._text[begins:place]
        return self._pointers.defined.get(_label(label)), named.end() if named else place + 1
