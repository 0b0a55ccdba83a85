"""A trial: a school tried what an article tells of. What did not work counts as much as what did.

A trial is one school's own experience. It is counted beside others, and never merged with a figure from research or
with the result of the school that wrote the article.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kb.domain.article import Outcome, Visibility
from kb.domain.errors import BadRequest

SMALLEST_GROUP = 5
"""Fewer pupils than this are ‘a small group’: a number would tell who they are."""

MOST_PUPILS = 10_000
LONGEST_TRIAL_DAYS = 3 * 366


class TrialState(StrEnum):
    """Whether it is shown. The school takes its trial back; the lead hides one with a reason."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


class TrialWrong(BadRequest):
    """Something about a trial cannot be so; ``field`` says what."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a school says about its trial.

    began, ended  the days of the trial; ended is None while it runs
    how_often     such as ‘three times a week, 20 minutes each’; how_long: such as ‘one half-term’
    changed       what was done in another way than in the article; empty for nothing
    pupils        how many took part, None when not told or when it was a small group
    """

    school: str
    began: date
    ended: date | None
    key_stages: tuple[str, ...]
    provisions: tuple[str, ...]
    how_often: str
    how_long: str
    changed: str
    outcome: Outcome
    how_we_know: str
    visibility: Visibility
    pupils: int | None = None
    small_group: bool = False

    def refuse_what_cannot_be(self, today: date) -> None:
        """Raises TrialWrong with what to do about it."""
        if self.began > today:
            raise TrialWrong("began", "A trial is told once it has begun. Enter the day on which you began.")
        if self.ended and not self.began <= self.ended <= today:
            raise TrialWrong(
                "ended", "Enter an end that is after the beginning and not in the future, or none."
            )
        if ((self.ended or today) - self.began).days > LONGEST_TRIAL_DAYS:
            raise TrialWrong(
                "began", "That is more than three years. Enter the days of this one trial, or an end."
            )
        if self.pupils is not None and self.pupils < SMALLEST_GROUP:
            raise TrialWrong(
                "pupils", "Leave the number empty and tick ‘a small group’: a small number tells who it is."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial as it stands now.

    slug    address of the article that was tried, as it is now
    author  account id of who told of it
    hidden_because  the lead's reason, empty when it is not hidden
    """

    id: int
    slug: str
    title: str
    author: int
    state: TrialState
    report: Report
    made_at: datetime
    changed_at: datetime
    hidden_because: str = ""

    @property
    def school(self) -> str:
        """Id of the school that tried it."""
        return self.report.school


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often an article was tried, in how many schools, and how it went: counted trials, nothing else."""

    trials: int = 0
    schools: int = 0
    worked: int = 0
    mixed: int = 0
    did_not_work: int = 0

    @property
    def words(self) -> str:
        """‘Tried in 6 schools: 4 worked, 1 mixed, 1 did not’; empty when nobody has tried it."""
        if not self.trials:
            return ""
        schools = f"{self.schools:,} school{'' if self.schools == 1 else 's'}"
        often = "" if self.trials == self.schools else f"{self.trials:,} times "
        counted = [
            f"{number:,} {words}"
            for number, words in (
                (self.worked, "worked"),
                (self.mixed, "mixed"),
                (self.did_not_work, "did not"),
            )
            if number
        ]
        return f"Tried {often}in {schools}: {', '.join(counted)}"


def tally(trials: Iterable[Trial]) -> Tally:
    """The tally of some trials."""
    every = tuple(trials)
    went = [each.report.outcome for each in every]
    return Tally(
        trials=len(every),
        schools=len({each.school for each in every}),
        worked=went.count(Outcome.WORKED),
        mixed=went.count(Outcome.MIXED),
        did_not_work=went.count(Outcome.DID_NOT_WORK),
    )
