"""What a person does with a pathway: begin it, tick a step, think about it, step off it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

from kb.actions import pathway_finishing, pathway_steps, pathway_thinking
from kb.actions.pathway_steps import ShownStep
from kb.domain.account import Account
from kb.domain.cpd import CpdKind, Entry
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.learner import Workplace
from kb.domain.pathway import Mark, Pathway, PathwayState, Step, StepKind, Tick
from kb.domain.permission import Verb, may
from kb.domain.search import Reader
from kb.domain.thought import Thoughts
from kb.storage import cpd, pathway_progress, pathways
from kb.storage.database import Database

_NOTHING: Thoughts = MappingProxyType({})
_KINDS = {StepKind.ARTICLE: CpdKind.READING, StepKind.OBSERVATION: CpdKind.OBSERVATION}


class NotYet(BadRequest):
    """Another pathway comes first."""

    def __init__(self, title: str) -> None:
        super().__init__(f"Finish the pathway ‘{title}’ first; this one builds on it.")


def of_slug(db: Database, slug: str, reader: Reader) -> Pathway:
    """The pathway at an address. Raises NotFound."""
    found = pathways.find_seen(db, slug, reader)
    if found is None:
        raise NotFound("There is no pathway at this address. Look at the list of pathways.")
    return found


def begin(db: Database, account: Account, slug: str, reader: Reader, *, now: datetime | None = None) -> None:
    """Start on a pathway, or go on with it. Raises NotFound, NotAllowed, NotYet, BadRequest when it is retired."""
    if not may(account, Verb.LEARN):
        raise NotAllowed
    moment = now or datetime.now(UTC)
    with db.write():
        pathway = of_slug(db, slug, reader)
        if pathway.state is PathwayState.RETIRED and not pathway_progress.find(db, account.id, pathway.id):
            raise BadRequest("This pathway is not offered any more. Choose another one from the list.")
        missing = first_missing(db, account, pathway, reader)
        if missing:
            raise NotYet(missing.title)
        pathway_progress.begin(db, account.id, pathway.id, version=pathway.version, now=moment)
        pathway_finishing.settle(db, account.id, pathway, moment)


def first_missing(db: Database, account: Account, pathway: Pathway, reader: Reader) -> Pathway | None:
    """The pathway to finish first; None when nothing stands in the way. One that is not offered is not asked for."""
    outline = pathway.published or pathway.draft
    finished = {each.pathway for each in pathway_progress.of_person(db, account.id) if each.finished_at}
    for slug in outline.before:
        needed = pathways.find_seen(db, slug, reader)
        if needed and needed.state is PathwayState.PUBLISHED and needed.id not in finished:
            return needed
    return None


def leave(
    db: Database, account: Account, slug: str, reader: Reader, *, thoughts: Thoughts = _NOTHING
) -> None:
    """Step off a pathway. What was ticked and written stays for when one comes back.

    Raises NotFound, ThoughtTooLong.
    """
    with db.write():
        pathway = of_slug(db, slug, reader)
        pathway_thinking.keep(db, account.id, pathway, thoughts)
        pathway_progress.leave(db, account.id, pathway.id, datetime.now(UTC))


def know_the_news(
    db: Database, account: Account, slug: str, reader: Reader, *, thoughts: Thoughts = _NOTHING
) -> None:
    """Note that a person has seen what is new in a pathway. Raises NotFound, ThoughtTooLong."""
    with db.write():
        pathway = of_slug(db, slug, reader)
        pathway_thinking.keep(db, account.id, pathway, thoughts)
        pathway_progress.see(db, account.id, pathway.id, pathway.version)


def keep_thoughts(db: Database, account: Account, slug: str, reader: Reader, thoughts: Thoughts) -> None:
    """Keep what somebody wrote on the page of a pathway. Raises NotFound, BadRequest, ThoughtTooLong."""
    with db.write():
        pathway = of_slug(db, slug, reader)
        _insist_on_begun(db, account, pathway)
        pathway_thinking.keep(db, account.id, pathway, thoughts)


def tick(
    db: Database,
    account: Account,
    slug: str,
    step_id: int,
    reader: Reader,
    *,
    thoughts: Thoughts = _NOTHING,
    workplace: Workplace | None = None,
    now: datetime | None = None,
) -> bool:
    """Note that a step is done, in the record too; True when all is finished now.

    thoughts  what stands in the boxes of the page, of this step and others: all that was changed is kept

    Raises NotFound, BadRequest, ThoughtTooLong.
    """
    moment = now or datetime.now(UTC)
    with db.write():
        pathway, step = _step(db, account, slug, step_id, reader)
        outline = pathway.published or pathway.draft
        seen = next(each for each in pathway_steps.shown(db, outline, reader) if each.step == step)
        if not seen.there:
            raise BadRequest("This step leads to something that is not available to you. Skip it.")
        pathway_thinking.keep(db, account.id, pathway, thoughts)
        said = pathway_thinking.of_pathway(db, account.id, pathway).get(step.id, "")
        done = Tick(step=step.id, mark=Mark.DONE, at=moment, reflection=said)
        pathway_progress.think(db, account.id, pathway.id, step.id, "")
        pathway_progress.tick(db, account.id, pathway.id, done)
        entry = _entry(pathway, seen, done, workplace or Workplace.of(account))
        cpd.set_step(db, account.id, entry, moment)
        return pathway_finishing.settle(db, account.id, pathway, moment).complete


def skip(
    db: Database, account: Account, slug: str, step_id: int, reader: Reader, *, thoughts: Thoughts = _NOTHING
) -> bool:
    """Pass over a step that leads to what is not for this person; True when all is finished now.

    Raises NotFound, BadRequest, ThoughtTooLong.
    """
    now = datetime.now(UTC)
    with db.write():
        pathway, step = _step(db, account, slug, step_id, reader)
        if pathway_steps.is_there(db, step, reader):
            raise BadRequest("This step is there for you. Do it, then tick it.")
        pathway_thinking.keep(db, account.id, pathway, thoughts)
        passed = Tick(step=step.id, mark=Mark.SKIPPED, at=now)
        pathway_progress.tick(db, account.id, pathway.id, passed)
        return pathway_finishing.settle(db, account.id, pathway, now).complete


def untick(
    db: Database, account: Account, slug: str, step_id: int, reader: Reader, *, thoughts: Thoughts = _NOTHING
) -> None:
    """Take a tick back, and its line in the record; the thought stays. Raises NotFound, BadRequest, ThoughtTooLong."""
    with db.write():
        pathway, step = _step(db, account, slug, step_id, reader)
        pathway_thinking.keep(db, account.id, pathway, thoughts)
        said = pathway_thinking.of_pathway(db, account.id, pathway).get(step.id, "")
        pathway_progress.untick(db, account.id, pathway.id, step.id)
        pathway_progress.think(db, account.id, pathway.id, step.id, said)
        cpd.drop_step(db, account.id, pathway.id, step.id)
        pathway_finishing.settle(db, account.id, pathway, datetime.now(UTC))


def _step(db: Database, account: Account, slug: str, step_id: int, reader: Reader) -> tuple[Pathway, Step]:
    pathway = of_slug(db, slug, reader)
    _insist_on_begun(db, account, pathway)
    return pathway, (pathway.published or pathway.draft).step(step_id)


def _insist_on_begun(db: Database, account: Account, pathway: Pathway) -> None:
    following = pathway_progress.find(db, account.id, pathway.id)
    if following is None or following.left_at:
        raise BadRequest("Start the pathway first, then tick its steps.")


def _entry(pathway: Pathway, seen: ShownStep, done: Tick, workplace: Workplace) -> Entry:
    step = seen.step
    return Entry(
        title=seen.title,
        kind=_KINDS.get(step.kind, CpdKind.PATHWAY),
        provider=f"Pathway: {pathway.title}",
        done_on=done.at.date(),
        minutes=step.minutes,
        school=workplace.school,
        post=workplace.post,
        reflection=done.reflection,
        article=step.target if step.kind is StepKind.ARTICLE else "",
        pathway=pathway.id,
        step=step.id,
    )
