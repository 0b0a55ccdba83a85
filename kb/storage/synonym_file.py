"""The synonyms in content/synonyms.csv, which the improvement lead edits in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.synonym import SynonymKind, SynonymRow
from kb.storage.content_files import read_text
from kb.storage.fields import MistakesOf, nearest_of, shown, suggestion

COLUMNS = ["group", "typed", "expands_to", "kind"]
LARGEST = 1_000_000


def read_synonyms(content: Path) -> tuple[tuple[SynonymRow, ...], tuple[Mistake, ...]]:
    """The rows that could be read, in file order, and every mistake in the file."""
    mistakes = MistakesOf(content / "synonyms.csv")
    rows: list[SynonymRow] = []
    try:
        text, _ = read_text(mistakes.path, largest=LARGEST)
        seen: dict[str, int] = {}
        for line, cells in _lines(text, mistakes):
            row = _row(cells, line, mistakes)
            if row and _is_new(row, line, seen, mistakes):
                rows.append(row)
    except ContentInvalid as error:
        mistakes.take(error)
    return tuple(rows), tuple(mistakes.found)


def _lines(text: str, mistakes: MistakesOf) -> Iterator[tuple[int, list[str]]]:
    """Each row below the header with the line on which it begins; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if begins == 1 and cells != COLUMNS:
                mistakes.add(1, f"The first line must be {','.join(COLUMNS)}.")
            elif begins > 1 and any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        mistakes.add(
            begins, "A quotation mark in this row is opened and not closed; put it right in the spreadsheet."
        )


def _row(cells: list[str], line: int, mistakes: MistakesOf) -> SynonymRow | None:
    if len(cells) != len(COLUMNS):
        mistakes.add(
            line, f"This row has {len(cells)} columns; it needs {len(COLUMNS)}: {', '.join(COLUMNS)}."
        )
        return None
    empty = [name for name, cell in zip(COLUMNS, cells, strict=True) if not _parts(cell)]
    if empty:
        mistakes.add(line, f"The column ‘{empty[0]}’ is empty; fill it in or take the row out.")
        return None
    group, typed, expands_to, kind = (cell.strip() for cell in cells)
    known = [one.value for one in SynonymKind]
    if kind not in known:
        end = suggestion(nearest_of(kind, known), f"write one of {', '.join(known)}")
        mistakes.add(line, f"The kind {shown(kind)} is not known; {end}")
        return None
    return SynonymRow(group=group, typed=_parts(typed), expands_to=_parts(expands_to), kind=SynonymKind(kind))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _is_new(row: SynonymRow, line: int, seen: dict[str, int], mistakes: MistakesOf) -> bool:
    """True when no earlier row has one of the typed words; within a row they may differ in capitals only."""
    words = {word.casefold() for word in row.typed}
    again = sorted(words & seen.keys())
    for word in again:
        mistakes.add(
            line, f"{shown(word)} is already typed on line {seen[word]}; put the meanings into one row."
        )
    seen.update(dict.fromkeys(words - seen.keys(), line))
    return not again
