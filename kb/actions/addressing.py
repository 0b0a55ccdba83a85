"""Where the new version of an article will stand. Its old addresses lead there from the moment it is published."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.actions.publishing import refuse_taken, slug_of
from kb.actions.text_journal import note
from kb.actions.text_rights import text_for
from kb.domain.account import Account
from kb.domain.errors import BadRequest
from kb.domain.permission import Verb
from kb.domain.text import Text
from kb.storage import wished_addresses
from kb.storage.database import Database

SHORTEST, LONGEST = 3, 80


class AddressUnusable(BadRequest):
    """No article can have this address."""

    field = "slug"

    def __init__(self, nearest: str) -> None:
        super().__init__(
            f"Use {SHORTEST} to {LONGEST} small letters, digits and hyphens, for example ‘{nearest}’."
        )


class FirstVersion(BadRequest):
    """A new article gets its address from its title."""

    def __init__(self) -> None:
        super().__init__(
            "A new article gets its address from its title. You can change it with a new version."
        )


def change(db: Database, account: Account, text_id: int, wished: str) -> str:
    """Let a new version of an article have another address, or again the one it has; give what it will be.

    Raises FirstVersion, AddressUnusable, AddressTaken, and what ``text_for`` raises.
    """
    wished = wished.strip()
    with db.write():
        text = text_for(db, account, text_id, Verb.NAME_ADDRESS)
        if text.replaces is None:
            raise FirstVersion
        if wished != slug_of(wished) or not SHORTEST <= len(wished) <= LONGEST:
            raise AddressUnusable(slug_of(wished or text.content.title))
        if wished == text.replaces:
            wished_addresses.forget(db, text_id)
        else:
            refuse_taken(db, wished, text.replaces)
            wished_addresses.wish(db, text_id, wished, by=account.id, now=datetime.now(UTC))
        note(db, account, text, Verb.NAME_ADDRESS)
    return wished


def address_of(db: Database, text: Text) -> str | None:
    """The address that a text has or will have; None while nobody knows."""
    return wished_addresses.of_text(db, text.id) or text.replaces or text.slug
