"""A pathway: steps in order for people of certain posts, and how far somebody has come on it.

A version that was published never changes. A step keeps its id through all versions, and no id is used twice, so that
what somebody has ticked stays ticked when steps are moved, reworded or added around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from kb.domain.article import Visibility
from kb.domain.errors import BadRequest, NotFound


class PathwayState(StrEnum):
    """Where a pathway stands. A retired one can be finished by those who are on it, and begun by nobody."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class StepKind(StrEnum):
    """What one does in a step."""

    ARTICLE = "article"
    COLLECTION = "collection"
    LINK = "link"
    TASK = "task"
    OBSERVATION = "observation"


class Mark(StrEnum):
    """What a person has done with a step. Only a step that is not for them can be skipped."""

    DONE = "done"
    SKIPPED = "skipped"


LEADS_SOMEWHERE = frozenset({StepKind.ARTICLE, StepKind.COLLECTION, StepKind.LINK})
MOST_STEPS = 60
LONGEST_STEP = 2400
"""Minutes: a week of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    id       counted from 1 in each pathway, never used again
    title    of an article's or collection's step it may be empty: what it leads to has a title of its own
    about    what to do and to look for, in plain words
    target   the slug of an article or collection, or the address of a page elsewhere
    minutes  how long it takes
    """

    id: int
    kind: StepKind
    title: str = ""
    about: str = ""
    target: str = ""
    minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What stands in a pathway, in one version.

    posts   ids of the vocabulary’s roles for whom it is made
    before  slugs of pathways to finish first
    last    the highest id that any step has ever had
    """

    title: str
    summary: str = ""
    posts: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    visibility: Visibility = Visibility.TRUST
    steps: tuple[Step, ...] = ()
    last: int = 0

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(step.minutes for step in self.steps)

    def step(self, step_id: int) -> Step:
        """The step with this id. Raises NotFound."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise NotFound("This step is not in the pathway any more. Look at the pathway as it is now.")

    def adding(self, step: Step) -> Outline:
        """The outline with one more step at its end, under a new id. Raises BadRequest when there are too many."""
        if len(self.steps) >= MOST_STEPS:
            raise BadRequest(f"A pathway has at most {MOST_STEPS} steps. Make two pathways of it.")
        new = self.last + 1
        return replace(self, steps=(*self.steps, replace(step, id=new)), last=new)

    def changing(self, step: Step) -> Outline:
        """The outline with this step in place of the one of its id. Raises NotFound."""
        self.step(step.id)
        return replace(self, steps=tuple(step if each.id == step.id else each for each in self.steps))

    def removing(self, step_id: int) -> Outline:
        """The outline without a step. Raises NotFound."""
        gone = self.step(step_id)
        return replace(self, steps=tuple(each for each in self.steps if each is not gone))

    def moving(self, step_id: int, by: int) -> Outline:
        """The outline with a step one place further up (-1) or down (1); the ends are the ends. Raises NotFound."""
        steps = list(self.steps)
        place = steps.index(self.step(step_id))
        steps.insert(max(0, place + by), steps.pop(place))
        return replace(self, steps=tuple(steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """A pathway as it stands now.

    draft      what the lead is writing; the same as what is published when nothing waits
    revision   counted up by each save of the draft, so that two leads at once are noticed
    published  the newest version, None before the first
    version    its number, 0 before the first
    """

    id: int
    slug: str
    state: PathwayState
    draft: Outline
    revision: int
    changed_at: datetime
    published: Outline | None = None
    version: int = 0

    @property
    def title(self) -> str:
        """What it is called now."""
        return (self.published or self.draft).title

    @property
    def waits(self) -> bool:
        """True when the draft says something that is not published."""
        return self.draft != self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One published version. Never changed."""

    number: int
    outline: Outline
    published_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is another in a newer version, as ids of its steps; ``removed`` in those of the older one."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """True when anything is."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What somebody has done with a step, and what they thought of it, for themselves alone."""

    step: int
    mark: Mark
    at: datetime
    reflection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A person on a pathway.

    seen         the newest version that the person has seen
    finished_at  when all of it was done; None while it is not
    left_at      when the person stepped off; their ticks stay
    """

    account: int
    pathway: int
    begun_at: datetime
    seen: int
    finished_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far somebody has come in one version."""

    done: int
    of: int
    minutes_done: int
    minutes: int

    @property
    def complete(self) -> bool:
        """True when nothing is left to do."""
        return self.of > 0 and self.done >= self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """The trust asks people of these posts and schools to finish a pathway by a day; none named means all."""

    id: int
    pathway: int
    posts: tuple[str, ...]
    schools: tuple[str, ...]
    due: date


def progress(outline: Outline, ticks: Mapping[int, Tick]) -> Progress:
    """What the ticks amount to in an outline. A skipped step is behind one, but its minutes are not."""
    behind = [step for step in outline.steps if step.id in ticks]
    done = [step for step in behind if ticks[step.id].mark is Mark.DONE]
    return Progress(
        done=len(behind),
        of=len(outline.steps),
        minutes_done=sum(step.minutes for step in done),
        minutes=outline.minutes,
    )


def changes(old: Outline, new: Outline) -> Changes:
    """What is another in the newer of two outlines; their order alone is no change."""
    before = {step.id: step for step in old.steps}
    now = {step.id: step for step in new.steps}
    return Changes(
        added=tuple(each for each in now if each not in before),
        changed=tuple(each for each in now if each in before and now[each] != before[each]),
        removed=tuple(each for each in before if each not in now),
    )


def leads_round(slug: str, before: Collection[str], asked: Mapping[str, Iterable[str]]) -> bool:
    """True when a pathway, asking for these first, would in the end ask for itself.

    asked  slug → what each other pathway asks for first
    """
    waiting, seen = list(before), set()
    while waiting:
        each = waiting.pop()
        if each == slug:
            return True
        if each not in seen:
            seen.add(each)
            waiting.extend(asked.get(each, ()))
    return False


def slug_from(title: str) -> str:
    """The address that a title would have."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-") or "pathway"


_LONGEST_SLUG = 60
