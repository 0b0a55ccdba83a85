"""content/synonyms.csv, changed a line at a time: written beside itself and renamed, so nobody reads half of it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from kb.domain.errors import ContentInvalid
from kb.domain.synonym import SynonymRow
from kb.storage.content_files import write_text
from kb.storage.synonym_file import COLUMNS, read_synonyms

NAME = "synonyms.csv"


def rows_of(content: Path) -> tuple[SynonymRow, ...]:
    """Every line. Raises ContentInvalid when one cannot be read: writing would lose it."""
    rows, mistakes = read_synonyms(content)
    if mistakes:
        raise ContentInvalid(mistakes)
    return rows


def write_rows(content: Path, rows: Iterable[SynonymRow]) -> None:
    """Put the lines into the file, in this order. Raises Unavailable; the old file then stands."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row.group, "; ".join(row.typed), "; ".join(row.expands_to), row.kind.value])
    write_text(content / NAME, written.getvalue())


def key_of(row: SynonymRow) -> str:
    """What stands for a line as it is: another one as soon as anything in it is changed."""
    text = "\0".join((row.group, *row.typed, "", *row.expands_to, "", row.kind.value))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
