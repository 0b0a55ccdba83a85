"""What a person may ask for by law: a copy of everything that is kept about them, and its erasure."""

from __future__ import annotations

import html
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer import generation
from indexer.errors import IndexerError
from kb.actions import printing
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotAllowed
from kb.domain.permission import Verb, may
from kb.storage import editions, journal, personal
from kb.storage.content_files import write_text
from kb.storage.database import Database

_PAGE = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body><h1>{title}</h1><p>{about}</p>{tables}</body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was changed."""

    rows: int
    files: int


def export(db: Database, content: Path, account: Account) -> bytes:
    """A ZIP file with data.json and data.html: every row on a person, and the articles that carry their name."""
    rows = personal.rows_on(db, account)
    carrying = [path.name for path in _texts(content) if _names(path, account)]
    now = datetime.now(UTC)
    data = {"account": account.id, "made": now.isoformat(), "rows": rows, "articles": carrying}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        file.writestr("data.html", _readable(account, rows, carrying, now))
    return packed.getvalue()


class ReasonMissing(BadRequest):
    """An erasure is written down with its reason."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Write down why the data are erased, such as ‘she asked for it’.")


class StillActive(BadRequest):
    """Somebody who can still sign in is not erased."""

    def __init__(self) -> None:
        super().__init__("Close the account first; then its data can be erased.")


def export_of(db: Database, content: Path, actor: Account, account: Account) -> bytes:
    """The same for an administrator, who gives it to the person; it stands in the journal. Raises NotAllowed."""
    if not may(actor, Verb.MANAGE_ACCOUNTS):
        raise NotAllowed
    journal.record(db, actor=actor.id, verb="export-person", subject=f"account:{account.id}")
    return export(db, content, account)


def erase_for(
    db: Database, content: Path, var: Path, account: Account, *, actor: Account, reason: str
) -> Erased:
    """Erase somebody who has left, and let search forget the name as well.

    Raises NotAllowed, StillActive, ReasonMissing.
    """
    if not may(actor, Verb.MANAGE_ACCOUNTS):
        raise NotAllowed
    if account.active:
        raise StillActive
    if not reason.strip():
        raise ReasonMissing
    return erase(db, content, var, account, actor=actor.id, reason=reason.strip())


def what_goes(db: Database, content: Path, account: Account) -> tuple[dict[str, int], tuple[str, ...]]:
    """What an erasure would touch: table → rows on the person, and the articles that carry their name."""
    rows = {table: len(found) for table, found in personal.rows_on(db, account).items()}
    return rows, tuple(path.stem for path in _texts(content) if _is_article(path) and _names(path, account))


def erase(
    db: Database, content: Path, var: Path, account: Account, *, actor: int | None = None, reason: str = ""
) -> Erased:
    """Take a person out of the database, the articles, the letters and the index; the journal keeps a number.

    What they wrote stays, by a former contributor. Old backups are not touched.

    actor  account id of the administrator; None for whoever may run commands on the machine
    """
    changed = 0
    replaced = personal.without(account)
    for path in _texts(content):
        text = path.read_text("utf-8")
        if (new := replaced(text)) != text:
            write_text(path, new)
            changed += 1
            if _is_article(path) and editions.last(db, path.stem):  # others are read again by ‘kb index’
                printing.enqueue(db, path.stem)
    with db.write():
        rows = personal.erase(db, account)
        journal.record(
            db,
            actor=actor,
            verb="erase-person",
            subject=f"account:{account.id}",
            reason=replaced(reason),  # it may hold the name that is to be forgotten
        )
    personal.forget_pages(db)
    for letter in (var / "mail").rglob("*.eml"):
        if account.email and account.email in letter.read_text("utf-8", errors="replace").lower():
            letter.unlink()
            changed += 1
    _forget_old_indexes(var / "index")
    return Erased(rows=rows, files=changed)


def _forget_old_indexes(root: Path) -> None:
    """Delete every generation but the live one; the live one is built anew by ``kb index``."""
    try:
        live = generation.current(root).resolve()
    except (IndexerError, OSError):
        return
    for folder in generation.generations(root):
        if folder.resolve() != live:
            shutil.rmtree(folder)


def _is_article(path: Path) -> bool:
    return path.suffix == ".md" and path.parent.name == "articles"


def _texts(content: Path) -> list[Path]:
    return [
        path
        for path in sorted(content.rglob("*"))
        if path.suffix in {".md", ".yaml", ".csv"} and path.is_file()
    ]


def _names(path: Path, account: Account) -> bool:
    text = path.read_text("utf-8", errors="replace")
    return personal.without(account)(text) != text


def _readable(
    account: Account, rows: dict[str, list[dict[str, object]]], carrying: list[str], now: datetime
) -> str:
    tables = [
        f"<h2>{html.escape(table)}</h2>"
        + "".join(
            "<dl>"
            + "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(str(v))}</dd>" for k, v in row.items())
            + "</dl>"
            for row in found
        )
        for table, found in rows.items()
    ]
    tables.append("<h2>Articles with your name</h2><ul>")
    tables += [f"<li>{html.escape(name)}</li>" for name in carrying]
    return _PAGE.format(
        title=html.escape(f"What is kept about {account.name}"),
        about=f"Made on {now:%d %B %Y}. The same stands in data.json for programmes.",
        tables="".join([*tables, "</ul>"]),
    )
