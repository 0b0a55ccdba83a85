"""Tables as CSV files that a spreadsheet opens safely: no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK = "\ufeff"
"""Without it a spreadsheet takes the file for the machine's own old encoding, and ‘é’ and ‘£’ break."""


def csv_answer(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file to save, for the one who asked for it alone.

    name  of the file, such as commissions.csv
    rows  texts, numbers and days; None is an empty cell
    """
    answer = Response(csv_text(heading, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180), UTF-8 with a mark at the beginning."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([cell(each) for each in heading])
    writer.writerows([cell(each) for each in row] for row in rows)
    return _MARK + written.getvalue()


def cell(value: object) -> object:
    """A value as a cell: numbers stay numbers, and a text that would be a formula gets an apostrophe in front.

    Source: OWASP, “CSV Injection”.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text
