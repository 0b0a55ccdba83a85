"""The second factor: six digits from an app, each good once, or a recovery code when the phone is gone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import pyotp

from kb.domain.account import Account, Role
from kb.domain.errors import BadRequest, KnowledgeBaseError
from kb.domain.throttle import CODE_IN_AN_HOUR, CODE_SOON
from kb.storage import credentials, journal, sealing, throttles
from kb.storage.database import Database

COMPULSORY = frozenset({Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR})
"""Who needs one when they sign in with a password: they see what others wrote in confidence."""

PURPOSE = "second factor"
RECOVERY_CODES = 8
_STEP = 30


class CodeWrong(KnowledgeBaseError):
    """Not the code that the app shows now."""

    field = "code"

    def __init__(self) -> None:
        super().__init__(
            "That is not the code of this moment. Wait for the next one in your app and enter its six digits."
        )


class StillNeeded(BadRequest):
    """Who sees the work of others in confidence cannot do without."""

    def __init__(self) -> None:
        super().__init__(
            "In your role a second factor is needed. If your phone is lost, ask an administrator."
        )


def prepare(db: Database, account_id: int, *, keys: Sequence[str]) -> None:
    """Draw a secret for the person's app, unless one waits to be confirmed. What counts until then is taken away."""
    kept = credentials.of_account(db, account_id)
    if kept.totp is None or kept.confirmed:
        secret = pyotp.random_base32(32).encode()
        credentials.set_second_factor(db, account_id, sealing.seal(secret, keys=keys, purpose=PURPOSE))


def waiting(db: Database, account_id: int, *, keys: Sequence[str]) -> str | None:
    """The secret that waits to be confirmed, in base32; None when there is none."""
    kept = credentials.of_account(db, account_id)
    if kept.totp is None or kept.confirmed:
        return None
    return sealing.unseal(kept.totp, keys=keys, purpose=PURPOSE).decode()


def address_for_app(secret: str, *, name: str, site: str) -> str:
    """What a picture of squares tells the app (otpauth://...)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=site)


def confirm(db: Database, account: Account, code: str, *, keys: Sequence[str]) -> tuple[str, ...]:
    """From now on the second factor counts; return the recovery codes. Raises CodeWrong, TooManyTries."""
    _count(db, account.id)
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    with db.write():
        if not _takes(db, account.id, code, keys=keys):
            raise CodeWrong
        credentials.confirm_second_factor(db, account.id, codes, datetime.now(UTC))
        journal.record(db, actor=account.id, verb="set-second-factor", subject=f"account:{account.id}")
    return codes


def check(db: Database, account_id: int, code: str, *, keys: Sequence[str]) -> None:
    """Take a code of the app or a recovery code, and use it up. Raises CodeWrong, TooManyTries."""
    _count(db, account_id)
    with db.write():
        if credentials.of_account(db, account_id).confirmed:
            if credentials.take_recovery_code(
                db, account_id, code
            ):  # they count even when the secret key is lost
                return
            if _takes(db, account_id, code, keys=keys):
                return
    raise CodeWrong


def renew_codes(db: Database, account: Account, code: str, *, keys: Sequence[str]) -> tuple[str, ...]:
    """New recovery codes in place of the old ones, for who has the app. Raises CodeWrong, TooManyTries."""
    check(db, account.id, code, keys=keys)  # outside, or a wrong code would take its own count back
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    with db.write():
        credentials.set_recovery_codes(db, account.id, codes)
        journal.record(db, actor=account.id, verb="renew-recovery-codes", subject=f"account:{account.id}")
    return codes


def take_away(db: Database, account: Account, code: str, *, keys: Sequence[str]) -> None:
    """Let the password alone count again, for who has the app. Raises StillNeeded, CodeWrong, TooManyTries."""
    if account.role in COMPULSORY:
        raise StillNeeded
    check(db, account.id, code, keys=keys)
    with db.write():
        credentials.set_second_factor(db, account.id, None)
        journal.record(db, actor=account.id, verb="drop-second-factor", subject=f"account:{account.id}")


def _count(db: Database, account_id: int) -> None:
    throttles.take(db, [(CODE_SOON, str(account_id)), (CODE_IN_AN_HOUR, str(account_id))])


def _takes(db: Database, account_id: int, code: str, *, keys: Sequence[str]) -> bool:
    """True when the code is that of the step now, before or after, and none of it or later was used."""
    kept = credentials.of_account(db, account_id)
    if not kept.totp:
        return False
    totp = pyotp.TOTP(sealing.unseal(kept.totp, keys=keys, purpose=PURPOSE).decode())
    now = int(datetime.now(UTC).timestamp()) // _STEP
    for step in (now - 1, now, now + 1):
        if secrets.compare_digest(totp.at(step * _STEP), code) and step > kept.last_step:
            return credentials.take_step(db, account_id, step)
    return False


def _recovery_code() -> str:
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
    drawn = "".join(secrets.choice(letters) for _ in range(12))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
