"""Who may do what: one table, asked by pages, JSON and commands and, turned into SQL, by the queries.

A rule names roles, whose text it is and the states it may be in. What no rule allows is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.account import Account, Role


class State(StrEnum):
    """Where a text is on its way; an article that is up may have a second text under way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    CHANGES_ASKED = "changes-asked"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


class Whose(StrEnum):
    """How a text belongs to the person who asks; the first that fits counts."""

    AUTHOR = "author"
    SCHOOL = "school"
    OTHER = "other"


class Verb(StrEnum):
    """What can be done. The verbs after NAME_ADDRESS concern no single text."""

    SEE = "see"
    EDIT = "edit"
    SUBMIT = "submit"
    DISCARD = "discard"
    COMMENT = "comment"
    TAKE = "take"
    RETURN = "return"
    ACCEPT = "accept"
    PASS_BLOCKED = "pass-blocked"  # noqa: S105 - no password: what the check blocked is let through
    PUBLISH = "publish"
    REVISE = "revise"
    VERIFY = "verify"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    RESTORE = "restore"
    HAND_OVER = "hand-over"
    NAME_AUTHORS = "name-authors"
    NAME_ADDRESS = "name-address"

    SIGN_OUT = "sign-out"
    KEEP = "keep"
    CURATE = "curate"
    TAKE_PART = "take-part"
    WRITE = "write"
    REVIEW = "review"
    OVERSEE = "oversee"
    INVITE = "invite"
    MANAGE_ACCOUNTS = "manage-accounts"
    APPOINT = "appoint"
    SEE_AUDIT = "see-audit"
    SEE_JOBS = "see-jobs"
    LEARN = "learn"
    PLAN_LEARNING = "plan-learning"
    SEE_INSIGHTS = "see-insights"
    SEE_COMMISSIONS = "see-commissions"
    COMMISSION = "commission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the table must know of one text: its state, its authors' account ids, its schools."""

    state: State
    authors: frozenset[int]
    schools: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """These roles may do it with texts that belong to them in this way and are in these states."""

    roles: frozenset[Role]
    whose: frozenset[Whose]
    states: frozenset[State]


ANYBODY = frozenset(Role)
WRITERS = frozenset({Role.CONTRIBUTOR, Role.REVIEWER, Role.LEAD})
REVIEWERS = frozenset({Role.REVIEWER, Role.LEAD})
LEAD = frozenset({Role.LEAD})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

OWN = frozenset({Whose.AUTHOR})
OWN_SCHOOL = frozenset({Whose.AUTHOR, Whose.SCHOOL})
NOT_OWN = frozenset({Whose.SCHOOL, Whose.OTHER})
ANYONES = frozenset(Whose)

WITH_THE_AUTHOR = frozenset({State.DRAFT, State.CHANGES_ASKED})
WITH_REVIEWERS = frozenset({State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.ACCEPTED})
LIVE = frozenset({State.PUBLISHED})
DOWN = frozenset({State.ARCHIVED, State.WITHDRAWN})
ALL = frozenset(State)


def _rule(roles: frozenset[Role], whose: frozenset[Whose], states: frozenset[State]) -> Rule:
    return Rule(roles=roles, whose=whose, states=states)


TABLE: Mapping[Verb, tuple[Rule, ...]] = {
    # A draft is seen by its authors, its school's contributors, reviewers and the lead.
    Verb.SEE: (_rule(WRITERS, OWN_SCHOOL, ALL), _rule(REVIEWERS, ANYONES, ALL)),
    Verb.EDIT: (_rule(WRITERS, OWN_SCHOOL, WITH_THE_AUTHOR),),
    Verb.SUBMIT: (_rule(WRITERS, OWN, WITH_THE_AUTHOR),),
    Verb.DISCARD: (_rule(WRITERS, OWN, WITH_THE_AUTHOR | {State.SUBMITTED}),),
    Verb.COMMENT: (
        _rule(WRITERS, OWN_SCHOOL, WITH_THE_AUTHOR | WITH_REVIEWERS),
        _rule(REVIEWERS, ANYONES, ALL),
    ),
    # Nobody reviews a text of their own.
    Verb.TAKE: (_rule(REVIEWERS, NOT_OWN, frozenset({State.SUBMITTED})),),
    Verb.RETURN: (_rule(REVIEWERS, NOT_OWN, frozenset({State.IN_REVIEW, State.ACCEPTED})),),
    Verb.ACCEPT: (_rule(REVIEWERS, NOT_OWN, frozenset({State.IN_REVIEW})),),
    Verb.HAND_OVER: (_rule(REVIEWERS, NOT_OWN, frozenset({State.SUBMITTED, State.IN_REVIEW})),),
    Verb.PASS_BLOCKED: (_rule(LEAD, NOT_OWN, frozenset({State.IN_REVIEW})),),
    Verb.PUBLISH: (_rule(REVIEWERS, NOT_OWN, frozenset({State.ACCEPTED})),),
    Verb.REVISE: (_rule(WRITERS, OWN_SCHOOL, LIVE), _rule(LEAD, ANYONES, LIVE)),
    Verb.VERIFY: (_rule(WRITERS, OWN_SCHOOL, LIVE), _rule(LEAD, ANYONES, LIVE)),
    Verb.WITHDRAW: (_rule(WRITERS, OWN, LIVE), _rule(LEAD, ANYONES, LIVE)),
    Verb.ARCHIVE: (_rule(LEAD, ANYONES, LIVE),),
    Verb.RESTORE: (_rule(LEAD, ANYONES, DOWN),),
    Verb.NAME_AUTHORS: (_rule(WRITERS, OWN, ALL), _rule(LEAD, ANYONES, ALL)),
    # Where a new version will stand; it is decided before it is published.
    Verb.NAME_ADDRESS: (
        _rule(WRITERS, OWN, WITH_THE_AUTHOR),
        _rule(LEAD, ANYONES, WITH_THE_AUTHOR | WITH_REVIEWERS),
    ),
}
"""What can be done with a text, and by whom."""

SITE: Mapping[Verb, frozenset[Role]] = {
    Verb.SIGN_OUT: ANYBODY,
    Verb.KEEP: ANYBODY,
    Verb.CURATE: LEAD,
    # Ask, offer, tell of a trial, say what one thinks of an article: kb.domain.permission_sharing says the rest.
    Verb.TAKE_PART: ANYBODY,
    Verb.WRITE: WRITERS,
    Verb.REVIEW: REVIEWERS,
    Verb.OVERSEE: LEAD,
    Verb.INVITE: LEAD | ADMINISTRATOR,
    Verb.MANAGE_ACCOUNTS: ADMINISTRATOR,
    Verb.APPOINT: LEAD | ADMINISTRATOR,
    Verb.SEE_AUDIT: LEAD | ADMINISTRATOR,
    Verb.SEE_JOBS: ADMINISTRATOR,
    Verb.LEARN: ANYBODY,
    Verb.PLAN_LEARNING: LEAD,
    Verb.SEE_INSIGHTS: LEAD,
    Verb.SEE_COMMISSIONS: ANYBODY,
    Verb.COMMISSION: LEAD,
}
"""What concerns no single text, and the roles that may do it."""


def may(account: Account | None, verb: Verb, text: Standing | None = None) -> bool:
    """True when a person may do something: with this text, or anywhere on the site when it concerns none."""
    if account is None or not account.active:
        return False
    if verb in SITE:
        return account.role in SITE[verb]
    if text is None:
        return any(account.role in rule.roles for rule in TABLE[verb])
    return (whose(account, text), text.state) in set(circles(account, verb))


def invitable(role: Role) -> frozenset[Role]:
    """The roles that somebody of a role may give to whom they invite."""
    if role is Role.ADMINISTRATOR:
        return ANYBODY
    return frozenset({Role.READER, Role.CONTRIBUTOR, Role.REVIEWER}) if role is Role.LEAD else frozenset()


def circles(account: Account, verb: Verb) -> Iterator[tuple[Whose, State]]:
    """Every (whose, state) of texts with which a person may do something: what a query narrows itself to."""
    for rule in TABLE[verb]:
        if account.active and account.role in rule.roles:
            yield from (
                (each, state)
                for each in Whose
                if each in rule.whose
                for state in State
                if state in rule.states
            )


def whose(account: Account, text: Standing) -> Whose:
    """How a text belongs to a person."""
    if account.id in text.authors:
        return Whose.AUTHOR
    return Whose.SCHOOL if text.schools & set(account.schools) else Whose.OTHER
