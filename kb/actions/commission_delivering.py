"""What the two schools do: agree, plan, log visits, report, evaluate, and turn it into a case study."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kb.actions.commission_rights import (
    NoteMissing,
    Turn,
    commission_for,
    done,
    insist_on_note,
    refuse_personal,
    tell,
)
from kb.domain.account import Role
from kb.domain.commission import Commission, Plan, Result, Stage, Visit
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission_commission import Deed, Party
from kb.storage import commission_visits, commissions
from kb.storage.text_rows import stamp

CONTACT_WITHIN = timedelta(days=7)
"""The promise to a school: somebody calls within a week after both heads have agreed."""

MOST_HOURS = 200.0
_SIDES = (Party.RECEIVING_HEAD, Party.CONTACT, Party.SUPPORTING_HEAD, Party.SUPPORTER)
_AGREEING = {Deed.AGREE_RECEIVING: "yes_receiver", Deed.AGREE_SUPPORTING: "yes_supporter"}


class ContactLate(BadRequest):
    """The first contact is planned later than a week after both have agreed."""

    field = "first_contact"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"Make the first contact by {until.day} {until:%B %Y}, or let the lead plan it with a note."
        )


class DayWrong(BadRequest):
    """A day cannot be."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def agree(turn: Turn, *, deed: Deed) -> None:
    """Say yes for one side; the second yes takes the commission on. The lead may do it for a head, with a note."""
    db, now = turn.db, datetime.now(UTC)
    with db.write():
        commission = commission_for(turn, deed)
        insist_on_note(turn, deed, commission)
        other = (
            commission.yes_supporter if deed is Deed.AGREE_RECEIVING else commission.yes_receiver
        ) is not None
        changes: dict[str, object] = {_AGREEING[deed]: stamp(now)}
        if other:
            changes["agreed_at"] = stamp(now)
        to = Stage.AGREED if other else Stage.MATCHED
        done(turn, commission, deed, changes, to=to)
        if other:
            said = "Both schools have agreed. Please plan together: the first contact is within 7 days."
            tell(turn, commission, (Party.LEAD, *_SIDES), said, step="plan")


def decline(turn: Turn, *, deed: Deed) -> None:
    """Say no for one side, with the reason. It goes back to matching, and the no is remembered."""
    db, now = turn.db, datetime.now(UTC)
    if not turn.note.strip():
        raise NoteMissing
    with db.write():
        commission = commission_for(turn, deed)
        receiving = deed is Deed.AGREE_RECEIVING
        school = commission.need.receiver if receiving else str(commission.supporter)
        commissions.refuse(
            db, commission, school=school, reason=turn.note.strip(), by=turn.asking.account.id, now=now
        )
        changes: dict[str, object] = dict.fromkeys(("supporter", "person", "yes_receiver", "yes_supporter"))
        done(
            turn,
            commission,
            deed,
            {**changes, "chosen": ""},
            to=Stage.FUNDED,
            detail={"answer": "no"},
        )
        said = "One of the two schools has said no. Please look for another match."
        tell(turn, commission, (Party.LEAD,), said, step="match")


def make_plan(turn: Turn, plan: Plan) -> None:
    """Write what is to happen, or change it. Raises ContactLate, DayWrong, PersonalData."""
    db = turn.db
    refuse_personal(turn, {"aims": plan.aims})
    with db.write():
        commission = commission_for(turn, Deed.PLAN)
        agreed = (commission.agreed_at or commission.stage_since).date()
        if plan.first_contact < agreed:
            raise DayWrong("first_contact", "The first contact comes after both schools have agreed.")
        if plan.report_due < plan.first_contact:
            raise DayWrong("report_due", "The report comes after the first contact.")
        if plan.first_contact > agreed + CONTACT_WITHIN:
            _insist_on_lead(turn, agreed + CONTACT_WITHIN)
        changes = {
            "aims": plan.aims.strip(),
            "first_contact": plan.first_contact.isoformat(),
            "planned_days": plan.days,
            "report_due": plan.report_due.isoformat(),
        }
        to = Stage.PLANNED if commission.stage is Stage.AGREED else commission.stage
        done(turn, commission, Deed.PLAN, changes, to=to)
        tell(turn, commission, _SIDES, "There is a plan, or the plan has changed.")


def _insist_on_lead(turn: Turn, until: date) -> None:
    if turn.asking.account.role is not Role.LEAD:
        raise ContactLate(until)
    if not turn.note.strip():
        raise NoteMissing


def log(turn: Turn, visit: Visit) -> None:
    """Log a piece of work; the first one begins the delivery. The lead may do it for a side, with a note."""
    db, now = turn.db, datetime.now(UTC)
    _refuse_visit(turn, visit, now.date())
    with db.write():
        commission = commission_for(turn, Deed.LOG)
        insist_on_note(turn, Deed.LOG, commission)
        commission_visits.add(db, visit, now=now)
        detail = {"day": visit.day.isoformat(), "hours": visit.hours, "pence": visit.cost}
        done(turn, commission, Deed.LOG, to=_in_delivery(commission), detail=detail)
        _warn_of_cost(turn, commission)


def change_visit(turn: Turn, visit: Visit) -> None:
    """Mend a piece of work in the log; the journal keeps what it said before."""
    db, now = turn.db, datetime.now(UTC)
    _refuse_visit(turn, visit, now.date())
    with db.write():
        commission = commission_for(turn, Deed.LOG)
        insist_on_note(turn, Deed.LOG, commission)
        was = _visit(turn, commission, visit.id)
        commission_visits.change(db, replace(visit, logged_by=was.logged_by))
        detail = {
            "visit": visit.id,
            "hours": [was.hours, visit.hours],
            "pence": [was.cost, visit.cost],
            "day": [was.day.isoformat(), visit.day.isoformat()],
        }
        done(turn, commission, Deed.LOG, to=commission.stage, detail=detail)
        _warn_of_cost(turn, commission)


def take_out_visit(turn: Turn, visit_id: int) -> None:
    """Take a piece of work out of the log, with the reason."""
    db = turn.db
    if not turn.note.strip():
        raise NoteMissing
    with db.write():
        commission = commission_for(turn, Deed.LOG)
        was = _visit(turn, commission, visit_id)
        commission_visits.take_out(db, visit_id)
        detail = {"visit": visit_id, "taken_out": was.hours}
        done(turn, commission, Deed.LOG, to=commission.stage, detail=detail)


def report(turn: Turn, *, report: str) -> None:
    """Say what was done and what is left to do; the receiving school is asked to evaluate."""
    db = turn.db
    refuse_personal(turn, {"report": report})
    with db.write():
        commission = commission_for(turn, Deed.REPORT)
        insist_on_note(turn, Deed.REPORT, commission)
        done(turn, commission, Deed.REPORT, {"report": report.strip()})
        said = "The report is there. Please say what came of it for your school."
        tell(turn, commission, (Party.RECEIVING_HEAD, Party.CONTACT), said, step="evaluate")


def evaluate(turn: Turn, *, result: Result, changed: str, how_we_know: str, recommend: bool) -> None:
    """Say for the receiving school whether the need was met, and how one knows."""
    db, now = turn.db, datetime.now(UTC)
    refuse_personal(turn, {"changed": changed, "how_we_know": how_we_know})
    with db.write():
        commission = commission_for(turn, Deed.EVALUATE)
        insist_on_note(turn, Deed.EVALUATE, commission)
        changes = {
            "result": result.value,
            "changed": changed.strip(),
            "how_we_know": how_we_know.strip(),
            "recommend": int(recommend),
            "evaluated_at": stamp(now),
        }
        done(turn, commission, Deed.EVALUATE, changes, detail={"result": result.value})
        said = "The school has said what came of it. Please turn it into a case study."
        tell(turn, commission, (Party.LEAD, Party.SUPPORTING_HEAD, Party.SUPPORTER), said)


def _in_delivery(commission: Commission) -> Stage:
    return Stage.DELIVERY if commission.stage is Stage.PLANNED else commission.stage


def _visit(turn: Turn, commission: Commission, visit_id: int) -> Visit:
    found = commission_visits.of_commission(turn.db, commission.id)
    visit = next((each for each in found if each.id == visit_id), None)
    if visit is None:
        raise NotFound("This is not in the log any more. Look at the commission again.")
    return visit


def _refuse_visit(turn: Turn, visit: Visit, today: date) -> None:
    if visit.day > today:
        raise DayWrong("day", "Log it when it has happened; this day is still to come.")
    if visit.day < today - timedelta(days=730):
        raise DayWrong("day", "Check the year; this day is more than two years ago.")
    if not 0 < visit.hours <= MOST_HOURS:
        raise DayWrong("amount", "Enter how long it took, more than 0 and at most 200 hours.")
    refuse_personal(turn, {"who": visit.who, "what": visit.note})


def _warn_of_cost(turn: Turn, commission: Commission) -> None:
    """Tell the lead once, when the cost goes above the ceiling."""
    now = commissions.find(turn.db, commission.id)
    if now and now.over_budget and not commission.over_budget:
        tell(turn, now, (Party.LEAD,), "A commission has cost more than its ceiling.")
