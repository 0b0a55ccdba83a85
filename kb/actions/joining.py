"""People come in and go out: signing in, signing out, joining. Each is one transaction with its line in the journal."""

from __future__ import annotations

from datetime import UTC, datetime

from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.session import Session, Way
from kb.storage import accounts, journal, sessions
from kb.storage.database import Database


def sign_in(db: Database, account: Account, *, way: Way, browser: str) -> str:
    """Sign a browser in; return its new token. Whoever calls this has found out that it is this person."""
    now = datetime.now(UTC)
    with db.write():
        token = sessions.begin(db, account.id, way=way, browser=browser, now=now)
        accounts.note_use(db, account.id, now)
        journal.record(
            db,
            actor=account.id,
            verb="sign-in",
            subject=f"account:{account.id}",
            detail={"way": way.value},
        )
    return token


def sign_in_as(db: Database, account_id: int, *, browser: str) -> str:
    """Sign in as one of the demo's people. Raises NotFound for everybody else."""
    account = accounts.find(db, account_id)
    if account is None or not account.demo or not account.active:
        raise NotFound("There is no such person in the demo. Choose one from the list.")
    return sign_in(db, account, way=Way.DEMO, browser=browser)


def sign_out(db: Database, session: Session) -> None:
    """End one session."""
    with db.write():
        sessions.end(db, session.account_id, [session.id])
        journal.record(db, actor=session.account_id, verb="sign-out", subject=f"account:{session.account_id}")


def sign_out_elsewhere(db: Database, session: Session, ids: tuple[int, ...] | None = None) -> int:
    """End a person's other sessions, these or all of them; return how many ended."""
    with db.write():
        others = [
            each.id
            for each in sessions.of_account(db, session.account_id)
            if each.id != session.id and (ids is None or each.id in ids)
        ]
        ended = sessions.end(db, session.account_id, others)
        journal.record(
            db,
            actor=session.account_id,
            verb="sign-out",
            subject=f"account:{session.account_id}",
            detail={"other_sessions": ended},
        )
    return ended
