"""Programmes that show a token instead of signing in. They read; nothing else is open to them."""

from __future__ import annotations

from flask import request

from kb.actions import tokens
from kb.domain.account import Account
from kb.domain.api_token import Scope
from kb.domain.errors import SignInNeeded
from kb.storage.database import Database


class TokenRefused(SignInNeeded):
    """A token that opens nothing here. It is never told why: whoever found it must not learn that it was right."""

    def __init__(self) -> None:
        super(SignInNeeded, self).__init__(
            "This token does not open this address. Its owner finds under ‘Your account’ whether it has ended and "
            "what it is for; a token reads JSON and CSV files and changes nothing."
        )


def shown() -> str | None:
    """The token that the request shows, None when it shows none."""
    said = request.authorization
    return (said.token or "") if said is not None and said.type == "bearer" else None


def owner(db: Database, token: str) -> Account:
    """Who lets the programme in. Raises TokenRefused."""
    scope = _scope()
    account = tokens.owner(db, token, scope) if scope and request.method in {"GET", "HEAD"} else None
    if account is None:
        raise TokenRefused
    return account


def _scope() -> Scope | None:
    if request.blueprint == "api":
        return Scope.READ
    return Scope.TABLES if request.path.endswith(".csv") else None
