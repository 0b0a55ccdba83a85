"""The forms of commissions, one for each step."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from kb.domain.commission import Commission, Need
from kb.domain.commission import Kind as CommissionKind
from kb.web.commission_pages import (
    FUNDINGS,
    KINDS,
    RESULTS,
    people_of,
    school_choices,
    term_choices,
)
from kb.web.forms import Form, as_choices, hidden, long_text, number, radios, select, text, ticks

_DECIMAL = re.compile(r"\d{1,6}(\.\d{1,2})?", re.ASCII)
_ORIGIN = re.compile(r"((ask|gap):\d{1,9}|article:[a-z0-9-]{1,80}|)", re.ASCII)
NOBODY = ("", "Nobody yet")


def decimal(label: str, *, hint: str = "", needed: str = "") -> Any:
    """A number that may have two decimals."""
    return _checked(
        text(label, hint=hint, needed=needed, longest=9, width="govuk-input--width-5", spellcheck=False),
        _is_decimal,
    )


def day(label: str, *, hint: str = "", needed: str = "Enter a day.") -> Any:
    """A day; browsers show a calendar for it."""
    field = text(label, hint=hint, needed=needed, longest=10, width="govuk-input--width-10", spellcheck=False)
    field.kwargs["render_kw"] |= {"day": True}
    return _checked(field, _is_day)


def note(label: str = "Note", *, hint: str = "", needed: str = "") -> Any:
    """Why something is done."""
    return long_text(label, hint=hint, needed=needed, longest=1000, rows=3)


def _checked(field: Any, check: Any) -> Any:
    field.kwargs["validators"] = [*field.kwargs["validators"], check]
    return field


def _is_decimal(form: object, field: Field) -> None:
    del form
    if field.data and not _DECIMAL.fullmatch(field.data.replace(",", "")):
        raise StopValidation(f"{field.label.text}: enter a number such as 6 or 0.5.")


def _is_day(form: object, field: Field) -> None:
    del form
    try:
        date.fromisoformat(field.data or "")
    except ValueError:
        raise StopValidation(f"{field.label.text}: enter a day such as 2027-01-15.") from None


class StepForm(Form):
    """The form of one step."""

    def furnish(self, commission: Commission) -> None:
        """Set the choices that hang on the commission."""

    @classmethod
    def answers(cls, commission: Commission) -> dict[str, Any]:
        """What stands there already, by the names of the fields."""
        del commission
        return {}


class NeedForm(StepForm):
    """What is needed, by whom."""

    title = text(
        "What is needed, in one line",
        hint="For example: calmer starts after lunch in Years 3 and 4. 5 to 120 characters.",
        needed="Say in one line what is needed.",
        longest=120,
    )
    kind = radios("What kind of help?", [(each.value, words) for each, words in KINDS.items()])
    receiver = select("Which school is to be helped?", needed="Choose a school.")
    details = long_text(
        "The need",
        hint="What is going on, and what should be different afterwards? No names of pupils.",
        needed="Tell the need in a sentence or two.",
        longest=3000,
        rows=6,
    )
    standard = select("Against which standard?", needed="Choose a standard.")
    key_stages = ticks("Key stages")
    provisions = ticks("Provision")
    needs = ticks("Needs")
    themes = ticks("Themes")
    secret = radios(
        "Who may know of it?",
        [
            ("no", "Everybody in the trust, without money and log"),
            ("yes", "Only the lead and the two schools"),
        ],
    )
    origin = hidden()

    def fill(self, receiver: str = "") -> None:
        """Set the choices; ``receiver`` is kept even when it has left the group."""
        self.receiver.choices = as_choices([("", "Choose a school"), *school_choices(also=receiver)])
        self.standard.choices = as_choices([("", "Choose a standard"), *term_choices("standards")])
        for name in ("key_stages", "provisions", "needs", "themes"):
            field = self._fields[name]
            field.choices = as_choices(term_choices(name.replace("_", "-"), field.data or ()))

    def furnish(self, commission: Commission) -> None:
        """Set the choices."""
        self.fill(commission.need.receiver)

    @classmethod
    def answers(cls, commission: Commission) -> dict[str, Any]:
        """The need as it stands."""
        need = commission.need
        return {
            "title": need.title,
            "kind": need.kind.value,
            "receiver": need.receiver,
            "details": need.text,
            "standard": need.standard,
            "key_stages": list(need.key_stages),
            "provisions": list(need.provisions),
            "needs": list(need.needs),
            "themes": list(need.themes),
            "secret": "yes" if need.confidential else "no",
        }

    def need(self, contact: int | None = None) -> Need:
        """What was filled in."""
        return Need(
            title=self.title.data,
            kind=CommissionKind(self.kind.data),
            text=self.details.data,
            standard=self.standard.data,
            receiver=self.receiver.data,
            contact=contact,
            key_stages=tuple(self.key_stages.data or ()),
            provisions=tuple(self.provisions.data or ()),
            needs=tuple(self.needs.data or ()),
            themes=tuple(self.themes.data or ()),
            confidential=self.secret.data == "yes",
            origin=(self.origin.data or "") if _ORIGIN.fullmatch(self.origin.data or "") else "",
        )


class FundForm(StepForm):
    """Who pays."""

    funding = radios("Who pays?", [(each.value, words) for each, words in FUNDINGS.items()])
    ceiling = number(
        "Ceiling in pounds",
        hint="What it may cost beside people’s time. 0 when nothing is to be paid.",
        needed="Enter the ceiling in pounds; 0 is a number, too.",
    )


class ChooseForm(StepForm):
    """Who is asked to help."""

    supporter = select("Which school should help?", needed="Choose a school.")
    person = select("Who there?", hint="You can leave this to the school.")
    why = note("Why this school?", hint="Both schools read it.", needed="Say why you chose this school.")

    def furnish(self, commission: Commission) -> None:
        """Set the schools, and the people who work at them."""
        pairs = school_choices(but=commission.need.receiver)
        self.supporter.choices = as_choices([("", "Choose a school"), *pairs])
        self.person.choices = as_choices([("", "The school decides"), *people_of(each for each, _ in pairs)])


class AnswerForm(StepForm):
    """Whether a side agrees."""

    side = radios("For which school do you answer?")
    answer = radios("Do you agree?", [("yes", "Yes, we agree"), ("no", "No")])
    note = note("Reason", hint="Needed for a no, and when you answer in the place of a head.")


class PlanForm(StepForm):
    """What is to happen."""

    aims = long_text(
        "What will happen, and what should be different afterwards?",
        needed="Say what will happen.",
        longest=3000,
        rows=6,
    )
    first_contact = day("First contact", hint="Within 7 days after both schools have agreed.")
    planned_days = decimal("Days in all", hint="A day is 6.5 hours.", needed="Enter how many days.")
    report_due = day("Report by")
    note = note(hint="Only the lead needs it, for a first contact after more than 7 days.")

    @classmethod
    def answers(cls, commission: Commission) -> dict[str, Any]:
        """The plan as it stands."""
        plan = commission.plan
        if plan is None:
            return {}
        return {
            "aims": plan.aims,
            "first_contact": plan.first_contact.isoformat(),
            "planned_days": f"{plan.days:g}",
            "report_due": plan.report_due.isoformat(),
        }


class VisitForm(StepForm):
    """One piece of work."""

    day = day("Day")
    who = text("Who helped?", hint="Names or posts.", needed="Say who helped.", longest=200)
    amount = decimal("How long?", hint="Of everybody who helped, together.", needed="Enter how long.")
    unit = radios("In", [("hours", "Hours"), ("days", "Days of 6.5 hours")])
    cost = decimal("Cost in pounds", hint="Travel, cover, material: what is paid beside people’s time.")
    what = long_text("What was done?", needed="Say in a sentence what was done.", longest=1000, rows=4)
    note = note(hint="Only when you write it for others, as the lead.")


class ReportForm(StepForm):
    """What was done, and what is left to do."""

    report = long_text(
        "What was done, and what is left to do?",
        hint="No names of pupils.",
        needed="Write the report.",
        longest=5000,
        rows=10,
    )
    note = note(hint="Only when you write it for others, as the lead.")


class EvaluateForm(StepForm):
    """What came of it."""

    result = radios("Was the need met?", [(each.value, words) for each, words in RESULTS.items()])
    changed = long_text("What is different now?", needed="Say what is different now.", longest=3000, rows=5)
    how_we_know = long_text(
        "How do you know?",
        hint="What was counted or seen, before and after?",
        needed="Say how you know.",
        longest=3000,
        rows=5,
    )
    recommend = radios("Would you recommend this help to another school?", [("yes", "Yes"), ("no", "No")])
    note = note(hint="Only when you write it for others, as the lead.")


class ReasonForm(StepForm):
    """Why something is done that ends or turns a commission."""

    note = note("Reason", hint="Both schools can read it.", needed="Say why. Both schools can read it.")


class MoveForm(StepForm):
    """Another stage, by hand."""

    to = select("To which stage?", needed="Choose a stage.")
    note = note("Reason", hint="Both schools can read it.", needed="Say why. Both schools can read it.")


class PeopleForm(StepForm):
    """Who answers for it."""

    lead = select("Lead who answers for it")
    contact = select("Contact at the school that is helped")
    person = select("Who helps")
