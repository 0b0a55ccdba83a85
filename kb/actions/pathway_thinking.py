"""Keeping what somebody wrote in the boxes of a pathway, whichever button they pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kb.domain.pathway import Mark, Pathway, Tick
from kb.domain.thought import LONGEST_THOUGHT, Thoughts, ThoughtTooLong, settled
from kb.storage import cpd, pathway_progress, pathways
from kb.storage.database import Database


def keep(db: Database, account_id: int, pathway: Pathway, thoughts: Thoughts) -> None:
    """Keep every thought that was changed, of a step that is done with its tick and in the record.

    Thoughts of steps that the pathway never had are left out. Raises ThoughtTooLong, and then nothing is kept.
    """
    with db.write():
        ticks = pathway_progress.ticks(db, account_id, [pathway.id])[pathway.id]
        for step, before in _boxes(db, account_id, pathway, ticks).items():
            if step not in thoughts or (now := settled(before, thoughts[step])) == before:
                continue
            if len(now) > LONGEST_THOUGHT:
                raise ThoughtTooLong(step)
            if _done(ticks, step):
                pathway_progress.tick(db, account_id, pathway.id, replace(ticks[step], reflection=now))
                cpd.reflect_on_step(db, account_id, pathway.id, step, now)
            else:
                pathway_progress.think(db, account_id, pathway.id, step, now)


def of_pathway(db: Database, account_id: int, pathway: Pathway) -> Mapping[int, str]:
    """Step → what the person has written there; nothing for a step without a word."""
    ticks = pathway_progress.ticks(db, account_id, [pathway.id])[pathway.id]
    boxes = _boxes(db, account_id, pathway, ticks)
    return {step: words for step, words in boxes.items() if words}


def _boxes(db: Database, account_id: int, pathway: Pathway, ticks: Mapping[int, Tick]) -> dict[int, str]:
    """Step → what stands there now, for every step that the pathway has or had."""
    thoughts = pathway_progress.thoughts(db, account_id, pathway.id)
    steps = {step.id for each in pathways.versions(db, pathway.id) for step in each.outline.steps}
    return {
        step: ticks[step].reflection if _done(ticks, step) else thoughts.get(step, "")
        for step in sorted(steps)
    }


def _done(ticks: Mapping[int, Tick], step: int) -> bool:
    return step in ticks and ticks[step].mark is Mark.DONE
