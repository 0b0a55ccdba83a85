"""What the pages of commissions share: words, who asks, and what stands at an address."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from kb.actions.commission_rights import Bureau, Turn, asking_of, commission_for
from kb.actions.free_text import PersonalData
from kb.domain.commission import Commission, Funding, Kind, Result, Stage
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission_commission import Asking, Deed
from kb.storage import accounts
from kb.web.access import signed_in
from kb.web.forms import Form
from kb.web.site import site
from kb.web.text_pages import Names, personal_check

KINDS = {
    Kind.SUPPORT: "School-to-school support",
    Kind.COACHING: "Coaching",
    Kind.TRAINING: "Training",
    Kind.ARTICLE: "An article",
}
STAGES = {
    Stage.NEED: "Need",
    Stage.FUNDED: "Funded",
    Stage.MATCHED: "Matched",
    Stage.AGREED: "Agreed",
    Stage.PLANNED: "Planned",
    Stage.DELIVERY: "In delivery",
    Stage.REPORTED: "Reported",
    Stage.EVALUATED: "Evaluated",
    Stage.CLOSED: "Closed",
    Stage.CANCELLED: "Called off",
}
NEXT = {
    Stage.NEED: "The lead says who pays.",
    Stage.FUNDED: "The lead looks for a school that can help.",
    Stage.MATCHED: "Both heads say whether they agree.",
    Stage.AGREED: "Both schools plan; the first contact is within 7 days.",
    Stage.PLANNED: "The first visit.",
    Stage.DELIVERY: "Visits are logged; then the supporter reports.",
    Stage.REPORTED: "The school that was helped says what came of it.",
    Stage.EVALUATED: "It becomes a case study, or the lead closes it.",
    Stage.CLOSED: "Nothing: it is closed.",
    Stage.CANCELLED: "Nothing: it was called off.",
}
FUNDINGS = {
    Funding.TRUST: "The trust’s fund",
    Funding.SCHOOL: "The school’s own budget",
    Funding.DFE: "DfE or RISE",
    Funding.OTHER: "Somebody else",
}
RESULTS = {Result.MET: "The need was met", Result.PARTLY: "Partly met", Result.NOT_MET: "Not met"}
DEEDS = {
    "change": "said anew what is needed",
    "fund": "said who pays",
    "choose": "chose who is asked to help",
    "agree-receiving": "answered for the school that is helped",
    "agree-supporting": "answered for the school that helps",
    "plan": "wrote the plan",
    "log": "wrote in the log",
    "report": "reported",
    "evaluate": "said what came of it",
    "write-up": "turned it into a case study",
    "close": "closed it",
    "match-again": "went back to look for another school",
    "cancel": "called it off",
    "move": "moved it by hand",
    "hand-over": "handed it over",
    "name-contact": "named the contact",
    "name-person": "named who helps",
}


def bureau() -> Bureau:
    """What commissioning works with, as it is now."""
    return Bureau(database=site().database, library=site().library, check=personal_check())


def asking() -> Asking:
    """The person of this request, as the table of commissions knows them."""
    return asking_of(site().database, site().library.group, signed_in())


def turn(commission_id: int, note: str = "") -> Turn:
    """The person's turn at a commission, with what the form sent beside its fields."""
    return Turn(
        bureau=bureau(),
        asking=asking(),
        number=commission_id,
        version=whole(request.form.get("version")) if request.method == "POST" else None,
        note=note,
        looked=request.form.get("looked") == "yes",
    )


def commission_at(commission_id: int, deed: Deed) -> Commission:
    """The commission of an address, for somebody who may do this with it now."""
    return commission_for(Turn(bureau=bureau(), asking=asking(), number=commission_id, version=None), deed)


def people_of(schools: Iterable[str]) -> list[tuple[str, str]]:
    """(number, name) of the people who work at these schools, for a list to choose from."""
    found = {
        person.id: person.name
        for school in schools
        for person in accounts.everybody(site().database, school=school)
    }
    return [(str(number), name) for number, name in found.items()]


def names(ids: Iterable[int | None]) -> Names:
    """The names of people, for those whose data were erased words that stand for one."""
    return Names(accounts.names(site().database, {each for each in ids if each}))


def school_choices(*, but: str = "", also: str = "") -> list[tuple[str, str]]:
    """(id, name) of the members of the group; with ``also`` one that is in it no more."""
    schools = site().library.group.schools
    pairs = [(school.id, school.name) for school in schools.values() if school.id != but]
    return pairs if not also or also in schools else [*pairs, (also, f"{also} (no longer in the group)")]


def term_choices(scheme: str, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(id, label) of a vocabulary; retired terms only while they are chosen."""
    kept = set(chosen)
    return [
        (term.id, term.label)
        for term in site().library.taxonomy[scheme]
        if not term.replaced_by or term.id in kept
    ]


def pounds(pence: int) -> str:
    """Money as people write it: £1,250 or £12.50."""
    return f"£{pence / 100:,.2f}".removesuffix(".00")


def days(value: float) -> str:
    """Days with one decimal where it is needed: 2.5 days."""
    said = f"{value:,.1f}".removesuffix(".0")
    return f"{said} day{'' if said == '1' else 's'}"


def whole(typed: str | None) -> int:
    """A whole number that came with a form; 0 for anything else."""
    return int(typed[:9]) if typed and typed.isascii() and typed.isdecimal() else 0


def decimal(typed: str | None) -> float:
    """A number that has passed its form; 0 for nothing."""
    return float((typed or "0").replace(",", ""))


def refused(form: Form, error: KnowledgeBaseError) -> bool:
    """Show what was refused; True when a look and a tick are enough."""
    form.refuse(error)
    return isinstance(error, PersonalData) and not error.blocked
