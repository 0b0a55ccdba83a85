"""Who may do what with a commission, where it stands and where that takes it: one table for pages and actions.

Whoever leads improvement may do every step in the place of others, and then says why; nobody else skips anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.account import Account, Role
from kb.domain.commission import OPEN, OVER, WITH_SUPPORTER, Commission, Stage


class Party(StrEnum):
    """How a person belongs to a commission; somebody may be several."""

    LEAD = "lead"
    RECEIVING_HEAD = "receiving-head"
    SUPPORTING_HEAD = "supporting-head"
    CONTACT = "contact"
    SUPPORTER = "supporter"
    WRITER = "writer"
    ONLOOKER = "onlooker"


class Deed(StrEnum):
    """What can be done with a commission."""

    SEE = "see"
    SEE_WHOLE = "see-whole"
    CHANGE = "change"
    FUND = "fund"
    CHOOSE = "choose"
    AGREE_RECEIVING = "agree-receiving"
    AGREE_SUPPORTING = "agree-supporting"
    PLAN = "plan"
    LOG = "log"
    REPORT = "report"
    EVALUATE = "evaluate"
    WRITE_UP = "write-up"
    CLOSE = "close"
    MATCH_AGAIN = "match-again"
    CANCEL = "cancel"
    MOVE = "move"
    HAND_OVER = "hand-over"
    NAME_CONTACT = "name-contact"
    NAME_PERSON = "name-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks.

    headships  ids of the schools that the person is head of
    of_trust   True for people of the trust, who see what is not confidential
    """

    account: Account
    headships: frozenset[str]
    of_trust: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """These parties do it, at these stages; it leads to a stage, or leaves the commission where it is."""

    by: frozenset[Party]
    at: frozenset[Stage]
    to: Stage | None = None


_LEAD = frozenset({Party.LEAD})
_HEADS = frozenset({Party.RECEIVING_HEAD, Party.SUPPORTING_HEAD})
_RECEIVING = frozenset({Party.RECEIVING_HEAD, Party.CONTACT})
_SUPPORTING = frozenset({Party.SUPPORTING_HEAD, Party.SUPPORTER})
_SIDES = _RECEIVING | _SUPPORTING
_ALL = frozenset(Stage)
_AT_WORK = frozenset({Stage.PLANNED, Stage.DELIVERY})


def _step(by: frozenset[Party], at: frozenset[Stage], to: Stage | None = None) -> Step:
    return Step(by=by, at=at, to=to)


STEPS: Mapping[Deed, Step] = {
    # What is confidential only the lead and the two sides know of.
    Deed.SEE: _step(_LEAD | _SIDES | {Party.ONLOOKER}, _ALL),
    Deed.SEE_WHOLE: _step(_LEAD | _SIDES, _ALL),
    Deed.CHANGE: _step(_LEAD, OPEN),
    Deed.FUND: _step(_LEAD, frozenset({Stage.NEED}), Stage.FUNDED),
    Deed.CHOOSE: _step(_LEAD, frozenset({Stage.FUNDED, Stage.MATCHED}), Stage.MATCHED),
    # Both heads agree; the second yes takes it on.
    Deed.AGREE_RECEIVING: _step(frozenset({Party.RECEIVING_HEAD}), frozenset({Stage.MATCHED}), Stage.AGREED),
    Deed.AGREE_SUPPORTING: _step(
        frozenset({Party.SUPPORTING_HEAD}), frozenset({Stage.MATCHED}), Stage.AGREED
    ),
    Deed.PLAN: _step(_LEAD | _SIDES, frozenset({Stage.AGREED, *_AT_WORK}), Stage.PLANNED),
    Deed.LOG: _step(_SUPPORTING, frozenset({*_AT_WORK, Stage.REPORTED}), Stage.DELIVERY),
    Deed.REPORT: _step(_SUPPORTING, frozenset({Stage.DELIVERY}), Stage.REPORTED),
    Deed.EVALUATE: _step(_RECEIVING, frozenset({Stage.REPORTED}), Stage.EVALUATED),
    Deed.WRITE_UP: _step(frozenset({Party.WRITER}), frozenset({Stage.EVALUATED, Stage.CLOSED}), Stage.CLOSED),
    Deed.CLOSE: _step(_LEAD, frozenset({Stage.EVALUATED}), Stage.CLOSED),
    Deed.MATCH_AGAIN: _step(_LEAD, (WITH_SUPPORTER - OVER) - {Stage.REPORTED, Stage.EVALUATED}, Stage.FUNDED),
    Deed.CANCEL: _step(_LEAD | _HEADS, OPEN, Stage.CANCELLED),
    Deed.MOVE: _step(_LEAD, OPEN),
    Deed.HAND_OVER: _step(_LEAD, OPEN),
    Deed.NAME_CONTACT: _step(_LEAD | _RECEIVING, OPEN),
    Deed.NAME_PERSON: _step(_LEAD | _SUPPORTING, WITH_SUPPORTER - OVER),
}
"""What can be done with a commission: by whom, at which stage, and which stage follows."""

STANDS_IN = frozenset({Deed.AGREE_RECEIVING, Deed.AGREE_SUPPORTING, Deed.LOG, Deed.REPORT, Deed.EVALUATE})
"""What the lead may do in the place of a side, with a note that says why."""


def parties(asking: Asking, commission: Commission) -> frozenset[Party]:
    """Everything that a person is to a commission; nothing for leavers and strangers."""
    account, need = asking.account, commission.need
    if not account.active:
        return frozenset()
    at_work = set(account.schools) & set(commission.schools)
    writes = account.role in {Role.CONTRIBUTOR, Role.REVIEWER, Role.LEAD}
    found = {
        Party.LEAD: account.role is Role.LEAD,
        Party.RECEIVING_HEAD: need.receiver in asking.headships,
        Party.SUPPORTING_HEAD: commission.supporter in asking.headships,
        Party.CONTACT: need.contact == account.id,
        Party.SUPPORTER: commission.person == account.id,
        Party.ONLOOKER: not need.confidential and (asking.of_trust or bool(at_work)),
    }
    all_of_them = {party for party, is_one in found.items() if is_one}
    if writes and at_work and all_of_them & STEPS[Deed.SEE_WHOLE].by:
        all_of_them.add(Party.WRITER)
    return frozenset(all_of_them)


def may(asking: Asking, deed: Deed, commission: Commission) -> bool:
    """True when a person may do something with a commission as it stands."""
    return commission.stage in STEPS[deed].at and could(asking, deed, commission)


def could(asking: Asking, deed: Deed, commission: Commission) -> bool:
    """True when a person might do it, were the commission at another stage."""
    mine = parties(asking, commission)
    return bool(mine & STEPS[deed].by) or (Party.LEAD in mine and deed in STANDS_IN)


def in_place_of_others(asking: Asking, deed: Deed, commission: Commission) -> bool:
    """True when it is another's to do, and the lead does it for them: that needs a note."""
    return not parties(asking, commission) & STEPS[deed].by
