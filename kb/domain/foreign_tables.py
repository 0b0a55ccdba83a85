"""HTML tables as Markdown tables."""

from __future__ import annotations

import re

from kb.domain.foreign_inline import one_line

Rows = list[list[str]]
"""The rows of a table, each a list of cells."""

_ITEM = re.compile(r"\n[ \t]*(?:[-*+]|\d{1,9}\.)[ \t]+")
_ROW = re.compile(r" {0,3}\|.*\|[ \t]*")
_RULE = re.compile(r"[ \t|:-]*-[ \t|:-]*")
_GAP = re.compile(r"\s*\n[ \t]*\n\s*")


def cell_text(inside: str) -> str:
    """What stands in a cell on one line: items of a list parted by semicolons, paragraphs by strokes."""
    items = _ITEM.sub("; ", f"\n{inside.strip()}").strip().removeprefix("; ")
    return one_line(_GAP.sub(" / ", items)).replace(" / ; ", " ").replace(" / / ", " / ")


def table_text(rows: Rows, *, caption: str, inside_cell: bool) -> str:
    """The table as Markdown, its first row the headings; a table of one column as paragraphs.

    inside_cell  a table in a table, which Markdown does not know, becomes a line of words
    """
    filled = [row for row in rows if any(row)]
    width = max((len(row) for row in filled), default=0)
    if not filled:
        return caption
    if inside_cell:
        return " / ".join([*([caption] if caption else []), *(", ".join(row) for row in filled)])
    if width == 1:
        return "\n\n" + "\n\n".join([*([caption] if caption else []), *(row[0] for row in filled)]) + "\n\n"
    lines = [_row(row, width) for row in filled]
    lines.insert(1, _row(["---"] * width, width))
    above = f"Table: {caption}\n\n" if caption else ""
    return f"\n\n{above}" + "\n".join(lines) + "\n\n"


def with_rules(text: str) -> str:
    """The text with a line of dashes under the first row of tables that were written without one."""
    lines = text.split("\n")
    done: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        begins = bool(_ROW.fullmatch(line)) and not (done and "|" in done[-1])
        done.append(line)
        if begins and _ROW.fullmatch(following) and not _RULE.fullmatch(following):
            done.append(_row(["---"] * (line.strip().strip("|").count("|") + 1), 0))
    return "\n".join(done)


def _row(cells: list[str], width: int) -> str:
    padded = [*cells, *[""] * (width - len(cells))]
    return f"| {' | '.join(padded)} |"
