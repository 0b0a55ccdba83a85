"""Keep the list of synonyms: try a line before it counts, add it, change it, take it out.

The file in content/ is the truth. Two who change it at once do so one after the other, and the second is told when
the line is not any more what was on the page. What is written takes effect in every process within seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.analysis import folded
from indexer.document import Filters, Query
from indexer.errors import BadQuery, IndexerError
from indexer.synonyms import Synonym
from kb.actions.searching import Search, synonyms_from
from kb.domain.account import Account
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound, Unavailable
from kb.domain.search import Reader
from kb.domain.synonym import SynonymRow
from kb.storage import journal
from kb.storage.database import Database
from kb.storage.synonym_writing import key_of, rows_of, write_rows

SUBJECT = "synonyms"
MOST_SAMPLES = 8
LISTED = 8
MOST_PARTS = 20
LONGEST_PART = 100
_FORBIDDEN = frozenset("=+-@\t\r")


class SynonymWrong(KnowledgeBaseError):
    """A line that cannot be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class LineChanged(KnowledgeBaseError):
    """Somebody else was quicker."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody has changed or removed this line meanwhile. What you typed is still here. Look at the list, "
            "open the line again and put your change into it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A search before and after a change: the titles that are listed, best first, and how many there are."""

    query: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    total_before: int
    total_after: int

    @property
    def changed(self) -> bool:
        """True when the reader would see something else."""
        return self.before != self.after or self.total_before != self.total_after


def parts(text: str) -> tuple[str, ...]:
    """Words separated by semicolons, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def checked(row: SynonymRow, others: Sequence[SynonymRow]) -> SynonymRow:
    """The line when it can stand in the file beside the others. Raises SynonymWrong."""
    for field, words, what in (
        ("typed", row.typed, "what people type"),
        ("expands_to", row.expands_to, "what is searched as well"),
    ):
        if not words:
            raise SynonymWrong(field, f"Write down {what}.")
        if len(words) > MOST_PARTS or any(len(word) > LONGEST_PART for word in words):
            raise SynonymWrong(
                field, f"Use at most {MOST_PARTS} wordings of at most {LONGEST_PART} characters each."
            )
        if any(word[0] in _FORBIDDEN for word in words):
            raise SynonymWrong(
                field, "Begin each wording with a letter or a number; spreadsheets open this list, too."
            )
    if not row.group or row.group[0] in _FORBIDDEN:
        raise SynonymWrong(
            "group", "Choose or write the group that this line stands in, such as SEND and health."
        )
    if {folded(word) for word in row.typed} & {folded(word) for word in row.expands_to}:
        raise SynonymWrong("expands_to", "One wording stands on both sides. Take it out of one of them.")
    taken = {word.casefold(): other for other in others for word in other.typed}
    again = next((word for word in row.typed if word.casefold() in taken), None)
    if again is not None:
        group = taken[again.casefold()].group
        raise SynonymWrong(
            "typed", f"‘{again}’ has a line already, in the group ‘{group}’. Change that line instead."
        )
    return row


def find(content: Path, key: str) -> SynonymRow:
    """The line of a key. Raises NotFound, ContentInvalid."""
    found = next((row for row in rows_of(content) if key_of(row) == key), None)
    if found is None:
        raise NotFound("There is no such line any more. Somebody may have changed it: look at the list.")
    return found


def with_typed(content: Path, typed: str) -> SynonymRow:
    """The line in which something is typed. Raises NotFound, ContentInvalid."""
    wanted = typed.strip().casefold()
    found = next((row for row in rows_of(content) if wanted in {word.casefold() for word in row.typed}), None)
    if found is None:
        raise NotFound(f"No line has ‘{typed}’ on its left side. ‘kb synonyms list’ prints them all.")
    return found


def put(
    db: Database, content: Path, row: SynonymRow, *, by: Account | None, instead_of: str = ""
) -> SynonymRow:
    """Add a line at the end of its group, or put it in place of another.

    instead_of  the key of the line as it was on the page

    Raises SynonymWrong, LineChanged, ContentInvalid, Unavailable.
    """
    with db.write():  # one after the other, in all processes
        rows = list(rows_of(content))
        place = _place(rows, instead_of) if instead_of else None
        before = rows.pop(place) if place is not None else None
        checked(row, rows)
        rows.insert(_where(rows, row, place, before), row)
        _note(db, by, "synonym-change" if before else "synonym-add", row, before)
        write_rows(content, rows)
    return row


def retire(db: Database, content: Path, key: str, *, by: Account | None) -> SynonymRow:
    """Take a line out; the journal keeps it. Raises LineChanged, ContentInvalid, Unavailable."""
    with db.write():
        rows = list(rows_of(content))
        row = rows.pop(_place(rows, key))
        _note(db, by, "synonym-retire", row, None)
        write_rows(content, rows)
    return row


def _place(rows: Sequence[SynonymRow], key: str) -> int:
    place = next((number for number, row in enumerate(rows) if key_of(row) == key), None)
    if place is None:
        raise LineChanged
    return place


def _where(rows: Sequence[SynonymRow], row: SynonymRow, place: int | None, before: SynonymRow | None) -> int:
    """Where a line goes: to its old place, or behind the others of its group."""
    if place is not None and before is not None and before.group == row.group:
        return place
    last = max(
        (number for number, other in enumerate(rows) if other.group == row.group), default=len(rows) - 1
    )
    return last + 1


def _note(db: Database, by: Account | None, verb: str, row: SynonymRow, before: SynonymRow | None) -> None:
    detail = {"row": _plain(row), **({"before": _plain(before)} if before else {})}
    journal.record(db, actor=by.id if by else None, verb=verb, subject=SUBJECT, detail=detail)


def _plain(row: SynonymRow) -> dict[str, object]:
    return {
        "group": row.group,
        "typed": list(row.typed),
        "expands_to": list(row.expands_to),
        "kind": row.kind.value,
    }


def tried(
    search: Search,
    content: Path,
    row: SynonymRow | None,
    queries: Sequence[str],
    reader: Reader,
    *,
    instead_of: str = "",
) -> tuple[Tried, ...]:
    """What some searches find now, and with the line added, changed or (``row`` None) taken out."""
    rows = rows_of(content)
    now = synonyms_from(rows)
    left = [other for other in rows if key_of(other) != instead_of]
    then = synonyms_from([*left, *([row] if row else [])])
    found = []
    for query in queries[:MOST_SAMPLES]:
        before, total_before = _titles(search, query, reader, now)
        after, total_after = _titles(search, query, reader, then)
        found.append(
            Tried(query=query, before=before, after=after, total_before=total_before, total_after=total_after)
        )
    return tuple(found)


def _titles(
    search: Search, text: str, reader: Reader, synonyms: Sequence[Synonym]
) -> tuple[tuple[str, ...], int]:
    """The titles that a search would list with these synonyms, best first, and how many there would be."""
    visibilities = frozenset(str(visibility) for visibility in reader.visibilities)
    query = Query(text=text, filters=Filters(visibilities=visibilities), limit=LISTED)
    try:
        results = search.engine.trial(query, synonyms)
    except BadQuery as error:
        raise BadRequest(str(error)) from error
    except IndexerError as error:
        raise Unavailable("Search is being prepared. Try again in a few minutes.") from error
    return tuple(hit.title for hit in results.hits), results.total
