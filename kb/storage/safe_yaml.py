"""YAML from people we do not know, read without surprises.

Nothing is built from tags: the parser's events become a tree of plain nodes, so ``no``, ``2026-02-30``
and ``12:30:45`` stay the words that were typed, and every node knows its line. Anchors are refused
because 300 bytes of them can stand for millions of values; repeated keys because one would win silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import yaml

from kb.domain.errors import ContentInvalid, Mistake

FRONT_MATTER_BYTES = 16_000
DEEPEST = 20

_PARSER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING_WORDS = frozenset({"", "~", "null", "Null", "NULL"})
# All but printable text, tab and line feed. U+2028 and U+2029 too: YAML counts them as lines, editors do not.
_UNWANTED = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HINTS = {
    "mapping values are not allowed": "a value with a colon in it needs quotes around it",
    "cannot start any token": "put a value that begins with @, ` or % in quotes",
    "unexpected end of stream": "a quotation mark is opened here and not closed",
    "',' or ']'": "a square bracket is opened here and not closed, or a comma is missing",
    "',' or '}'": "a curly bracket is opened here and not closed, or a comma is missing",
    "block end": "indent this line like the one above it",
    "expected key": "indent this line like the one above it",
    "could not find expected ':'": "this line needs a key, a colon and a space before its value",
    "sequence entries are not allowed": "begin the list on a line of its own",
    "escape": "use single quotation marks, or write every backslash twice",
}


class Kind(Enum):
    """What a node holds."""

    NOTHING = "nothing"
    TEXT = "a text"
    LIST = "a list"
    MAPPING = "keys with values"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of a YAML text. Only the field its kind names is filled.

    line  in the file, counted from 1: where the value's key, or its item in a list, begins
    """

    line: int
    kind: Kind
    text: str = ""
    items: tuple[Node, ...] = ()
    entries: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))


def parse(text: str, *, path: Path, first_line: int = 1, largest: int = FRONT_MATTER_BYTES) -> Node:
    """The tree of one YAML text; a text without values gives a node of kind NOTHING.

    path        named in mistakes, not opened
    first_line  the line of the file on which the text begins
    largest     bytes the text may have in UTF-8

    Raises ContentInvalid with one mistake: what is wrong, on which line, and what to do.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree = _Tree(path, first_line, last_line=first_line + text.rstrip("\n").count("\n"))
    if len(text.encode("utf-8", "replace")) > largest:
        tree.refuse(0, f"This is longer than {largest // 1000} kB; shorten it.")
    if unwanted := _UNWANTED.search(text):
        line = text.count("\n", 0, unwanted.start())
        tree.refuse(line, f"There is an invisible character (U+{ord(unwanted.group()):04X}) here; delete it.")
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            tree.take(event)
    except yaml.MarkedYAMLError as error:
        line = _line_of(error)
        tree.refuse(line, _sentence(str(error.problem), text.split("\n")[line : line + 1]))
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        tree.refuse(0, _sentence("", []))
    return tree.root or Node(line=first_line, kind=Kind.NOTHING)


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet."""

    line: int
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    key: str | None = None
    key_line: int = 0


class _Tree:
    """Builds nodes from the parser's events, without recursion."""

    def __init__(self, path: Path, first_line: int, *, last_line: int) -> None:
        self.root: Node | None = None
        self._path = path
        self._first_line = first_line
        self._last_line = last_line
        self._open: list[_Open] = []
        self._documents = 0

    def refuse(self, line: int, message: str) -> NoReturn:
        """Stop with a mistake; ``line`` is counted from 0 in the text."""
        place = min(self._first_line + line, self._last_line)
        raise ContentInvalid([Mistake(path=self._path, line=place, message=message)]) from None

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.refuse(line, "A second document begins here; take this line of dashes out.")
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_tricks(event, line)
            self._take_node(event, line)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._close()

    def _refuse_tricks(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self.refuse(
                line,
                "A value that begins with & or * points to another one; write it out or put it in quotes.",
            )
        if getattr(event, "tag", None) is not None:
            self.refuse(
                line,
                "A value that begins with ! asks for a special type; take the ! out or put it in quotes.",
            )

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, line)
            return
        holder = self._open[-1] if self._open else None
        if holder and holder.is_mapping and holder.key is None:
            self.refuse(line, "A key must be a single word or phrase before the colon.")
        if len(self._open) == DEEPEST:
            self.refuse(line, f"This is nested more than {DEEPEST} levels deep; make it flatter.")
        self._open.append(_Open(line, isinstance(event, yaml.MappingStartEvent)))

    def _take_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if unwanted := _UNWANTED.search(event.value):
            self.refuse(
                line, f"There is an invisible character (U+{ord(unwanted.group()):04X}) here; delete it."
            )
        holder = self._open[-1] if self._open else None
        is_plain = bool(event.implicit[0])
        nothing = is_plain and event.value in _NOTHING_WORDS
        if holder and holder.is_mapping and holder.key is None:
            self._take_key(holder, "" if nothing else event.value, line)
        elif nothing:
            self._place(Node(line=self._first_line + line, kind=Kind.NOTHING))
        else:
            self._place(Node(line=self._first_line + line, kind=Kind.TEXT, text=event.value))

    def _take_key(self, holder: _Open, key: str, line: int) -> None:
        if not key:
            self.refuse(line, "There is a value without a key; write the key before the colon.")
        if key in holder.entries:
            earlier = holder.entries[key].line
            self.refuse(line, f"‘{key[:60]}’ is already on line {earlier}; keep one of the two.")
        holder.key, holder.key_line = key, line

    def _close(self) -> None:
        done = self._open.pop()
        kind = Kind.MAPPING if done.is_mapping else Kind.LIST
        entries = MappingProxyType(done.entries)
        self._place(
            Node(line=self._first_line + done.line, kind=kind, items=tuple(done.items), entries=entries)
        )

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        holder = self._open[-1]
        if holder.key is None:
            holder.items.append(node)
            return
        line = self._first_line + holder.key_line
        holder.entries[holder.key] = Node(
            line=line, kind=node.kind, text=node.text, items=node.items, entries=node.entries
        )
        holder.key = None


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Counted from 0: where a quotation mark, bracket or key began, else where reading stopped."""
    opened = any(word in str(error.context) for word in ("quoted scalar", "flow", "simple key"))
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    return mark.line if mark else 0


def _sentence(problem: str, lines: list[str]) -> str:
    """What to do about a problem of the parser, whose own words nobody should have to read."""
    hint = next((hint for words, hint in _HINTS.items() if words in problem), None)
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines):
        hint = "indent it with spaces, not with tabs"
    if hint:
        return f"This line cannot be read as YAML: {hint}."
    return "This line cannot be read as YAML; compare it with the same line of another article."
