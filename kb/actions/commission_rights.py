"""Finding a commission for somebody who wants to do something with it, and writing down that it was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kb.actions.checking_text import Checker
from kb.actions.free_text import refuse_personal_data
from kb.actions.notifying import notify
from kb.domain.account import Account, works_in_the_trust
from kb.domain.commission import Commission, Stage
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound
from kb.domain.library import Library
from kb.domain.permission_commission import STEPS, Asking, Deed, Party, could, in_place_of_others, may
from kb.domain.school import Group
from kb.storage import accounts, commissions, journal, posts
from kb.storage.commissions import MovedOn
from kb.storage.database import Database


class NotYours(NotFound):
    """Somebody else does this, and its page is there for them alone."""

    def __init__(self) -> None:
        super().__init__("This is for somebody else to do. Ask the improvement lead if it cannot wait.")


class NotNow(KnowledgeBaseError):
    """It cannot be done where the commission stands."""

    def __init__(self) -> None:
        super().__init__("This commission has gone on or is over, so that cannot be done now.")


class NoteMissing(BadRequest):
    """The lead does something in the place of others, or skips a step, without a reason."""

    field = "note"

    def __init__(self) -> None:
        super().__init__("Say why. Both schools can read it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """What commissioning works with: the database, the schools and terms as they are now, and the check of words."""

    database: Database
    library: Library
    check: Checker


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody's turn at a commission: what came with the page on which they acted.

    number   the commission's id; version: the one that was on the page, None to take whatever stands there now
    note     what they say about it
    looked   whether they have looked at what the check warned of, and said that it may stay
    """

    bureau: Bureau
    asking: Asking
    number: int = 0
    version: int | None = None
    note: str = ""
    looked: bool = False

    @property
    def db(self) -> Database:
        """The database."""
        return self.bureau.database


def asking_of(db: Database, group: Group, account: Account) -> Asking:
    """A person as the table of commissions knows them."""
    return Asking(
        account=account,
        headships=frozenset(school for school in account.schools if account.id in posts.heads(db, school)),
        of_trust=works_in_the_trust(account.schools, group),
    )


def commission_for(turn: Turn, deed: Deed) -> Commission:
    """The commission, for somebody who may do this with it now.

    Raises NotFound when they may not know of it, NotYours and NotNow when they may, MovedOn.
    """
    commission = commissions.find(turn.db, turn.number)
    if commission is None or not may(turn.asking, Deed.SEE, commission):
        raise NotFound("There is no such commission, or it is not yours to open. Look at the list.")
    if not could(turn.asking, deed, commission):
        raise NotYours
    if not may(turn.asking, deed, commission):
        raise NotNow
    if turn.version is not None and turn.version != commission.version:
        raise MovedOn
    return commission


def insist_on_note(turn: Turn, deed: Deed, commission: Commission) -> None:
    """Refuse what is done in the place of others without a word about it. Raises NoteMissing."""
    if in_place_of_others(turn.asking, deed, commission) and not turn.note.strip():
        raise NoteMissing


def refuse_personal(turn: Turn, said: Mapping[str, str]) -> None:
    """Refuse words that may tell who a pupil is; who has looked is refused only what nobody may let pass.

    said  name of a field → what was typed there

    Raises PersonalData.
    """
    staff = [person.name for person in accounts.everybody(turn.db)]
    refuse_personal_data(turn.bureau.check, said, all_looked_at=turn.looked, people=staff)


def done(
    turn: Turn,
    commission: Commission,
    deed: Deed,
    changes: Mapping[str, object] | None = None,
    *,
    to: Stage | None = None,
    words: str | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write what was done, within the caller's transaction: the row, its history and the journal.

    Every note passes here, so it is looked through here. Raises MovedOn, PersonalData.

    to     the stage that follows; what the table says when None
    words  what is said about it, looked through already; the note when None
    """
    if words is None:
        refuse_personal(turn, {"note": turn.note})
    now, actor = datetime.now(UTC), turn.asking.account.id
    follows = to or STEPS[deed].to or commission.stage
    said = (turn.note if words is None else words).strip()
    open_ = not commission.need.confidential
    commissions.change(turn.db, commission, changes or {}, now=now, to=follows)
    commissions.note(turn.db, commission, deed=deed.value, to=follows, words=said, by=actor, now=now)
    journal.record(
        turn.db,
        actor=actor,
        verb=f"commission-{deed.value}",
        subject=f"commission:{commission.id}",
        school=commission.need.receiver if open_ else "",
        reason=said if open_ else "",
        detail={"was": commission.stage.value, "now": follows.value, **(detail or {})},
    )


def people(db: Database, commission: Commission, some: Collection[Party]) -> tuple[int, ...]:
    """Who these parties are just now: account ids, each once. A school without a head has none."""
    found: list[int | None] = []
    for party in some:
        match party:
            case Party.LEAD:
                found.append(commission.lead)
            case Party.CONTACT:
                found.append(commission.need.contact)
            case Party.SUPPORTER:
                found.append(commission.person)
            case Party.RECEIVING_HEAD:
                found += posts.heads(db, commission.need.receiver)
            case Party.SUPPORTING_HEAD if commission.supporter:
                found += posts.heads(db, commission.supporter)
            case _:
                pass
    return tuple(dict.fromkeys(each for each in found if each is not None))


def tell(
    turn: Turn,
    commission: Commission,
    some: Collection[Party],
    said: str,
    *,
    step: str = "",
) -> None:
    """A letter to these parties but the one who acts, within the caller's transaction.

    said  one sentence of ours, without anybody's own words
    step  the page of the commission that the link opens
    """
    values = {
        "title": "a confidential commission" if commission.need.confidential else commission.need.title,
        "said": said,
        "link": f"/commissions/{commission.id}{'/' if step else ''}{step}",
    }
    for person in people(turn.db, commission, some):
        if person != turn.asking.account.id:
            notify(turn.db, to=person, kind="commission", values=values)
