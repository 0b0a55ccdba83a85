"""Giving programmes a token, and ending it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from kb.domain.account import Account
from kb.domain.api_token import ApiToken, Scope
from kb.domain.errors import BadRequest, NotFound
from kb.storage import accounts, api_tokens, journal
from kb.storage.database import Database

PREFIX = "kbt_"
"""So that whoever finds a token in a file or a log knows what it is."""

LASTS = {30: "30 days", 90: "90 days", 365: "A year"}
"""Days that a token may last, in words. None lasts for ever: what nobody uses must end by itself."""

MOST = 20
NOTE_EVERY = timedelta(minutes=1)
"""How exact it is known when a token was last used."""


class TooMany(BadRequest):
    """Nobody looks after that many."""

    def __init__(self) -> None:
        super().__init__(f"You have {MOST} tokens already. End one that you no longer need.")


def issue(db: Database, account: Account, *, name: str, scopes: Collection[Scope], days: int) -> str:
    """A new token for a programme of this person; it is told this once. Raises BadRequest."""
    if not name.strip() or not scopes or days not in LASTS:
        raise BadRequest("Give the token a name, say what it is for and how long it lasts.")
    token, now = PREFIX + secrets.token_urlsafe(32), datetime.now(UTC)
    with db.write():
        if sum(each.alive(now) for each in api_tokens.of_account(db, account.id)) >= MOST:
            raise TooMany
        made = ApiToken(
            id=0,
            account_id=account.id,
            name=name.strip(),
            scopes=frozenset(scopes),
            made=now,
            expires=now + timedelta(days=days),
        )
        api_tokens.add(db, token, made)
        detail = {"scopes": sorted(scopes), "days": days}
        _record(db, account, "issue-token", detail)
    return token


def end(db: Database, account: Account, token_id: int) -> None:
    """Let one of a person's tokens open nothing more. Raises NotFound."""
    with db.write():
        if not api_tokens.end(db, account.id, token_id, datetime.now(UTC)):
            raise NotFound("There is no such token, or it has ended already. Look at your list.")
        _record(db, account, "end-token", {"token": token_id})


def owner(db: Database, token: str, scope: Scope) -> Account | None:
    """Who lets a programme in with this token for this; None where it opens nothing, or no more.

    Tokens of leavers open nothing. The use is noted.
    """
    found, now = api_tokens.find(db, token), datetime.now(UTC)
    if found is None or not found.alive(now) or scope not in found.scopes:
        return None
    account = accounts.find(db, found.account_id)
    if account is None or not account.active:
        return None
    if found.used is None or now - found.used >= NOTE_EVERY:
        api_tokens.note_use(db, found.id, now)
    return account


def _record(db: Database, account: Account, verb: str, detail: dict[str, object]) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"account:{account.id}", detail=detail)
