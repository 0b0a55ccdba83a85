"""People come in and go out: signing in, signing out, joining. Each is one transaction with its line in the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kb.domain import retention
from kb.domain.account import Account
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.provider import Identity, Provider
from kb.domain.session import Session, Way
from kb.storage import accounts, credentials, drawers, journal, links, sessions
from kb.storage.database import Database


class IdentityTaken(KnowledgeBaseError):
    """Somebody else here is known by that account of the provider."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else here signs in with that account. Sign in there as yourself and try again."
        )


class OnlyWayIn(KnowledgeBaseError):
    """Nobody is locked out by a click."""

    def __init__(self) -> None:
        super().__init__(
            "This is your only way in. Choose a password first, by ‘I have forgotten my password’."
        )


def sign_in(db: Database, account: Account, *, way: Way, browser: str) -> str:
    """Sign a browser in; return its new token. Whoever calls this has found out that it is this person."""
    now = datetime.now(UTC)
    with db.write():
        _sweep(db, now)
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


def _sweep(db: Database, now: datetime) -> None:
    """Delete what the privacy page says is not kept any longer."""
    sessions.sweep(db, now - timedelta(days=retention.SESSIONS_DAYS))
    links.sweep(db, now - timedelta(days=retention.LINKS_DAYS))
    drawers.sweep(db, now)


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


def connect(db: Database, account: Account, identity: Identity) -> None:
    """Let a person come in through a provider from now on. Raises IdentityTaken."""
    with db.write():
        known = credentials.known_as(db, identity.issuer, identity.subject)
        if known not in (None, account.id):
            raise IdentityTaken
        if known is None:
            credentials.link(
                db, account.id, issuer=identity.issuer, subject=identity.subject, now=datetime.now(UTC)
            )
        journal.record(db, actor=account.id, verb="connect-provider", subject=f"account:{account.id}")


def disconnect(db: Database, account: Account, provider: Provider) -> None:
    """Forget a provider's name for a person. Raises OnlyWayIn when nothing else lets them in."""
    with db.write():
        if credentials.of_account(db, account.id).password is None:
            raise OnlyWayIn
        for issuer in credentials.issuers_of(db, account.id):
            if issuer in provider.issuers:
                credentials.unlink(db, account.id, issuer)
        journal.record(db, actor=account.id, verb="disconnect-provider", subject=f"account:{account.id}")


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
