"""A piece of HTML as a small tree, to be changed and written out again.

It reads only what ``kb.web.sanitiser`` has already cleaned: every tag closed, every attribute quoted.
Whatever is written out is cleaned once more, so a mistake here can spoil looks, never safety.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "input"})

# Around every other element a reader sees a gap.
_WITHIN_WORDS = {"a", "abbr", "b", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark"}
_INLINE = _WITHIN_WORDS | {"q", "s", "samp", "small", "strong", "sub", "sup", "var"}


@dataclass(slots=True)
class Element:
    """One tag with what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The names in its class attribute."""
        return frozenset(self.attributes.get("class", "").split())

    def every(self, *tags: str) -> list[Element]:
        """Return all elements inside with one of the tags, in the order of the text."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    found.append(child)
                found += child.every(*tags)
        return found


def parsed(html: str) -> list[Element | str]:
    """Return the top-level nodes of cleaned HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top.children


def written(nodes: Iterable[Element | str]) -> str:
    """Return the nodes as HTML."""
    parts: list[str] = []
    _write(nodes, parts)
    return "".join(parts)


def plain(nodes: Iterable[Element | str], *, without: frozenset[str] = frozenset()) -> str:
    """Return what a reader would read, on one line.

    without  classes of elements to leave out
    """
    parts: list[str] = []
    _speak(nodes, parts, without)
    return " ".join("".join(parts).split())


class _Reader(HTMLParser):
    """Builds the tree; keeps the open elements on a stack."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("div")
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if not attributes.get("class"):
            attributes.pop("class", None)  # left empty when the cleaning has taken every name out of it
        element = Element(tag, attributes)
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _write(nodes: Iterable[Element | str], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(node, quote=False))
            continue
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
        parts.append(f"<{node.tag}{attributes}>")
        if node.tag not in _VOID:
            _write(node.children, parts)
            parts.append(f"</{node.tag}>")


def _speak(nodes: Iterable[Element | str], parts: list[str], without: frozenset[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif not node.classes & without:
            parts.append(node.attributes.get("alt", ""))
            _speak(node.children, parts, without)
            if node.tag not in _INLINE:
                parts.append(" ")
