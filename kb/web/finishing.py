"""The finishing touches between Markdown's HTML and the page.

Headings begin at level 2 (the page's own title is level 1) and skip no level, links and pictures lead
where they should, tables scroll, notes have a way back. What comes out is cleaned again afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.web import text_tables
from kb.web.fragment import Element, parsed, plain, written
from kb.web.sanitiser import ADMONITIONS
from kb.web.text_links import anchor, host, link, picture

_HIGHEST, _LOWEST = 2, 6
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_BACK = "Back to the text"
_NOTE_MARKS = frozenset({"footnote-ref", "footnote-backref"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One text ready for the last cleaning.

    contents  (level, id, text) of each heading, in order
    words     how many a reader would read
    """

    html: str
    contents: tuple[tuple[int, str, str], ...]
    words: int


def finished(html: str, *, prefix: str) -> Finished:
    """Return cleaned HTML made ready for a page; every id begins with the prefix."""
    work = _Finishing(prefix)
    nodes = work.nodes(parsed(html))
    words = len(_WORD.findall(plain(nodes, without=_NOTE_MARKS)))
    return Finished(html=written(nodes), contents=tuple(work.contents), words=words)


class _Finishing:
    """Goes through one text from top to bottom and remembers what stood above."""

    def __init__(self, prefix: str) -> None:
        self.contents: list[tuple[int, str, str]] = []
        self._prefix = prefix
        self._ids: set[str] = set()
        self._tables = 0
        self._in_link = False
        self._touches = {
            "a": self._link,
            "div": self._box,
            "img": self._picture,
            "input": _tick_box,
            "li": self._own_id,
            "p": self._paragraph,
            "sup": self._own_id,
            **{f"h{level}": self._heading for level in range(1, 7)},
        }

    def nodes(self, nodes: list[Element | str]) -> list[Element | str]:
        """Return the nodes with everything inside them finished."""
        done: list[Element | str] = []
        for node in nodes:
            if isinstance(node, str):
                done.append(node)
            elif node.tag == "table":
                done.append(self._table(node, done))
            else:
                done += self._touched(node)
        return done

    def _touched(self, element: Element) -> list[Element | str]:
        if element.tag == "a":
            self._in_link = True
        element.children = self.nodes(element.children)
        if element.tag == "a":
            self._in_link = False
        touch = self._touches.get(element.tag)
        return touch(element) if touch else [element]

    def _heading(self, heading: Element) -> list[Element | str]:
        text = plain(heading.children, without=_NOTE_MARKS)
        if not text:
            return heading.children
        above = self.contents[-1][0] if self.contents else 1
        level = min(max(int(heading.tag[1]), _HIGHEST), above + 1, _LOWEST)
        identity = self._unused(anchor(text.replace(":", " "), prefix=self._prefix))
        self.contents.append((level, identity, text))
        return [Element(f"h{level}", {"id": identity}, heading.children)]

    def _unused(self, wanted: str) -> str:
        identity, copy = wanted, 1
        while identity in self._ids:
            copy += 1
            identity = f"{wanted}-{copy}"
        self._ids.add(identity)
        return identity

    def _own_id(self, element: Element) -> list[Element | str]:
        """Keep an id only where a note needs it, and only once."""
        given = element.attributes.pop("id", "")
        identity = anchor(given, prefix=self._prefix) if given.startswith(("fn:", "fnref")) else ""
        if identity and identity not in self._ids:
            self._ids.add(identity)
            element.attributes["id"] = identity
        return [element]

    def _link(self, element: Element) -> list[Element | str]:
        target = link(element.attributes.get("href", ""), prefix=self._prefix)
        if target is None:
            return element.children
        attributes = {"href": target.address}
        if target.external:
            attributes |= {"class": "external", "rel": "noopener noreferrer"}
        if "footnote-ref" in element.classes:
            label = f"Note {plain(element.children)}"
            attributes |= {"class": "footnote-ref", "role": "doc-noteref", "aria-label": label}
        if "footnote-backref" in element.classes:
            attributes |= {"class": "footnote-backref", "role": "doc-backlink", "aria-label": _BACK}
        element.attributes = attributes
        return [element]

    def _picture(self, element: Element) -> list[Element | str]:
        source = element.attributes.get("src", "")
        alt = element.attributes.get("alt", "")
        own = picture(source)
        if own is None:
            return self._instead_of(source, alt)
        element.attributes |= {"src": own, "alt": alt, "loading": "lazy", "decoding": "async"}
        return [element]

    def _instead_of(self, source: str, alt: str) -> list[Element | str]:
        """A picture from elsewhere would tell that site who reads what, so it becomes words or a link."""
        words = f"Picture: {alt}" if alt else "Picture"
        target = link(source, prefix=self._prefix)
        if target is None or not target.external or self._in_link:
            return [words]
        attributes = {"href": target.address, "class": "external", "rel": "noopener noreferrer"}
        return [Element("a", attributes, [f"{words} (on {host(target.address)})"])]

    def _paragraph(self, paragraph: Element) -> list[Element | str]:
        """A picture with a title that stands alone is a figure, and the title its caption."""
        inside = [node for node in paragraph.children if not isinstance(node, str) or node.strip()]
        alone = inside[0] if len(inside) == 1 else None
        if not isinstance(alone, Element) or alone.tag != "img" or not alone.attributes.get("title"):
            return [paragraph]
        words = alone.attributes.pop("title")
        return [Element("figure", {}, [alone, Element("figcaption", {}, [words])])]

    def _box(self, box: Element) -> list[Element | str]:
        if "footnote" in box.classes:
            attributes = {"class": "footnotes", "role": "doc-endnotes", "aria-label": "Notes"}
            return [Element("section", attributes, box.children)]
        if "admonition" in box.classes:
            kind = next(iter(sorted(box.classes & ADMONITIONS)), "note")
            box.attributes = {"class": f"admonition {kind}", "role": "note"}
        return [box]

    def _table(self, table: Element, before: list[Element | str]) -> Element:
        self._tables += 1
        number = self._tables
        table.children = self.nodes(table.children)
        under = self.contents[-1][2] if self.contents else ""
        return text_tables.region(table, number=number, under=under, caption=_taken_caption(before))


def _tick_box(box: Element) -> list[Element | str]:
    """The cleaning sets these as well, but in any order, and equal texts must give equal HTML."""
    ticked = {"checked": ""} if "checked" in box.attributes else {}
    box.attributes = {"type": "checkbox", "disabled": "", "aria-label": "Done"} | ticked
    return [box]


def _taken_caption(before: list[Element | str]) -> Element | None:
    """Take the caption line straight above a table out of what stands before it."""
    place = len(before) - 1
    while place >= 0 and isinstance(node := before[place], str) and not node.strip():
        place -= 1
    if place < 0 or not text_tables.is_caption(before[place]):
        return None
    line = before.pop(place)
    return line if isinstance(line, Element) else None
