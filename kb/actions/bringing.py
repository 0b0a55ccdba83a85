"""Bring what somebody has written elsewhere into a text: a Word file, a Markdown file, or what they pasted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.actions import picturing
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotFound, TooLarge
from kb.domain.foreign_addresses import address_on_the_web
from kb.domain.foreign_text import foreign_body, readable_body
from kb.domain.permission import Verb, may
from kb.domain.plain_words import shortened
from kb.domain.text import Content, Kind, Text
from kb.domain.word_pictures import target_of, with_words, words_beside
from kb.storage import journal, text_revisions, texts
from kb.storage.article_files import BODY_BYTES
from kb.storage.database import Database
from kb.storage.foreign import foreign_page
from kb.storage.pasting import pasted_text
from kb.storage.virus_check import refuse_infected
from kb.storage.word import word_text

_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What was brought, ready for the editor.

    title  the first heading, when it stands for one; else empty
    body   Markdown of ours
    notes  what was left behind or must be looked at, a sentence each
    """

    title: str
    body: str
    notes: tuple[str, ...]


def from_word(
    db: Database, var: Path, account: Account, text: Text, raw: bytes, *, virus_check: str
) -> Brought:
    """What a Word file says, with its tables; its pictures become pictures of the text.

    Raises BadRequest or TooLarge with the reason and what to do, NotFound for a text that is not theirs to change.
    """
    refuse_infected(raw, virus_check)
    word = word_text(raw)
    markdown = with_words(word.markdown)
    places: dict[str, str] = {}
    refused: list[str] = []
    for number, picture in enumerate(word.pictures):
        try:
            alt = words_beside(markdown, number)
            kept = picturing.bring(db, var, account, text, picture, alt=alt, virus_check=virus_check)
        except BadRequest as error:
            refused.append(f"Picture {number + 1} was left out: {error}")
        else:
            places[target_of(number)] = f"../pictures/{kept.name}.webp"
    notes = [*refused]
    if places:
        notes.append(
            "Say of each picture what it shows and who can be recognised; nobody else sees it before."
        )
    if word.lost_formulas:
        notes.append("Formulas were left out; write them again.")
    return _brought(markdown, places, notes)


def from_markdown(raw: bytes, *, virus_check: str) -> Brought:
    """What a Markdown or plain text file says, without its front matter. Raises BadRequest or TooLarge."""
    refuse_infected(raw, virus_check)
    if not raw.strip():
        raise BadRequest("This file is empty; choose another one.")
    if len(raw) > BODY_BYTES:
        raise TooLarge(f"This file is larger than {BODY_BYTES // 1000} kB; split it into two articles.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest("This file is not plain text in UTF-8; save it as UTF-8 and try again.") from None
    if "\0" in text:
        raise BadRequest("This is not a text file, whatever its name says; choose a Markdown or Word file.")
    page = foreign_page(text)
    brought = _brought(page.body, {}, [])
    title = str(page.values.get("title") or "") or brought.title
    return Brought(title=title, body=brought.body, notes=brought.notes)


def from_paste(html: str) -> Brought:
    """What was copied from Word or a web page. Raises BadRequest or TooLarge with what to do."""
    return _brought(pasted_text(html), {}, [])


def from_file(
    db: Database, var: Path, account: Account, text: Text, name: str, raw: bytes, *, virus_check: str
) -> Brought:
    """What a file says, by what it is: Word when it is a zip or ends with .docx, else Markdown. Raises as those do."""
    is_word = raw.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or name.casefold().endswith((".docx", ".doc"))
    if is_word:
        return from_word(db, var, account, text, raw, virus_check=virus_check)
    return from_markdown(raw, virus_check=virus_check)


def put_into(db: Database, account: Account, text_id: int, brought: Brought, *, add: bool) -> None:
    """Make what was brought a new version of a text; the one before stays in its history.

    add  put it behind what stands there now, instead of in its place

    Raises NotFound for a text that is not theirs to change now.
    """
    now = datetime.now(UTC)
    with db.write():
        text = texts.find(db, text_id)
        if text is None or text.discarded_at is not None or not may(account, Verb.EDIT, text.standing):
            raise NotFound(
                "There is no such text, or it is not yours to change. Look at your list of articles."
            )
        before, words = text.content, brought.body
        if before.title and brought.title and brought.title.casefold() != before.title.casefold():
            words = f"## {brought.title}\n\n{words}"  # it is no title here, so it stays a heading
        body = f"{before.body.rstrip()}\n\n{words}" if add and before.body.strip() else words
        title = (
            {} if before.title or not brought.title else {"title": shortened(brought.title, _LONGEST_TITLE)}
        )
        text_revisions.add(
            db,
            text.id,
            based_on=text.revision,
            kind=Kind.SAVE,
            saved_by=account.id,
            content=Content(fields={**before.fields, **title}, body=body),
            now=now,
        )
        journal.record(db, actor=account.id, verb="bring-in", subject=f"text:{text.id}", school=text.school)


def _brought(markdown: str, places: dict[str, str], notes: list[str]) -> Brought:
    body = foreign_body(markdown)
    title = body.headings[0] if body.headings and markdown.lstrip().startswith("# ") else ""
    readable = readable_body(body, title=title, link=address_on_the_web, picture=places.get)
    if not readable.text.strip():
        raise BadRequest("There is no text in this file; choose another one.")
    if readable.pictures_left_out:
        notes.append(
            f"{_counted(readable.pictures_left_out, 'picture')} left out; add them with the picture button."
        )
    if readable.links_undone:
        notes.append(f"{_counted(readable.links_undone, 'link')} led nowhere here; only the words were kept.")
    return Brought(title=title, body=readable.text, notes=tuple(notes))


def _counted(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
