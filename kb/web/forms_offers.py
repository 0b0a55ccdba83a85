"""The form of an offer, and how its answers become what the action takes."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from kb.domain.account import Account
from kb.domain.article import Visibility
from kb.domain.days import day_from
from kb.domain.offer import MOST_DAYS, OfferKind, OfferWrong, Promise
from kb.web.access import reader
from kb.web.forms import Form, as_choices, long_text, number, radios, text, ticks
from kb.web.offers_shown import OFFERED
from kb.web.sharing import READERS, terms, their_schools

_HINTS = {
    OfferKind.VISIT: "Colleagues may come and see it.",
    OfferKind.TALK: "A call, or half an hour after school.",
    OfferKind.DEPLOY: "Somebody works at the other school for some days.",
    OfferKind.COACH: "Over some weeks, with one person or a team.",
}
HINTS = {kind.value: words for kind, words in _HINTS.items()}


class OfferForm(Form):
    """What somebody offers."""

    title = text(
        "What do you offer?",
        hint="For example: see our nurture room at work, or talk about phonics catch-up.",
        needed="Say in a few words what you offer.",
        longest=120,
    )
    kinds = ticks(
        "How?", [(kind.value, words) for kind, words in OFFERED.items()], needed="Choose at least one."
    )
    about = long_text(
        "More about it",
        hint="What colleagues will see or get, and what they should bring. No names of pupils.",
        longest=600,
        rows=4,
        count=True,
    )
    school = radios("School", needed="Choose the school.")
    personal = radios(
        "Who offers it?",
        [("school", "The school"), ("person", "I do, by name")],
        needed="Choose who offers it.",
    )
    themes = ticks("Themes")
    key_stages = ticks("Key stages", hint="Leave all empty when it is for every key stage.")
    provisions = ticks("Provision", hint="Leave all empty when it is for every kind.")
    needs = ticks("Needs")
    days_per_term = number(
        "How many days a term can you give?",
        hint="Leave it empty when you cannot say.",
        lowest=1,
        highest=MOST_DAYS,
    )
    until = text(
        "Until when does it stand?",
        hint="For example July 2027. Leave it empty when there is no end.",
        width="govuk-input--width-10",
    )
    visibility = radios("Who may see it?", needed="Choose who may see it.")

    @classmethod
    def of(cls, account: Account, before: Promise | None = None) -> Self:
        """The form: what was sent, else what is offered now, else a start."""
        form = cls(data=_answers(before) if before else _start(account))
        form.school.choices = their_schools(account, before.school if before else "")
        form.themes.choices = terms("themes", before.themes if before else ())
        form.key_stages.choices = terms("key-stages", before.key_stages if before else ())
        form.provisions.choices = terms("provisions", before.provisions if before else ())
        form.needs.choices = terms("needs", before.needs if before else (), tops=True)
        form.visibility.choices = as_choices(
            [(each.value, words) for each, words in READERS.items() if each in reader().visibilities]
        )
        return form

    def promise(self) -> Promise:
        """What was filled in. Raises OfferWrong for a day that is none."""
        return Promise(
            school=self.school.data,
            personal=self.personal.data == "person",
            title=self.title.data,
            about=(self.about.data or "").strip(),
            kinds=tuple(OfferKind(each) for each in self.kinds.data),
            key_stages=tuple(self.key_stages.data or ()),
            provisions=tuple(self.provisions.data or ()),
            needs=tuple(self.needs.data or ()),
            themes=tuple(self.themes.data or ()),
            days_per_term=self.days_per_term.data,
            until=_day(self.until.data or ""),
            visibility=Visibility(self.visibility.data),
        )


def _day(typed: str) -> date | None:
    """The day that was typed; a month alone is its last day. Raises OfferWrong."""
    if not typed:
        return None
    day = day_from(typed, last=True)
    if day is None:
        raise OfferWrong("until", "Enter a day such as 21 July 2027, or a month and a year.")
    return day


def _start(account: Account) -> dict[str, Any]:
    trust = Visibility.TRUST in reader().visibilities
    return {
        "school": account.schools[0] if len(account.schools) == 1 else "",
        "visibility": (Visibility.TRUST if trust else Visibility.PARTNERS).value,
    }


def _answers(promise: Promise) -> dict[str, Any]:
    return {
        "title": promise.title,
        "about": promise.about,
        "kinds": [each.value for each in promise.kinds],
        "school": promise.school,
        "personal": "person" if promise.personal else "school",
        "themes": list(promise.themes),
        "key_stages": list(promise.key_stages),
        "provisions": list(promise.provisions),
        "needs": list(promise.needs),
        "days_per_term": promise.days_per_term,
        "until": promise.until.isoformat() if promise.until else "",
        "visibility": promise.visibility.value,
    }
