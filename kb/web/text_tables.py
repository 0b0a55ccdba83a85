"""Tables a reader can scroll with the keyboard and a screen reader can walk through."""

from __future__ import annotations

from kb.web.fragment import Element, plain

_ALIGNED = {"center": "cell-centre", "right": "cell-right"}
_CAPTION_MARK = "Table:"


def region(table: Element, *, number: int, under: str, caption: Element | None) -> Element:
    """Return the table in a frame that scrolls sideways.

    number   which table of the text it is
    under    the heading above it, for the label; empty when there is none
    caption  the line ‘Table: What it cost’ above it, if there is one
    """
    if caption is not None:
        table.children.insert(0, _caption(caption))
    _mark_headings(table)
    for cell in table.every("th", "td"):
        _align(cell)
    captions = table.every("caption")
    title = plain(captions[0].children) if captions else under
    label = f"Table {number}: {title}" if title else f"Table {number}"  # numbered, so no two are alike
    frame = {"class": "scrolls", "role": "region", "tabindex": "0", "aria-label": label}
    return Element("div", frame, [table])


def is_caption(node: Element | str) -> bool:
    """True for a paragraph that begins with ‘Table:’ and goes on."""
    if isinstance(node, str) or node.tag != "p":
        return False
    words = plain(node.children)
    return _opening(node).startswith(_CAPTION_MARK) and words != _CAPTION_MARK


def _opening(line: Element) -> str:
    first = line.children[0] if line.children else ""
    return first if isinstance(first, str) else ""


def _caption(line: Element) -> Element:
    words = _opening(line).removeprefix(_CAPTION_MARK).lstrip()
    return Element("caption", {}, [words, *line.children[1:]])


def _mark_headings(table: Element) -> None:
    heads = {id(cell) for head in table.every("thead") for cell in head.every("th")}
    for cell in table.every("th"):
        if plain(cell.children):
            cell.attributes["scope"] = "col" if id(cell) in heads else "row"
        else:
            cell.tag = "td"  # an empty heading would be announced and say nothing
    rows = [row.every("th", "td") for row in table.every("tr")]
    if heads and rows[0] and rows[0][0].tag == "td":
        _name_rows(rows[1:])


def _name_rows(rows: list[list[Element]]) -> None:
    """Make the first cell of each row its heading: an empty corner says that is what it is."""
    for row in rows:
        if row and row[0].tag == "td" and plain(row[0].children):
            row[0].tag = "th"
            row[0].attributes["scope"] = "row"


def _align(cell: Element) -> None:
    side = _ALIGNED.get(cell.attributes.pop("align", ""))
    if side:
        cell.attributes["class"] = side
