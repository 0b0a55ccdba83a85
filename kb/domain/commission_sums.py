"""What commissions took and what came of them, added up: by theme, by school, in all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.domain.commission import Commission, Result, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Some commissions together.

    key   what they have in common: the id of a theme or a school; empty for all of them
    cost  pence beside people's time
    judged  commissions of which the receiving school has said what came of them
    judged_days, judged_cost  what those took
    """

    key: str
    commissions: int
    days: float
    cost: int
    met: int
    partly: int
    not_met: int
    judged_days: float
    judged_cost: int

    @property
    def judged(self) -> int:
        """How many have been judged."""
        return self.met + self.partly + self.not_met

    @property
    def days_a_met_need(self) -> float | None:
        """Days of all that were judged for each need that was met; None when none was."""
        return self.judged_days / self.met if self.met else None

    @property
    def cost_a_met_need(self) -> float | None:
        """Pence of all that were judged for each need that was met; None when none was."""
        return self.judged_cost / self.met if self.met else None


def added_up(found: Sequence[Commission], key: str = "") -> Sum:
    """Commissions as one sum. What was called off counts with what it took."""
    said = [each for each in found if each.evaluation]
    results = [each.evaluation.result for each in said if each.evaluation]
    return Sum(
        key=key,
        commissions=len(found),
        days=sum(each.days for each in found),
        cost=sum(each.cost for each in found),
        met=results.count(Result.MET),
        partly=results.count(Result.PARTLY),
        not_met=results.count(Result.NOT_MET),
        judged_days=sum(each.days for each in said),
        judged_cost=sum(each.cost for each in said),
    )


def by(found: Sequence[Commission], keys: Callable[[Commission], Iterable[str]]) -> tuple[Sum, ...]:
    """A sum for each key, the most days first. A commission with two keys counts in both, so sums overlap."""
    groups: dict[str, list[Commission]] = {}
    for each in found:
        for key in dict.fromkeys(keys(each)):
            groups.setdefault(key, []).append(each)
    sums = [added_up(some, key) for key, some in groups.items()]
    return tuple(sorted(sums, key=lambda one: (-one.days, one.key)))


def took_something(commission: Commission) -> bool:
    """True when there is something to add up: work was logged, or somebody has judged it."""
    return bool(commission.visits) or commission.stage in {Stage.EVALUATED, Stage.CLOSED}
