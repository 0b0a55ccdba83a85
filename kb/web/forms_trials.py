"""The forms of trials and feedback, and how their answers become what actions take."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Self

from kb.actions.trying import circles_for
from kb.domain.account import Account
from kb.domain.article import Article, Outcome, Visibility
from kb.domain.days import day_from
from kb.domain.trial import MOST_PUPILS, Report, TrialWrong
from kb.web.access import reader
from kb.web.forms import Form, as_choices, long_text, number, radios, text, ticks
from kb.web.sharing import READERS, terms, their_schools

WENT = {
    Outcome.WORKED: "It worked",
    Outcome.MIXED: "Some of it worked",
    Outcome.DID_NOT_WORK: "It did not work",
}
_DAY = "For example September 2026, or 14 September 2026."


class TrialForm(Form):
    """How it went when a school tried it."""

    school = radios("Your school", needed="Choose the school that tried it.")
    outcome = radios(
        "How did it go?",
        [(each.value, words) for each, words in WENT.items()],
        needed="Choose how it went.",
    )
    how_we_know = long_text(
        "How do you know?",
        hint="What did you count or see, compared with what? It counts as much if it did not work. No pupils’ names.",
        needed="Say in a sentence or two how you know.",
        longest=1000,
        rows=4,
        count=True,
    )
    changed = long_text(
        "What did you do differently from the article?",
        hint="Another age, another room, a shorter version … Leave it empty when you followed it.",
        longest=1000,
        rows=4,
    )
    began = text(
        "When did you begin?", hint=_DAY, needed="Enter when you began.", width="govuk-input--width-10"
    )
    ended = text("When did you stop?", hint="Leave it empty while you go on.", width="govuk-input--width-10")
    how_often = text(
        "How often?",
        hint="For example: three times a week, 20 minutes each.",
        needed="Say how often you did it.",
        longest=150,
    )
    how_long = text(
        "For how long in all?",
        hint="For example: one half-term.",
        needed="Say for how long you did it.",
        longest=150,
    )
    key_stages = ticks("Key stages", needed="Choose at least one key stage.")
    provisions = ticks("Provision", needed="Choose at least one kind of provision.")
    pupils = number(
        "How many pupils took part?",
        hint="Leave it empty when there were fewer than five, or when you do not know.",
        lowest=1,
        highest=MOST_PUPILS,
    )
    small_group = ticks("", [("yes", "It was a small group: fewer than five pupils")])
    visibility = radios("Who may read this?", needed="Choose who may read it.")

    @classmethod
    def of(cls, account: Account, article: Article, before: Report | None = None) -> Self:
        """The form for a trial of an article: what was sent, else what was told before, else a start."""
        form = cls(data=_answers(before) if before else _start(account, article))
        form.school.choices = their_schools(account, before.school if before else "")
        form.key_stages.choices = terms("key-stages", before.key_stages if before else ())
        form.provisions.choices = terms("provisions", before.provisions if before else ())
        form.visibility.choices = as_choices(
            [(each.value, READERS[each]) for each in circles_for(article, reader())]
        )
        return form

    def report(self) -> Report:
        """What was filled in. Raises TrialWrong for a day that is none."""
        began = _day(self.began.data or "", "began")
        return Report(
            school=self.school.data,
            began=began or datetime.now(UTC).date(),
            ended=_day(self.ended.data or "", "ended", last=True),
            key_stages=tuple(self.key_stages.data),
            provisions=tuple(self.provisions.data),
            how_often=self.how_often.data,
            how_long=self.how_long.data,
            changed=(self.changed.data or "").strip(),
            outcome=Outcome(self.outcome.data),
            how_we_know=self.how_we_know.data.strip(),
            visibility=Visibility(self.visibility.data),
            pupils=self.pupils.data,
            small_group=bool(self.small_group.data),
        )


def _day(typed: str, field: str, *, last: bool = False) -> date | None:
    """The day that was typed; a month alone, at the end, is its last day or today. Raises TrialWrong."""
    if not typed:
        return None
    day = day_from(typed, last=last)
    if day is None:
        raise TrialWrong(field, "Enter a day such as 14 September 2026, or a month and a year.")
    today = datetime.now(UTC).date()
    return today if last and day > today and (day.year, day.month) == (today.year, today.month) else day


def _start(account: Account, article: Article) -> dict[str, Any]:
    readers = circles_for(article, reader())
    return {
        "school": account.schools[0] if len(account.schools) == 1 else "",
        "visibility": (Visibility.TRUST if Visibility.TRUST in readers else readers[0]).value
        if readers
        else "",
    }


def _answers(report: Report) -> dict[str, Any]:
    return {
        "school": report.school,
        "outcome": report.outcome.value,
        "how_we_know": report.how_we_know,
        "changed": report.changed,
        "began": report.began.isoformat(),
        "ended": report.ended.isoformat() if report.ended else "",
        "how_often": report.how_often,
        "how_long": report.how_long,
        "key_stages": list(report.key_stages),
        "provisions": list(report.provisions),
        "pupils": report.pupils,
        "small_group": ["yes"] if report.small_group else [],
        "visibility": report.visibility.value,
    }
