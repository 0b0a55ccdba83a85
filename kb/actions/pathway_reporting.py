"""How pathways are used: in numbers of five or more, and by name only where the trust has asked people by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.account import Account
from kb.domain.pathway import Following, Pathway, Requirement
from kb.domain.small_numbers import LEAST, shown
from kb.storage import accounts, pathway_progress, pathways, posts
from kb.storage.database import Database

OTHERS = "others"
"""The name of the line for all schools or posts with fewer than five people, counted as one."""

UNKNOWN = ""
"""The name of the line for people of whom no school or post is known."""


class Standing(StrEnum):
    """How somebody stands who was asked to finish a pathway."""

    FINISHED = "finished"
    UNDER_WAY = "under way"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table of people; None stands for a number that is not shown."""

    name: str
    finished: int | None
    under_way: int | None
    all: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How many have finished a pathway and how many are on it, by school and by post; the last line is the total."""

    by_school: tuple[Line, ...]
    by_post: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who was asked to finish a pathway, and whether they have. Never what they thought of it."""

    account: Account
    standing: Standing
    finished_at: datetime | None


def numbers(db: Database, pathway: Pathway, posts_of: Mapping[int, Collection[str]]) -> Numbers:
    """Everybody on a pathway, counted once in each table: under their first school, and their first post.

    posts_of  account → the ids of what they do
    """
    on = pathway_progress.on(db, pathway.id)
    schools: dict[str, list[Following]] = defaultdict(list)
    by_post: dict[str, list[Following]] = defaultdict(list)
    for each in on:
        account = accounts.find(db, each.account)
        works_at = account.schools if account else ()
        schools[next(iter(works_at), UNKNOWN)].append(each)
        by_post[next(iter(posts_of.get(each.account, ())), UNKNOWN)].append(each)
    return Numbers(by_school=_lines(schools), by_post=_lines(by_post))


def asked_for(db: Database, requirement: Requirement, people: Collection[int]) -> tuple[Asked, ...]:
    """Everybody of whom a pathway is required, by name; who has not begun comes first."""
    on = {each.account: each for each in pathway_progress.on(db, requirement.pathway)}
    found = [
        Asked(
            account=account,
            standing=_standing(on.get(account.id)),
            finished_at=on[account.id].finished_at if account.id in on else None,
        )
        for account in accounts.everybody(db)
        if account.id in people
    ]
    order = list(Standing)
    return tuple(sorted(found, key=lambda each: (-order.index(each.standing), each.account.name)))


def asked_of(db: Database, account: Account) -> tuple[Requirement, ...]:
    """What the trust asks of a person, the nearest day first."""
    return tuple(
        each
        for each in pathways.requirements(db)
        if account.id in posts.holders(db, posts=each.posts, schools=each.schools)
    )


def _standing(following: Following | None) -> Standing:
    if following is None or (following.left_at and not following.finished_at):
        return Standing.NOT_BEGUN
    return Standing.FINISHED if following.finished_at else Standing.UNDER_WAY


def _lines(groups: Mapping[str, Collection[Following]]) -> tuple[Line, ...]:
    """The groups that are large enough by name, the others together, and all; nothing when there is nobody."""
    large = {name: group for name, group in sorted(groups.items()) if len(group) >= LEAST}
    rest = [each for group in groups.values() if len(group) < LEAST for each in group]
    named = {**large, **({OTHERS: rest} if rest else {})}
    counted = [[len(group) - _under_way(group), _under_way(group)] for group in named.values()]
    return tuple(
        Line(name=name, finished=row[0], under_way=row[1], all=row[2])
        for name, row in zip([*named, "total"], shown(counted), strict=False)
    )


def _under_way(group: Collection[Following]) -> int:
    return sum(1 for each in group if not each.finished_at)
