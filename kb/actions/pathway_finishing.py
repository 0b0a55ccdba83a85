"""When a pathway is finished: noted with a certificate, or taken back when it was not after all."""

from __future__ import annotations

from datetime import datetime

from kb.domain.cpd import Certificate, new_code
from kb.domain.pathway import Pathway, Progress, progress
from kb.storage import cpd_plans, journal, pathway_progress
from kb.storage.database import Database


def settle(db: Database, account_id: int, pathway: Pathway, now: datetime) -> Progress:
    """Note whether somebody has finished a pathway as it is now; how far they are.

    Who has finished an older version has finished: new steps take nothing away. A tick that is taken back does,
    as long as the version is the one that was finished.
    """
    outline = pathway.published or pathway.draft
    ticks = pathway_progress.ticks(db, account_id, [pathway.id])[pathway.id]
    far = progress(outline, ticks)
    following = pathway_progress.find(db, account_id, pathway.id)
    if following is None:
        return far
    if far.complete and following.finished_at is None:
        _finished(db, account_id, pathway, far, now)
    elif not far.complete and following.finished_at is not None:
        held = cpd_plans.certificate(db, account_id, pathway.id)
        if held is None or held.version == pathway.version:
            pathway_progress.finish(db, account_id, pathway.id, None)
            cpd_plans.take_back(db, account_id, pathway.id)
    return far


def _finished(db: Database, account_id: int, pathway: Pathway, far: Progress, now: datetime) -> None:
    pathway_progress.finish(db, account_id, pathway.id, now)
    certificate = Certificate(
        code=new_code(),
        account=account_id,
        pathway=pathway.id,
        version=pathway.version,
        minutes=far.minutes_done,
        finished_on=now.date(),
    )
    cpd_plans.issue(db, certificate)
    journal.record(
        db,
        actor=account_id,
        verb="finish-pathway",
        subject=f"pathway:{pathway.id}",
        detail={"version": pathway.version},
    )
