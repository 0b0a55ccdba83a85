"""Who writes a text: a colleague joins, somebody leaves, the lead gives it to somebody when all have left."""

from __future__ import annotations

from kb.actions.notifying import notify
from kb.actions.text_journal import note
from kb.actions.text_rights import text_for
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotAllowed
from kb.domain.permission import State, Verb, may
from kb.domain.text import Text
from kb.storage import accounts, text_authors, texts
from kb.storage.database import Database

MOST = 20
"""Authors of one text."""


class NotAnAuthor(BadRequest):
    """Nobody who can write here has this address."""

    field = "colleague"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or "Nobody with this address can write here. Check it, or ask the lead to invite them."
        )


class LastAuthor(BadRequest):
    """A text must have somebody who answers for it."""

    def __init__(self) -> None:
        super().__init__("You are its only author. Add a colleague first, then leave.")


def add(db: Database, account: Account, text_id: int, named: str) -> Account:
    """Make a colleague of any school an author, by their e-mail address or handle, and tell them so.

    Raises NotAnAuthor, and what ``text_for`` raises.
    """
    with db.write():
        text = text_for(db, account, text_id, Verb.NAME_AUTHORS)
        person = _writer(db, named)
        if person.id in text.authors:
            raise NotAnAuthor(f"{person.name} is an author of this article already.")
        if text.state in (State.IN_REVIEW, State.ACCEPTED) and person.id == text.reviewer:
            raise NotAnAuthor(f"{person.name} is reviewing this article. Hand it to another reviewer first.")
        if len(text.authors) >= MOST:
            raise NotAnAuthor(f"An article has at most {MOST} authors.")
        texts.set_authors(db, text_id, [*text.authors, person.id])
        note(db, account, text, Verb.NAME_AUTHORS)
        _tell(db, account, person, text)
    return person


def leave(db: Database, account: Account, text_id: int) -> None:
    """Stop being an author. Who owned the text hands it to the next author. Raises LastAuthor and as ``text_for``."""
    with db.write():
        text = text_for(db, account, text_id, Verb.NAME_AUTHORS)
        if account.id not in text.authors:
            raise NotAnAuthor("You are not an author of this article.")
        staying = [each for each in text.authors if each != account.id]
        active = [each for each in staying if (found := accounts.find(db, each)) and may(found, Verb.WRITE)]
        if not active:
            raise LastAuthor
        texts.set_authors(db, text_id, staying)
        if text.owner == account.id:
            text_authors.set_owner(db, text_id, active[0])
        note(db, account, text, "leave-text")


def without_author(db: Database, account: Account) -> tuple[Text, ...]:
    """The texts whose authors have all left, for the lead. Raises NotAllowed."""
    if not may(account, Verb.OVERSEE):
        raise NotAllowed
    found = (texts.find(db, each) for each in text_authors.without_active_author(db))
    return tuple(each for each in found if each)


def give(db: Database, account: Account, text_id: int, named: str) -> Account:
    """Let a colleague answer for a text whose authors have left; their names stay on it.

    Raises NotAllowed, NotAnAuthor, and what ``text_for`` raises.
    """
    if not may(account, Verb.OVERSEE):
        raise NotAllowed
    with db.write():
        person = add(db, account, text_id, named)
        text_authors.set_owner(db, text_id, person.id)
    return person


def _writer(db: Database, named: str) -> Account:
    named = named.strip().lower()
    person = (accounts.by_email(db, named) or accounts.by_handle(db, named)) if named else None
    if person is None or not may(person, Verb.WRITE):
        raise NotAnAuthor
    return person


def _tell(db: Database, account: Account, person: Account, text: Text) -> None:
    if person.id == account.id:
        return
    values = {"title": text.title, "who": account.name, "link": f"/contribute/{text.id}"}
    notify(db, to=person.id, kind="author", values=values)
