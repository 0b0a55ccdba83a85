"""The forms of asks, and how their answers become what actions take."""

from __future__ import annotations

import re
from typing import Any, Self

from flask import request

from kb.domain.account import Account
from kb.domain.ask import Audience, Wish
from kb.web.forms import Form, hidden, long_text, radios, text, ticks
from kb.web.sharing import terms, their_schools
from kb.web.site import site

_ADDRESS = re.compile(r"(?:.*/articles/)?([a-z0-9-]{1,120})(?:\.md|\.pdf)?/?(?:[?#].*)?", re.IGNORECASE)
_SCHEMES = {"key_stages": "key-stages", "provisions": "provisions", "needs": "needs", "themes": "themes"}
_PARAMETERS = {"key_stages": "key_stage", "provisions": "provision", "needs": "need", "themes": "theme"}
LONGEST_QUESTION = 150


class AskForm(Form):
    """What somebody looked for and did not find."""

    question = text(
        "What are you looking for?",
        hint="As you would say it to a colleague. No names of pupils.",
        needed="Say in a line what you are looking for.",
        longest=LONGEST_QUESTION,
    )
    detail = long_text(
        "More about it",
        hint="For whom, what you have tried already, what would help most.",
        longest=800,
        rows=4,
        count=True,
    )
    school = radios("Your school", needed="Choose your school.")
    audience = radios(
        "Who may see that you ask?",
        [
            (Audience.TRUST.value, "People of the trust: others can say that they need it too, and answer"),
            (Audience.LEAD.value, "Only the improvement lead"),
        ],
        needed="Choose who may see it.",
    )
    key_stages = ticks("Key stages")
    provisions = ticks("Provision")
    needs = ticks("Needs")
    themes = ticks("Themes")
    article = hidden()

    @classmethod
    def of(cls, account: Account, before: Wish | None = None) -> Self:
        """The form: what was sent, else what is asked for now, else what the address says."""
        form = cls(data=_answers(before) if before else _prefilled(account))
        form.school.choices = their_schools(account, before.school if before else "")
        for name, scheme in _SCHEMES.items():
            kept = getattr(before, name) if before else tuple(form[name].data or ())
            form[name].choices = terms(scheme, kept, tops=scheme == "needs")
        return form

    def wish(self) -> Wish:
        """What was filled in."""
        return Wish(
            question=self.question.data,
            detail=(self.detail.data or "").strip(),
            school=self.school.data,
            audience=Audience(self.audience.data),
            key_stages=tuple(self.key_stages.data or ()),
            provisions=tuple(self.provisions.data or ()),
            needs=tuple(self.needs.data or ()),
            themes=tuple(self.themes.data or ()),
            article=(self.article.data or "")[:200],
        )


class AnswerForm(Form):
    """An article as an answer."""

    article = text(
        "Address of the article",
        hint="Copy it from its page, such as /articles/calm-starts-after-lunch.",
        needed="Enter the address of an article.",
        longest=300,
        spellcheck=False,
    )
    note = long_text("Why does it help?", longest=500, rows=3)

    @property
    def slug(self) -> str:
        """The article's own part of what was typed."""
        found = _ADDRESS.fullmatch((self.article.data or "").strip())
        return found[1].lower() if found else ""


class CloseForm(Form):
    """Why an ask is closed."""

    reason = long_text("Why do you close it?", longest=500, rows=3)


def _prefilled(account: Account) -> dict[str, Any]:
    """What the address says: the words of a search, filters, an article."""
    given: dict[str, Any] = {
        name: [
            each
            for each in request.args.getlist(_PARAMETERS[name])[:20]
            if each in site().library.taxonomy[scheme]
        ]
        for name, scheme in _SCHEMES.items()
    }
    words = " ".join(request.args.get("q", "")[: 2 * LONGEST_QUESTION].split())
    return given | {
        "question": words[:LONGEST_QUESTION],
        "article": request.args.get("article", "")[:200],
        "school": account.schools[0] if len(account.schools) == 1 else "",
        "audience": Audience.TRUST.value,
    }


def _answers(wish: Wish) -> dict[str, Any]:
    return {
        "question": wish.question,
        "detail": wish.detail,
        "school": wish.school,
        "audience": wish.audience.value,
        "key_stages": list(wish.key_stages),
        "provisions": list(wish.provisions),
        "needs": list(wish.needs),
        "themes": list(wish.themes),
        "article": wish.article,
    }
