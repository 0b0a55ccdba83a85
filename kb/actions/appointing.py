"""Saying what people do at their schools. Who speaks for a school is said by others, and is in the journal."""

from __future__ import annotations

from collections.abc import Collection

from kb.domain.account import Account
from kb.domain.errors import NotAllowed, NotFound
from kb.domain.permission import Verb, may
from kb.domain.post import Post, own_choice
from kb.storage import accounts, journal, posts
from kb.storage.database import Database


def say_own(db: Database, account: Account, wished: Collection[Post]) -> tuple[Post, ...]:
    """A person says what they do; return what holds now. What was given to them stays."""
    with db.write():
        return _put(db, account, account.id, own_choice(posts.of(db, account.id), wished, account.schools))


def appoint(
    db: Database, actor: Account | None, account_id: int, wished: Collection[Post]
) -> tuple[Post, ...]:
    """Say what somebody does, headships included; return what holds now. Raises NotAllowed, NotFound.

    actor  None for whoever may run commands on the machine
    """
    if actor is not None and not may(actor, Verb.APPOINT):
        raise NotAllowed
    with db.write():
        if accounts.find(db, account_id) is None:
            raise NotFound("There is no such account. Choose one from the list.")
        return _put(db, actor, account_id, wished)


def _put(db: Database, actor: Account | None, account_id: int, wished: Collection[Post]) -> tuple[Post, ...]:
    before = posts.of(db, account_id)
    posts.put(db, account_id, wished)
    after = posts.of(db, account_id)
    if after != before:
        journal.record(
            db,
            actor=actor.id if actor else None,
            verb="change-posts",
            subject=f"account:{account_id}",
            detail={"posts": [_said(before), _said(after)]},
        )
    return after


def _said(held: Collection[Post]) -> list[str]:
    return [f"{each.post} at {each.school}" for each in held]
