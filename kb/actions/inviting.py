"""Invitations and new passwords: a link by e-mail that opens one thing once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kb.actions import passwords
from kb.actions.notifying import notify
from kb.domain.account import Account, Invited, Role, SchoolNeeded
from kb.domain.errors import KnowledgeBaseError, NotAllowed
from kb.domain.permission import Verb, invitable, may
from kb.domain.throttle import RESET_FROM_ADDRESS, RESET_OF_ACCOUNT
from kb.storage import accounts, credentials, journal, links, sessions, throttles
from kb.storage.accounts import EmailTaken
from kb.storage.database import Database
from kb.storage.links import Link, Purpose

INVITATION = timedelta(days=7)
FIRST = timedelta(days=1)
RESET = timedelta(minutes=30)


class LinkSpent(KnowledgeBaseError):
    """A link that was used, replaced or left too long."""

    def __init__(self) -> None:
        super().__init__("This link has been used or is too old. Ask for a new one.")


def invite(
    db: Database,
    inviter: Account | None,
    invited: Invited,
    *,
    school_name: str,
    until: str = "",
    letter: bool = True,
) -> tuple[int, str]:
    """Invite somebody to a school; return the invitation's number and the token of its link.

    inviter             None for whoever may run commands on the machine
    school_name, until  for the letter, in words

    Raises NotAllowed, EmailTaken, AddressWrong, SchoolNeeded.
    """
    _insist(inviter, invited)
    now, maker = datetime.now(UTC), inviter.id if inviter else None
    with db.write():
        if accounts.by_email(db, invited.email or ""):
            raise EmailTaken
        number, token = links.make(
            db, Purpose.INVITE, now=now, expires=now + INVITATION, invited=invited, made_by=maker
        )
        _record(db, maker, "invite", number, invited)
        values = {
            "inviter": inviter.name if inviter else "Your administrator",
            "school": school_name,
            "until": until or f"{now + INVITATION:%d %B %Y}",
            "link": f"/account/join/{token}",
        }
        if letter:
            notify(db, to=invited.email or "", kind="invited", values=values)
    return number, token


def _insist(inviter: Account | None, invited: Invited) -> None:
    if inviter is not None and not (may(inviter, Verb.INVITE) and invited.role in invitable(inviter.role)):
        raise NotAllowed
    if not invited.schools:
        raise SchoolNeeded


def withdraw(db: Database, actor: Account | None, number: int) -> None:
    """Take an invitation back. Raises LinkSpent when it was used already.

    actor  None for whoever may run commands on the machine
    """
    if actor is not None and not may(actor, Verb.INVITE):
        raise NotAllowed
    with db.write():
        if not links.use(db, number, datetime.now(UTC)):
            raise LinkSpent
        journal.record(
            db,
            actor=actor.id if actor else None,
            verb="withdraw-invitation",
            subject=f"invitation:{number}",
        )


def first_link(db: Database) -> str:
    """The token of a link with which the first administrator joins; it opens for a day.

    Whoever may run commands on the machine may do anything there, so no more is asked of them.
    """
    now = datetime.now(UTC)
    with db.write():
        first = Invited(role=Role.ADMINISTRATOR)
        number, token = links.make(db, Purpose.INVITE, now=now, expires=now + FIRST, invited=first)
        _record(db, None, "invite", number, first)
    return token


def opened(db: Database, token: str, purpose: Purpose) -> Link:
    """What a link opens. Raises LinkSpent. A token has 256 random bits: nobody finds one by trying."""
    found = links.find(db, token, purpose)
    if found is None or not found.open_at(datetime.now(UTC)):
        raise LinkSpent
    return found


def accept(
    db: Database,
    invitation: Link,
    *,
    name: str,
    email: str,
    password: str = "",
    identity: tuple[str, str] | None = None,
) -> Account:
    """Join by an invitation, with a password or with (issuer, subject) of a provider.

    Raises LinkSpent, EmailTaken, PasswordWeak.
    """
    email = invitation.email or email
    if identity is None:
        passwords.refuse_weak(password, [name, email, email.partition("@")[0], *invitation.schools])
    digest = passwords.digest(password) if identity is None else ""
    now = datetime.now(UTC)
    with db.write():
        if not links.use(db, invitation.id, now):
            raise LinkSpent
        role, schools = invitation.role or Role.READER, invitation.schools
        account = accounts.add(db, name=name, email=email, role=role, schools=schools, now=now)
        if identity:
            credentials.link(db, account.id, issuer=identity[0], subject=identity[1], now=now)
        else:
            credentials.set_password(db, account.id, digest, now)
        journal.record(
            db,
            actor=account.id,
            verb="join",
            subject=f"account:{account.id}",
            school=next(iter(account.schools), ""),
            detail={"invitation": invitation.id, "role": account.role.value},
        )
    return account


def ask_for_password(db: Database, *, email: str, address: str) -> None:
    """Send a link for a new password, when there is such a person; nobody learns whether there is."""
    email, now = email.strip().lower(), datetime.now(UTC)
    with db.write():  # one transaction in either case, so that both take the same time
        throttles.take(db, [(RESET_OF_ACCOUNT, email), (RESET_FROM_ADDRESS, address)])
        account = accounts.by_email(db, email)
        if account is None or not account.active:
            return
        _, token = links.make(db, Purpose.RESET, now=now, expires=now + RESET, account=account.id)
        values = {"minutes": int(RESET.total_seconds() // 60), "link": f"/account/new-password/{token}"}
        notify(db, to=account.id, kind="reset", values=values)
        journal.record(db, actor=None, verb="ask-for-password", subject=f"account:{account.id}")


def set_password(db: Database, link: Link, password: str) -> Account:
    """Choose a new password by a link; every session of the person ends. Raises LinkSpent, PasswordWeak."""
    account = accounts.find(db, link.account or 0)
    if account is None or not account.active:
        raise LinkSpent
    change_password(db, account, password, link=link)
    return account


def change_password(db: Database, account: Account, password: str, *, link: Link | None = None) -> None:
    """Give a person a new password; every session of theirs ends. Raises PasswordWeak, LinkSpent."""
    email = account.email or ""
    passwords.refuse_weak(password, [account.name, email, email.partition("@")[0], *account.schools])
    digest, now = passwords.digest(password), datetime.now(UTC)
    with db.write():
        if link and not links.use(db, link.id, now):
            raise LinkSpent
        credentials.set_password(db, account.id, digest, now)
        sessions.end(db, account.id)
        journal.record(db, actor=account.id, verb="set-password", subject=f"account:{account.id}")


def _record(db: Database, actor: int | None, verb: str, number: int, invited: Invited) -> None:
    journal.record(
        db,
        actor=actor,
        verb=verb,
        subject=f"invitation:{number}",
        school=next(iter(invited.schools), ""),
        detail={"role": invited.role.value, "schools": list(invited.schools)},
    )
