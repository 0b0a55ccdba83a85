"""What an administrator decides about jobs that failed every time."""

from __future__ import annotations

from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import Verb, may
from kb.storage import jobs, journal
from kb.storage.database import Database

LONGEST_REASON = 300


class DropReasonMissing(BadRequest):
    """A job was to be given up without a reason."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Write down why this need not be done, or choose ‘Try again’.")


def try_again(db: Database, account: Account, job_id: int) -> None:
    """Let a job that failed every time be tried anew. Raises NotFound when it waits for nobody any more."""
    _insist(account)
    with db.write():
        jobs.retry(db, job_id)
        journal.record(db, actor=account.id, verb="retry-job", subject=f"job:{job_id}")


def give_up(db: Database, account: Account, job_id: int, reason: str) -> None:
    """Drop a job that failed every time. Raises NotFound, DropReasonMissing."""
    _insist(account)
    given = " ".join(reason.split())[:LONGEST_REASON]
    if not given:
        raise DropReasonMissing
    with db.write():
        jobs.drop(db, job_id, given)
        journal.record(db, actor=account.id, verb="drop-job", subject=f"job:{job_id}", reason=given)


def _insist(account: Account) -> None:
    if not may(account, Verb.SEE_JOBS):
        raise NotFound("There is no such job.")
