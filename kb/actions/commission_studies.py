"""A commission becomes a case study: a draft with what is known, and the links both ways."""

from __future__ import annotations

from kb.actions import contributing, saving, wanting
from kb.actions.commission_rights import Turn, commission_for, done, people, tell
from kb.domain.article import ArticleType, Outcome
from kb.domain.commission import Commission, Result
from kb.domain.errors import BadRequest
from kb.domain.permission import Verb, may
from kb.domain.permission_commission import Deed, Party
from kb.storage import accounts, commission_visits, texts
from kb.storage.database import Database

OUTCOMES = {Result.MET: Outcome.WORKED, Result.PARTLY: Outcome.MIXED, Result.NOT_MET: Outcome.DID_NOT_WORK}
_BOTH_SIDES = (Party.SUPPORTER, Party.CONTACT)
_LONGEST_TITLE = 120


class WrittenUp(BadRequest):
    """It has become a case study already."""

    def __init__(self) -> None:
        super().__init__("This commission has its case study. Open it from the page of the commission.")


def write_up(turn: Turn) -> int:
    """Begin the case study of a commission for whoever asks, and give the text's id.

    It belongs to the side where the person works; those who helped and were helped are named as authors with them.
    What is confidential begins without the name of the school that was helped.

    Raises WrittenUp, and what ``commission_for`` raises.
    """
    db, account = turn.db, turn.asking.account
    with db.write():
        commission = commission_for(turn, Deed.WRITE_UP)
        if commission.text_id is not None and texts.find(db, commission.text_id):
            raise WrittenUp
        sides = (commission.supporter, commission.need.receiver)
        school = next(each for each in sides if each and each in account.schools)
        text_id = contributing.start(
            db,
            account,
            kind=ArticleType.CASE_STUDY,
            title=commission.need.title[:_LONGEST_TITLE],
            idea=commission.evaluation.changed[:300] if commission.evaluation else "",
            school=school,
        )
        saving.save(
            db,
            account,
            text_id,
            based_on=1,
            pen="commission",
            changes=_fields(db, commission, account.name),
            body=_body(db, commission),
        )
        wanting.written_up(db, commission.need.ask_id, text=text_id)
        texts.set_authors(db, text_id, [account.id, *_writers(db, commission, school)])
        changes = {"text_id": text_id, "closing": "Turned into a case study."}
        done(turn, commission, Deed.WRITE_UP, changes, detail={"text": text_id})
        said = "A commission is being turned into a case study."
        tell(turn, commission, (Party.LEAD, *_BOTH_SIDES), said)
    return text_id


def _writers(db: Database, commission: Commission, school: str) -> list[int]:
    """Those on both sides who may write here. A confidential one names nobody of the other side."""
    found = []
    for number in people(db, commission, _BOTH_SIDES):
        person = accounts.find(db, number)
        if (
            person
            and may(person, Verb.WRITE)
            and (not commission.need.confidential or school in person.schools)
        ):
            found.append(number)
    return found


def _fields(db: Database, commission: Commission, author: str) -> dict[str, object]:
    need, said = commission.need, commission.evaluation
    hours = sum(visit.hours for visit in commission_visits.of_commission(db, commission.id))
    names = [author] if need.confidential else [author, *_names(db, commission)]
    fields: dict[str, object] = {
        "key_stages": need.key_stages,
        "provisions": need.provisions,
        "needs": need.needs,
        "themes": need.themes,
        "authors": tuple(dict.fromkeys(names)),
        "staff_hours_setup": f"{hours:.1f}".removesuffix(".0"),
    }
    if said:
        fields |= {"outcome": OUTCOMES[said.result].value, "how_we_know": said.how_we_know, "level": "1"}
    return fields


def _names(db: Database, commission: Commission) -> list[str]:
    some = (accounts.find(db, number) for number in people(db, commission, _BOTH_SIDES))
    return [person.name for person in some if person and person.active and may(person, Verb.WRITE)]


def _body(db: Database, commission: Commission) -> str:
    """The sections of a case study, filled with what both sides have said."""
    need, plan, said = commission.need, commission.plan, commission.evaluation
    visits = commission_visits.of_commission(db, commission.id)
    hours = sum(visit.hours for visit in visits)
    money = f"{commission.cost / 100:,.2f}".removesuffix(".00")
    did = [plan.aims] if plan and plan.aims else []
    did += [f"- {visit.day.day} {visit.day:%B %Y}: {visit.note}" for visit in visits if visit.note]
    parts = (
        ("What was the need", need.text),
        ("What we did", "\n".join([*did, "", commission.report]).strip()),
        ("What it cost", f"{hours:.1f} hours of colleagues who helped, and £{money} beside their time."),
        ("How we know", f"{said.changed}\n\n{said.how_we_know}" if said else ""),
        ("What we would change", ""),
    )
    return "\n\n".join(f"## {heading}\n\n{text}".strip() for heading, text in parts) + "\n"
