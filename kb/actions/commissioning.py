"""What the lead does with a commission: begin, fund, choose who helps, hand over, call off, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kb.actions import wanting
from kb.actions.commission_rights import (
    Bureau,
    NoteMissing,
    NotYours,
    Turn,
    commission_for,
    done,
    people,
    refuse_personal,
    tell,
)
from kb.domain.account import Role
from kb.domain.commission import WAY, WITH_SUPPORTER, Funding, Need, Stage
from kb.domain.errors import BadRequest
from kb.domain.permission import Verb
from kb.domain.permission import may as may_on_site
from kb.domain.permission_commission import Deed, Party
from kb.storage import accounts, commissions, journal

SIDES = (Party.RECEIVING_HEAD, Party.CONTACT, Party.SUPPORTING_HEAD, Party.SUPPORTER)
MOVABLE = (Stage.FUNDED, *WAY[WAY.index(Stage.AGREED) : WAY.index(Stage.CLOSED)])
"""Where the lead may put a commission by hand. What needs more than a word has a step of its own."""

_SHORTEST_TITLE, _LONGEST_TITLE = 5, 120


class Wrong(BadRequest):
    """Something on the form must be mended."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def begin(turn: Turn, need: Need) -> int:
    """Begin a commission and give its id. Raises NotYours, Wrong, PersonalData."""
    if not may_on_site(turn.asking.account, Verb.COMMISSION):
        raise NotYours
    _refuse_need(turn.bureau, need)
    refuse_personal(turn, {"title": need.title, "details": need.text})
    now = datetime.now(UTC)
    with turn.db.write():
        number = commissions.insert(turn.db, need, lead=turn.asking.account.id, now=now)
        journal.record(
            turn.db,
            actor=turn.asking.account.id,
            verb="commission-begin",
            subject=f"commission:{number}",
            school="" if need.confidential else need.receiver,
            detail={"kind": need.kind.value, "from": need.origin},
        )
        if need.ask_id is not None:
            wanting.commissioned(turn.db, turn.asking.account, need.ask_id, commission=number)
    return number


def rewrite(turn: Turn, need: Need) -> None:
    """Say anew what is needed. The receiving school stays once somebody has been asked to help. Raises Wrong."""
    db = turn.db
    refuse_personal(turn, {"title": need.title, "details": need.text})
    with db.write():
        was = commission_for(turn, Deed.CHANGE)
        if need.receiver != was.need.receiver or need.contact != was.need.contact:
            _refuse_need(turn.bureau, need)
        if need.receiver != was.need.receiver and was.supporter:
            raise Wrong("receiver", "A school has been asked to help already. Call this off and begin anew.")
        commissions.rewrite(db, was, replace(need, origin=was.need.origin), now=datetime.now(UTC))
        done(turn, replace(was, version=was.version + 1), Deed.CHANGE)


def fund(
    turn: Turn,
    *,
    funding: Funding,
    ceiling: int,
) -> None:
    """Say who pays and how much it may cost, in pounds."""
    db = turn.db
    with db.write():
        commission = commission_for(turn, Deed.FUND)
        changes = {"funding": funding.value, "ceiling": ceiling}
        done(turn, commission, Deed.FUND, changes, detail={"ceiling": ceiling})


def choose(turn: Turn, *, supporter: str, person: int | None, why: str) -> None:
    """Choose the school that is asked to help, and ask both heads. Raises Wrong, PersonalData."""
    db = turn.db
    refuse_personal(turn, {"why": why})
    with db.write():
        commission = commission_for(turn, Deed.CHOOSE)
        if supporter not in turn.bureau.library.group.schools or supporter == commission.need.receiver:
            raise Wrong("supporter", "Choose a school that helps another one.")
        if person is not None and not _works_at(turn.bureau, person, supporter):
            raise Wrong("person", "Choose somebody who works at the school that helps.")
        changes = {
            "supporter": supporter,
            "person": person,
            "chosen": why.strip(),
            "yes_receiver": None,
            "yes_supporter": None,
            "agreed_at": None,
        }
        done(turn, commission, Deed.CHOOSE, changes, words=why.strip(), detail={"supporter": supporter})
        chosen = replace(commission, supporter=supporter, person=person)
        said = "Two schools have been matched. Please say whether you agree."
        tell(turn, chosen, (Party.RECEIVING_HEAD, Party.SUPPORTING_HEAD), said, step="answer")


def match_again(turn: Turn) -> None:
    """Let the school that was to help go, and look for another one; what was done stays in the log."""
    db = turn.db
    _insist(turn)
    with db.write():
        commission = commission_for(turn, Deed.MATCH_AGAIN)
        changes = dict.fromkeys(
            (
                "supporter",
                "person",
                "yes_receiver",
                "yes_supporter",
                "agreed_at",
                "first_contact",
                "report_due",
            )
        )
        done(turn, commission, Deed.MATCH_AGAIN, {**changes, "chosen": ""})
        tell(turn, commission, SIDES, "The improvement lead looks for another school to help.")


def cancel(turn: Turn) -> None:
    """Call a commission off, with the reason."""
    db = turn.db
    _insist(turn)
    with db.write():
        commission = commission_for(turn, Deed.CANCEL)
        done(turn, commission, Deed.CANCEL, {"closing": turn.note.strip()})
        tell(turn, commission, (Party.LEAD, *SIDES), "A commission has been called off.")


def close(turn: Turn) -> None:
    """Close a commission that becomes no case study, with the reason."""
    db = turn.db
    _insist(turn)
    with db.write():
        commission = commission_for(turn, Deed.CLOSE)
        done(turn, commission, Deed.CLOSE, {"closing": turn.note.strip()})
        tell(turn, commission, SIDES, "A commission has been closed. Thank you for your part in it.")


def move(turn: Turn, *, to: Stage) -> None:
    """Put a commission at another stage by hand, with a note. Raises Wrong when nobody has been chosen for it."""
    db = turn.db
    _insist(turn)
    with db.write():
        commission = commission_for(turn, Deed.MOVE)
        if to not in MOVABLE or to is commission.stage:
            raise Wrong("to", "Choose another stage from the list.")
        if (to in WITH_SUPPORTER) != (commission.supporter is not None):
            raise Wrong(
                "to",
                "Choose who helps first, on the page of matches."
                if to in WITH_SUPPORTER
                else "A school has been chosen. Use ‘Look for another school’.",
            )
        agreed = commission.agreed_at is None and to in WITH_SUPPORTER
        changes = {"agreed_at": datetime.now(UTC).isoformat(timespec="microseconds")} if agreed else {}
        done(turn, commission, Deed.MOVE, changes, to=to)


def hand_over(turn: Turn, *, person: int | None) -> None:
    """Let another lead answer for a commission. Raises Wrong."""
    db = turn.db
    with db.write():
        commission = commission_for(turn, Deed.HAND_OVER)
        account = accounts.find(db, person) if person else None
        if account is None or not account.active or account.role is not Role.LEAD:
            raise Wrong("lead", "Choose an improvement lead.")
        done(turn, commission, Deed.HAND_OVER, {"lead": person}, detail={"lead": person})
        tell(turn, replace(commission, lead=account.id), (Party.LEAD,), "You answer for a commission now.")


def name_contact(turn: Turn, *, person: int | None) -> None:
    """Name the person of the receiving school to whom one turns. Raises Wrong."""
    db = turn.db
    with db.write():
        commission = commission_for(turn, Deed.NAME_CONTACT)
        if person is not None and not _works_at(turn.bureau, person, commission.need.receiver):
            raise Wrong("contact", "Choose somebody who works at the school that is helped.")
        done(turn, commission, Deed.NAME_CONTACT, {"contact": person})
        now = replace(commission, need=replace(commission.need, contact=person))
        tell(turn, now, (Party.CONTACT,), "You are the contact of your school for a commission.")


def name_person(turn: Turn, *, person: int | None) -> None:
    """Name the person who helps. Raises Wrong."""
    db = turn.db
    with db.write():
        commission = commission_for(turn, Deed.NAME_PERSON)
        if person is not None and not _works_at(turn.bureau, person, commission.supporter or ""):
            raise Wrong("person", "Choose somebody who works at the school that helps.")
        done(turn, commission, Deed.NAME_PERSON, {"person": person})
        now = replace(commission, person=person)
        tell(turn, now, (Party.SUPPORTER,), "You have been named to help another school.")


def gone(turn: Turn) -> tuple[str, ...]:
    """What is amiss with the people and schools of a commission, in sentences; nothing when all is well."""
    db, group = turn.db, turn.bureau.library.group
    commission = commission_for(turn, Deed.SEE_WHOLE)
    found = []
    for school in commission.schools:
        if school not in group.schools:
            found.append(
                f"The school ‘{school}’ is no longer in the group. Finish this with it, or call it off."
            )
        elif not people(db, commission, (_head_of(commission.need.receiver, school),)):
            found.append(
                f"Nobody is named as head of {group.schools[school].name}. "
                "Name one in Administration, or answer for them with a note."
            )
    for person, words in (
        (commission.lead, "The lead of this commission has left. Hand it over."),
        (commission.need.contact, "The contact of the school that is helped has left. Name another one."),
        (commission.person, "The person who helps has left. Name another one."),
    ):
        account = accounts.find(db, person) if person is not None else None
        if account is not None and not account.active:
            found.append(words)
    return tuple(found)


def _head_of(receiver: str, school: str) -> Party:
    return Party.RECEIVING_HEAD if school == receiver else Party.SUPPORTING_HEAD


def _refuse_need(bureau: Bureau, need: Need) -> None:
    if not _SHORTEST_TITLE <= len(need.title) <= _LONGEST_TITLE:
        raise Wrong("title", f"Use {_SHORTEST_TITLE} to {_LONGEST_TITLE} characters for the title.")
    if need.receiver not in bureau.library.group.schools:
        raise Wrong("receiver", "Choose the school that is to be helped.")
    if need.contact is not None and not _works_at(bureau, need.contact, need.receiver):
        raise Wrong("contact", "Choose somebody who works at the school that is to be helped.")


def _works_at(bureau: Bureau, person: int, school: str) -> bool:
    account = accounts.find(bureau.database, person)
    return account is not None and account.active and school in account.schools


def _insist(turn: Turn) -> None:
    if not turn.note.strip():
        raise NoteMissing
