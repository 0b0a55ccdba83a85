"""What the pages of learning share: what people do at school, names of posts, and where somebody works."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kb.domain.account import Account
from kb.domain.learner import Workplace
from kb.domain.pathway import StepKind
from kb.storage import posts
from kb.web.site import site


def post_choices() -> list[tuple[str, str]]:
    """Every post that somebody can have, in the vocabulary’s order."""
    return [(term.id, term.label) for term in site().library.taxonomy["roles"] if not term.replaced_by]


def post_name(post: str) -> str:
    """What a post is called."""
    return site().library.taxonomy["roles"].label_of(post)


def school_choices() -> list[tuple[str, str]]:
    """The members of the group, by name."""
    schools = site().library.group.schools
    return sorted(((each.id, each.name) for each in schools.values()), key=lambda pair: pair[1])


def school_name(school: str) -> str:
    """What a member of the group is called."""
    found = site().library.group.schools.get(school)
    return found.name if found else school


def posts_of_all(accounts: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Account → what they do, for lists of people."""
    db = site().database
    return {each: tuple(dict.fromkeys(post.post for post in posts.of(db, each))) for each in accounts}


def workplace(account: Account) -> Workplace:
    """Where and as what somebody works: their first post, or else their first school."""
    found = next(iter(posts.of(site().database, account.id)), None)
    return Workplace(school=found.school, post=found.post) if found else Workplace.of(account)


def target_from(kind: StepKind, typed: str) -> str:
    """Where a step leads, from what somebody copied: the last part of an address of this site, or all of another."""
    if kind in (StepKind.TASK, StepKind.OBSERVATION):
        return ""
    if kind is StepKind.LINK:
        return typed
    return typed.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
