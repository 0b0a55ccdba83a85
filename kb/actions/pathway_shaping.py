"""What the lead does with pathways: write, order, publish, retire, and ask people to finish one by a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from kb.actions import pathway_finishing, pathway_steps
from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.actions.notifying import notify
from kb.domain.account import Account
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.pathway import Outline, Pathway, PathwayState, Step, StepKind, changes, leads_round, slug_from
from kb.domain.permission import Verb, may
from kb.storage import journal, pathway_progress, pathways
from kb.storage.database import Database

RESERVED = frozenset({"desk", "new", "certificates"})
_LONGEST_ADDRESS = 500


class LeadsRound(BadRequest):
    """A pathway would have to be finished before itself."""

    field = "before"

    def __init__(self) -> None:
        super().__init__(
            "Take one of these away: it asks for this pathway first, so nobody could begin either."
        )


def begin(db: Database, account: Account, title: str, *, check: Checker, now: datetime | None = None) -> int:
    """Begin a pathway of this title and give its id. Raises NotAllowed, PersonalData."""
    _insist(account)
    keep_pupils_out(check, {"title": title})
    with db.write():
        slug = _free(title, pathways.taken(db))
        made = pathways.insert(db, slug=slug, outline=Outline(title=title), now=now or datetime.now(UTC))
        _note(db, account, "begin-pathway", made)
    return made


def describe(
    db: Database, account: Account, pathway_id: int, details: Outline, *, revision: int, check: Checker
) -> None:
    """Say what a pathway is about and for whom; its steps stay as they are.

    Raises NotAllowed, NotFound, SavedMeanwhile, LeadsRound, PersonalData.
    """
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        before = {"title": pathway.draft.title, "summary": pathway.draft.summary}
        keep_pupils_out(check, {"title": details.title, "summary": details.summary}, before=before)
        asked: Mapping[str, Collection[str]] = {
            each.slug: (*each.draft.before, *(each.published.before if each.published else ()))
            for each in pathways.every(db)
            if each.id != pathway_id
        }
        if leads_round(pathway.slug, details.before, asked):
            raise LeadsRound
        outline = replace(
            details,
            before=tuple(each for each in details.before if each in asked),
            steps=pathway.draft.steps,
            last=pathway.draft.last,
        )
        _save(db, account, pathway, outline, revision)


def add_step(
    db: Database, account: Account, pathway_id: int, step: Step, *, revision: int, check: Checker
) -> None:
    """Put a step at the end. Raises NotAllowed, NotFound, SavedMeanwhile, BadRequest, PersonalData."""
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        keep_pupils_out(check, _words(step))
        _save(db, account, pathway, pathway.draft.adding(_good(db, step)), revision)


def change_step(
    db: Database, account: Account, pathway_id: int, step: Step, *, revision: int, check: Checker
) -> None:
    """Word a step anew; its id stays. Raises NotAllowed, NotFound, SavedMeanwhile, BadRequest, PersonalData."""
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        keep_pupils_out(check, _words(step), before=_words(pathway.draft.step(step.id)))
        _save(db, account, pathway, pathway.draft.changing(_good(db, step)), revision)


def remove_step(db: Database, account: Account, pathway_id: int, step_id: int, *, revision: int) -> None:
    """Take a step out. Raises NotAllowed, NotFound, SavedMeanwhile."""
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        _save(db, account, pathway, pathway.draft.removing(step_id), revision)


def move_step(
    db: Database, account: Account, pathway_id: int, step_id: int, by: int, *, revision: int
) -> None:
    """Put a step one place up (-1) or down (1). Raises NotAllowed, NotFound, SavedMeanwhile."""
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        _save(db, account, pathway, pathway.draft.moving(step_id, by), revision)


def publish(
    db: Database,
    account: Account,
    pathway_id: int,
    *,
    revision: int,
    check: Checker,
    note: str = "",
    now: datetime | None = None,
) -> int:
    """Publish what is written as the next version, tell those who are on the pathway, and give its number.

    Raises NotAllowed, NotFound, SavedMeanwhile, PersonalData, BadRequest when there is nothing to publish.
    """
    moment = now or datetime.now(UTC)
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        if pathway.revision != revision:
            raise pathways.SavedMeanwhile
        keep_pupils_out(check, {"note": note})
        _refuse_unready(pathway)
        number = pathways.publish(db, pathway, by=account.id, note=note, now=moment)
        _note(db, account, "publish-pathway", pathway_id, {"version": number})
        _tell_followers(db, pathway, number, moment)
    return number


def retire(db: Database, account: Account, pathway_id: int, *, back: bool = False) -> None:
    """Offer a pathway to nobody new, or offer it again. Raises NotAllowed, NotFound."""
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        if pathway.version == 0:
            raise BadRequest("This pathway was never published, so there is nothing to retire.")
        pathways.set_state(db, pathway_id, PathwayState.PUBLISHED if back else PathwayState.RETIRED)
        _note(db, account, "offer-pathway" if back else "retire-pathway", pathway_id)


def require(
    db: Database,
    account: Account,
    pathway_id: int,
    *,
    posts: Collection[str],
    schools: Collection[str],
    due: date,
    asked: Collection[int],
    now: datetime | None = None,
) -> int:
    """Ask people of these posts and schools to finish a pathway by a day, and tell them; the requirement’s number.

    asked  the account ids of these people

    Raises NotAllowed, NotFound, BadRequest.
    """
    moment = now or datetime.now(UTC)
    with db.write():
        pathway = _pathway(db, account, pathway_id)
        if pathway.state is not PathwayState.PUBLISHED:
            raise BadRequest("Publish the pathway first. Nobody can be asked to finish one they cannot see.")
        made = pathways.require(
            db, pathway_id, posts=posts, schools=schools, due=due, by=account.id, now=moment
        )
        _note(db, account, "require-pathway", pathway_id, {"requirement": made, "due": due.isoformat()})
        for person in asked:
            notify(
                db,
                to=person,
                kind="pathway-asked",
                values={
                    "title": pathway.title,
                    "due": f"{due.day} {due:%B %Y}",
                    "link": f"/pathways/{pathway.slug}",
                },
                key=f"pathway-asked:{made}:{person}",
            )
    return made


def end_requirement(db: Database, account: Account, pathway_id: int, requirement_id: int) -> None:
    """Ask for it no longer; from then on nobody is named. Raises NotAllowed, NotFound."""
    with db.write():
        _pathway(db, account, pathway_id)
        if not pathways.end_requirement(db, pathway_id, requirement_id, datetime.now(UTC)):
            raise NotFound("This is not asked for any more. Look at the page as it is now.")
        _note(db, account, "end-requirement", pathway_id, {"requirement": requirement_id})


def _tell_followers(db: Database, pathway: Pathway, number: int, now: datetime) -> None:
    """Settle who has finished by what was taken out, and write to the others what is new."""
    fresh = pathways.of_ids(db, [pathway.id])[pathway.id]
    if pathway.published is None or fresh.published is None:
        return
    new = changes(pathway.published, fresh.published)
    for each in pathway_progress.on(db, pathway.id):
        was_finished = each.finished_at is not None
        far = pathway_finishing.settle(db, each.account, fresh, now)
        if new and not was_finished and each.left_at is None:
            values = {
                "title": fresh.title,
                "added": len(new.added),
                "changed": len(new.changed),
                "removed": len(new.removed),
                "finished": far.complete,
                "link": f"/pathways/{fresh.slug}",
            }
            key = f"pathway-changed:{pathway.id}:{number}:{each.account}"
            notify(db, to=each.account, kind="pathway-changed", values=values, key=key)


def _refuse_unready(pathway: Pathway) -> None:
    if not pathway.draft.steps:
        raise BadRequest("Add at least one step, then publish.")
    if not pathway.draft.summary:
        raise BadRequest("Say in a sentence or two what the pathway is for, then publish.")
    if not pathway.waits:
        raise BadRequest("Nothing has changed since the last version.")


def _good(db: Database, step: Step) -> Step:
    """The step, when it leads somewhere it may. Raises BadRequest."""
    on_this_site = step.kind in pathway_steps.PLACES
    if on_this_site and not pathway_steps.is_there(db, step, pathway_steps.EVERYBODY):
        raise _at("target", "There is nothing of this kind there. Copy the address from its page.")
    if step.kind is StepKind.LINK and not _is_address(step.target):
        raise _at("target", "Enter a whole web address that begins with https://")
    if not on_this_site and not step.title:
        raise _at("title", "Give the step a title.")
    return step


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in {"https", "http"}
        and bool(parts.hostname)
        and len(text) <= _LONGEST_ADDRESS
        and text.isprintable()
        and " " not in text
        and "@" not in parts.netloc
    )


def _words(step: Step) -> dict[str, str]:
    return {"title": step.title, "about": step.about}


def _save(db: Database, account: Account, pathway: Pathway, outline: Outline, revision: int) -> None:
    pathways.save_draft(db, pathway, outline, revision=revision, now=datetime.now(UTC))
    _note(db, account, "change-pathway", pathway.id, {"revision": revision + 1})


def _pathway(db: Database, account: Account, pathway_id: int) -> Pathway:
    _insist(account)
    found = pathways.find(db, pathway_id)
    if found is None:
        raise NotFound("There is no such pathway. Look at the list of pathways.")
    return found


def _insist(account: Account) -> None:
    if not may(account, Verb.PLAN_LEARNING):
        raise NotAllowed


def _free(title: str, taken: Collection[str]) -> str:
    base = slug_from(title)
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken and each not in RESERVED)


def _at(field: str, message: str) -> BadRequest:
    error = BadRequest(message)
    error.field = field
    return error


def _note(
    db: Database, account: Account, verb: str, pathway_id: int, detail: Mapping[str, object] | None = None
) -> None:
    journal.record(db, actor=account.id, verb=verb, subject=f"pathway:{pathway_id}", detail=detail)
