"""Proving who one is with a password: the same time and the same words whether or not there is such a person."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.actions import passwords
from kb.actions.second_factor import COMPULSORY
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError
from kb.domain.throttle import PASSWORD_FROM_ADDRESS, PASSWORD_OF_ACCOUNT, PASSWORD_OF_ALL
from kb.storage import accounts, credentials, throttles
from kb.storage.database import Database


class SignInRefused(KnowledgeBaseError):
    """Not the right password, or nobody of that address, or a leaver: which of them is not told."""

    field = "password"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is not right. Check both and try again.")


def by_password(db: Database, *, email: str, password: str, address: str) -> Account:
    """The person whose address and password these are. Raises SignInRefused, TooManyTries.

    address  where the request came from, for counting
    """
    email = email.strip().lower()
    throttles.take(
        db, [(PASSWORD_OF_ACCOUNT, email), (PASSWORD_FROM_ADDRESS, address), (PASSWORD_OF_ALL, "")]
    )
    account = accounts.by_email(db, email)
    kept = credentials.of_account(db, account.id if account else 0).password
    if not passwords.fits(password, kept) or account is None or not account.active:
        raise SignInRefused
    if kept and passwords.is_old(kept):
        credentials.set_password(db, account.id, passwords.digest(password), datetime.now(UTC))
    return account


def needs_code(db: Database, account: Account) -> bool:
    """True when a password alone does not let this person in."""
    return account.role in COMPULSORY or credentials.of_account(db, account.id).confirmed


def has_code(db: Database, account: Account) -> bool:
    """True when a person has set up a second factor."""
    return credentials.of_account(db, account.id).confirmed
