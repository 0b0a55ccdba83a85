"""One line in the journal about what somebody did with a text."""

from __future__ import annotations

from kb.domain.account import Account
from kb.domain.text import Text
from kb.storage import journal
from kb.storage.database import Database


def note(
    db: Database, account: Account, text: Text, verb: str, *, reason: str = "", revision: int | None = None
) -> None:
    """Write down who did what with a text, at its school and at the revision that counts, or at another one."""
    journal.record(
        db,
        actor=account.id,
        verb=str(verb),
        subject=f"text:{text.id}",
        school=text.school,
        reason=reason,
        detail={"revision": text.revision if revision is None else revision},
    )
