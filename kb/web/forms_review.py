"""The forms of the review pages."""

from __future__ import annotations

from kb.web.forms import Form, long_text, radios, select, ticks
from kb.web.text_pages import CHECKS


class DecisionForm(Form):
    """What a reviewer looked at and decides."""

    ticks = ticks("Checklist", [(check.value, words) for check, (words, _) in CHECKS.items()])
    verdict = radios(
        "Your decision",
        [
            ("tick", "Only keep the checklist; decide later"),
            ("accept", "Accept it"),
            ("return", "Return it to the author with advice"),
        ],
        needed="Choose what you decide.",
    )
    advice = long_text(
        "Advice for the author",
        hint="What is good, and what should change? Needed when you return the article.",
        longest=5000,
        rows=6,
    )


class HandOverForm(Form):
    """To whom a text goes."""

    colleague = select("Hand it to", needed="Choose a colleague.")


class ButtonForm(Form):
    """A button on its own."""


class PassForm(Form):
    """Why something that the check blocks may be published."""

    reason = long_text(
        "Why may this be published?", needed="Write down why this may be published.", longest=1000, rows=3
    )
