"""Pictures for texts: taken, described, let go, and put beside an article when it is published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from kb.actions.printing import article_at
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import Verb, may
from kb.domain.picture import Answers, about, shown_in
from kb.domain.text import Text
from kb.storage import journal, pictures, published_pictures, texts
from kb.storage.database import Database
from kb.storage.picture_making import Made, made_anew
from kb.storage.pictures import Picture
from kb.storage.virus_check import refuse_infected

MOST = 40
"""Pictures of one text."""


def add(
    db: Database,
    var: Path,
    account: Account,
    text: Text,
    raw: bytes,
    answers: Answers,
    *,
    virus_check: str,
) -> Picture:
    """Take a picture into a text, with what its giver says of it.

    Raises PictureRefused with the field and what to do, TooLarge, NotFound for a text that is not theirs to change,
    and Unavailable; then nothing is kept.
    """
    said = about(answers, _today())
    made = _looked_at(account, text, raw, virus_check)
    with db.write():
        name = _kept(db, var, account, text, made, alt=said.alt)
        pictures.answer(db, name, said)
    return _found(db, text, name)


def bring(
    db: Database, var: Path, account: Account, text: Text, raw: bytes, *, alt: str, virus_check: str
) -> Picture:
    """Take a picture that came within a Word file; nobody but its writers sees it until somebody says who is on it.

    Raises as ``add`` does.
    """
    made = _looked_at(account, text, raw, virus_check)
    with db.write():
        name = _kept(db, var, account, text, made, alt=alt)
    return _found(db, text, name)


def adopt(db: Database, content: Path, var: Path, account: Account, text_id: int) -> None:
    """Let a new version of an article know the pictures it shows that no text knows, so that they can be described.

    They came with an import. May be done again. Raises Unavailable when the disk refuses.
    """
    text = texts.find(db, text_id)
    old = article_at(db, text.replaces) if text and text.replaces else None
    if text is None or old is None or not may(account, Verb.EDIT, text.standing):
        return
    for name in shown_in(old.body):
        pictures.adopt(db, content, var, text.id, name, given_by=account.id, now=datetime.now(UTC))


def describe(
    db: Database, content: Path, account: Account, text: Text, name: str, answers: Answers, *, var: Path
) -> None:
    """Say anew what a picture shows, who can be recognised on it and until when that is agreed.

    Raises PictureRefused with the field and what to do, NotFound.
    """
    _insist(account, text)
    picture = _found(db, text, name)
    said = about(answers, _today())
    with db.write():
        pictures.answer(db, picture.name, said)
        journal.record(
            db, actor=account.id, verb="describe-picture", subject=f"text:{text.id}", school=text.school
        )
    if published_pictures.published_about(content, name) is not None:
        pictures.publish(db, content, var, [name])


def remove(db: Database, var: Path, account: Account, text: Text, name: str) -> None:
    """Take a picture out of a text under way. Raises BadRequest while the text shows it, NotFound."""
    _insist(account, text)
    picture = _found(db, text, name)
    if picture.text_id != text.id:
        raise BadRequest("An earlier version of the article shows this picture, so it stays in its history.")
    if name in shown_in(text.content.body):
        raise BadRequest("The text still shows this picture. Take it out of the text first, and save.")
    with db.write():
        pictures.remove(db, var, picture)
        journal.record(
            db, actor=account.id, verb="remove-picture", subject=f"text:{text.id}", school=text.school
        )


def put_beside(db: Database, content: Path, var: Path, body: str) -> None:
    """Copy the pictures that a text shows to content/pictures: before its article is written. May be done again."""
    pictures.publish(db, content, var, shown_in(body))


def _looked_at(account: Account, text: Text, raw: bytes, virus_check: str) -> Made:
    _insist(account, text)
    refuse_infected(raw, virus_check)
    return made_anew(raw)


def _kept(db: Database, var: Path, account: Account, text: Text, made: Made, *, alt: str) -> str:
    if len(pictures.of_text(db, text.id)) >= MOST:
        raise BadRequest(f"This text has {MOST} pictures already; take one away first.")
    name = pictures.keep(db, var, text.id, made, alt=alt, given_by=account.id, now=datetime.now(UTC))
    journal.record(db, actor=account.id, verb="add-picture", subject=f"text:{text.id}", school=text.school)
    return name


def _insist(account: Account, text: Text) -> None:
    if not may(account, Verb.EDIT, text.standing):
        raise NotFound("There is no such text, or it is not yours to change. Look at your list of articles.")


def _found(db: Database, text: Text, name: str) -> Picture:
    picture = pictures.find(db, name)
    if picture is None or picture not in pictures.of_text(db, text.id):
        raise NotFound("This text has no such picture. It may have been taken away.")
    return picture


def _today() -> date:
    return datetime.now(UTC).date()
