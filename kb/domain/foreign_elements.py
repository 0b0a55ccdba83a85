"""HTML elements that hold something, as Markdown: what each becomes once its end has come."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.domain.foreign_inline import emphasis, link, one_line, raised
from kb.domain.foreign_tables import Rows, cell_text, table_text


def tags(names: str) -> frozenset[str]:
    """The names of some tags, parted by spaces."""
    return frozenset(names.split())


LISTS = tags("ul ol menu dir")
CELLS = tags("td th")
HEADINGS = tags("h1 h2 h3 h4 h5 h6")
TABLE_PARTS = tags("table thead tbody tfoot tr td th caption colgroup")
BLOCKS = tags(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure "
    "footer form header hgroup html legend li main nav p search section summary"
)
WORDS = tags(
    "a abbr acronym b bdi bdo big cite data del dfn em font i ins label mark q rp rt ruby s small "
    "span strike strong sub sup time u var"
)
HELD = WORDS | HEADINGS | LISTS | TABLE_PARTS | BLOCKS

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "dfn": "*", "var": "*"}
_STRUCK = dict.fromkeys(("del", "s", "strike"), "~~")
_NUMBER = re.compile(r"[0-9]{1,6}")
_STROKE = re.compile(r"(?<!\\)\|")
_INDENT = " " * 4  # enough for every parser to see that a line belongs to the list item above


@dataclass(slots=True)
class Element:
    """An element and what has been read of its inside.

    items  of a list, so far
    rows   of a table; the cells of a row that has not ended are the last
    """

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    items: int = 0
    caption: str = ""
    rows: Rows = field(default_factory=list)


def markdown_of(element: Element, around: Sequence[Element]) -> str:
    """What an element that has ended leaves in the text.

    around  the elements it stands in, the innermost last; a list counts its items, a table keeps its cells
    """
    inside = "".join(element.parts)
    if element.tag in _MARKS | _STRUCK:
        return emphasis(inside, (_MARKS | _STRUCK)[element.tag])
    written = _WRITTEN.get(element.tag)
    if written:
        return written(element, inside, around)
    if element.tag in HEADINGS:
        words = one_line(inside)
        return f"\n\n{'#' * int(element.tag[1])} {words}\n\n" if words else ""
    return f"\n\n{inside.strip(chr(10))}\n\n" if element.tag in BLOCKS else inside


def _innermost(around: Sequence[Element], tags: frozenset[str]) -> Element | None:
    return next((one for one in reversed(around) if one.tag in tags), None)


def _link(element: Element, inside: str, _around: Sequence[Element]) -> str:
    target = element.attributes.get("href", "")
    words = inside.strip()
    before, after = (" " if inside[:1].isspace() else ""), (" " if inside[-1:].isspace() else "")
    return f"{before}{link(words, target)}{after}" if target else inside


def _item(_element: Element, inside: str, around: Sequence[Element]) -> str:
    words = inside.strip()
    holder = _innermost(around, LISTS)
    mark = "-"
    if holder is not None and holder.tag == "ol":
        start = holder.attributes.get("start", "")
        mark = f"{(int(start) if _NUMBER.fullmatch(start) else 1) + holder.items}."
    if holder is not None:
        holder.items += 1
    lines = [line and f"{_INDENT}{line}" for line in words.split("\n")]
    return f"\n{mark} {chr(10).join(lines).strip()}" if words else ""


def _list(_element: Element, inside: str, around: Sequence[Element]) -> str:
    items = inside.strip()
    nested = _innermost(around, LISTS | {"table"}) is not None
    return f"\n{items}\n" if nested else f"\n\n{items}\n\n"


def _quote(_element: Element, inside: str, _around: Sequence[Element]) -> str:
    lines = inside.strip().split("\n")
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _label(_element: Element, inside: str, _around: Sequence[Element]) -> str:
    return f"\n\n{emphasis(one_line(inside), '**')}\n\n"


def _cell(_element: Element, inside: str, around: Sequence[Element]) -> str:
    table = _innermost(around, frozenset(("table",)))
    if table is None:
        return f"{inside.strip()} "
    if not table.rows:
        table.rows.append([])
    table.rows[-1].append(_STROKE.sub(r"\\|", cell_text(inside)))
    return ""


def _row(_element: Element, inside: str, around: Sequence[Element]) -> str:
    table = _innermost(around, frozenset(("table",)))
    if table is not None and (not table.rows or table.rows[-1]):
        table.rows.append([])
    return inside.strip()


def _caption(_element: Element, inside: str, around: Sequence[Element]) -> str:
    table = _innermost(around, frozenset(("table",)))
    if table is None:
        return inside
    table.caption = one_line(inside)
    return ""


def _table(element: Element, inside: str, around: Sequence[Element]) -> str:
    in_cell = _innermost(around, CELLS) is not None
    stray = inside.strip()
    before = f"\n\n{stray}\n\n" if stray else ""
    return before + table_text(element.rows, caption=element.caption, inside_cell=in_cell)


def _high(element: Element, inside: str, _around: Sequence[Element]) -> str:
    return raised(inside, lowered=element.tag == "sub")


def _quoted(_element: Element, inside: str, _around: Sequence[Element]) -> str:
    return f"‘{inside}’"


_WRITTEN: Mapping[str, Callable[[Element, str, Sequence[Element]], str]] = {
    "a": _link,
    "li": _item,
    **dict.fromkeys(LISTS | {"dl"}, _list),
    "blockquote": _quote,
    "summary": _label,
    "dt": _label,
    "legend": _label,
    "td": _cell,
    "th": _cell,
    "tr": _row,
    "caption": _caption,
    "table": _table,
    "sup": _high,
    "sub": _high,
    "q": _quoted,
}
