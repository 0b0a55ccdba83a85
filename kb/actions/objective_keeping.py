"""Objectives: set, changed, shared, shown to make progress, looked back at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.objective import Evidence, EvidenceKind, Note, Objective, Priority, may_change, may_see
from kb.domain.permission import Verb, may
from kb.domain.post import HEAD
from kb.domain.search import Reader
from kb.storage import accounts, articles, cpd, journal, objectives, pathways, posts
from kb.storage.database import Database

MOST_EVIDENCE = 60


def head_of(db: Database, account: Account) -> frozenset[str]:
    """The schools that a person speaks for."""
    held = posts.of(db, account.id)
    return frozenset(each.school for each in held if each.post == HEAD and each.school in account.schools)


def seen(db: Database, account: Account, objective_id: int) -> Objective:
    """An objective that a person may see. Raises NotFound."""
    found = objectives.find(db, objective_id)
    owner = accounts.find(db, found.account) if found and found.account is not None else None
    works_at = owner.schools if owner else ()
    if found is None or not may_see(account, found, head_of(db, account), works_at):
        raise NotFound("There is no such objective, or it is not shared with you. Look at your list.")
    return found


def is_changed_by(db: Database, account: Account, objective: Objective) -> bool:
    """True when a person may change an objective and add what shows progress."""
    return may_change(account, objective, head_of(db, account))


def begin(db: Database, account: Account, objective: Objective, *, check: Checker) -> int:
    """Set an objective for oneself or for a school that one speaks for, and give its number.

    Raises NotAllowed, BadRequest, PersonalData.
    """
    if not may(account, Verb.LEARN):
        raise NotAllowed
    keep_pupils_out(check, _words(objective))
    with db.write():
        if not is_changed_by(db, account, objective):
            raise NotAllowed
        _refuse_odd(db, objective)
        made = objectives.insert(db, objective, by=account.id, now=datetime.now(UTC))
        _note(db, account, "set-objective", made, objective.school)
    return made


def change(db: Database, account: Account, objective: Objective, *, check: Checker) -> None:
    """Word it anew, share it or say how it went. Raises NotFound, ChangedMeanwhile, BadRequest, PersonalData."""
    with db.write():
        there = owned(db, account, objective.id)
        keep_pupils_out(check, _words(objective), before=_words(there))
        _refuse_odd(db, objective, before=there.priority)
        objectives.save(db, replace(objective, account=there.account, school=there.school))
        _note(db, account, "change-objective", there.id, there.school)


def delete(db: Database, account: Account, objective_id: int) -> None:
    """Take an objective away for good. Raises NotFound."""
    with db.write():
        there = owned(db, account, objective_id)
        objectives.delete(db, objective_id)
        _note(db, account, "delete-objective", objective_id, there.school)


def show_progress(
    db: Database, account: Account, objective_id: int, evidence: Evidence, reader: Reader, *, check: Checker
) -> None:
    """Add something that shows progress. Raises NotFound, BadRequest, PersonalData."""
    with db.write():
        owned(db, account, objective_id)
        keep_pupils_out(check, {"said": evidence.said})
        if len(objectives.evidence(db, objective_id)) >= MOST_EVIDENCE:
            raise BadRequest(f"{MOST_EVIDENCE} things show progress already. Take one away first.")
        _refuse_unknown(db, account, evidence, reader)
        objectives.add_evidence(db, objective_id, evidence, by=account.id, now=datetime.now(UTC))


def drop_evidence(db: Database, account: Account, objective_id: int, evidence_id: int) -> None:
    """Take something away again. Raises NotFound."""
    with db.write():
        owned(db, account, objective_id)
        if not objectives.drop_evidence(db, objective_id, evidence_id):
            raise NotFound("This is not there any more. Look at the objective as it is now.")


def look_back(db: Database, account: Account, objective_id: int, said: str, *, check: Checker) -> None:
    """Add a note, as one whose objective it is or with whom it is shared.

    Raises NotFound, BadRequest, PersonalData.
    """
    with db.write():
        seen(db, account, objective_id)
        keep_pupils_out(check, {"note": said})
        if not said.strip():
            raise _at("note", "Write down what you talked about.")
        objectives.add_note(db, objective_id, Note(by=account.id, said=said.strip(), at=datetime.now(UTC)))


def put_priority(db: Database, account: Account, priority: Priority, *, check: Checker) -> int:
    """Keep a priority of the trust and give its number. Raises NotAllowed, PersonalData."""
    if not may(account, Verb.PLAN_LEARNING):
        raise NotAllowed
    with db.write():
        there = next(
            (each for each in objectives.priorities(db) if each.id == priority.id), Priority(title="")
        )
        before = {"title": there.title, "about": there.about}
        keep_pupils_out(check, {"title": priority.title, "about": priority.about}, before=before)
        made = objectives.put_priority(db, priority)
        journal.record(db, actor=account.id, verb="set-priority", subject=f"priority:{made}")
    return made


def owned(db: Database, account: Account, objective_id: int) -> Objective:
    """An objective that a person may change. Raises NotFound."""
    found = seen(db, account, objective_id)
    if not is_changed_by(db, account, found):
        raise NotFound("This objective is somebody else’s to change. You can add a note.")
    return found


def _words(objective: Objective) -> dict[str, str]:
    return {"title": objective.title, "measure": objective.measure}


def _refuse_odd(db: Database, objective: Objective, before: int | None = None) -> None:
    if objective.priority is None or objective.priority == before:
        return
    offered = {each.id for each in objectives.priorities(db) if not each.over}
    if objective.priority not in offered:
        raise _at("priority", "This priority is over. Choose another one, or none.")


def _refuse_unknown(db: Database, account: Account, evidence: Evidence, reader: Reader) -> None:
    """Only what the person may see can be shown by them."""
    target = evidence.target
    if evidence.kind in (EvidenceKind.ARTICLE, EvidenceKind.TRIAL):
        known = articles.find(db, target, reader) is not None
    elif evidence.kind is EvidenceKind.PATHWAY:
        known = pathways.find_seen(db, target, reader) is not None
    elif evidence.kind is EvidenceKind.CPD:
        known = target.isdecimal() and cpd.find(db, account.id, int(target[:9])) is not None
    else:
        known = bool(evidence.said.strip())
    if not known:
        raise _at("target", "Choose from the list, or copy the address of an article that you can read.")


def _note(db: Database, account: Account, verb: str, objective_id: int, school: str) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"objective:{objective_id}", school=school)


def _at(field: str, message: str) -> BadRequest:
    error = BadRequest(message)
    error.field = field
    return error
