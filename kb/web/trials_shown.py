"""Trials in words, as every page that lists them shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb.domain.article import Outcome
from kb.domain.trial import Trial
from kb.web.cards import OUTCOMES
from kb.web.sharing import READERS, labels, school_name
from kb.web.site import site
from kb.web.wording import month


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A trial in words, as lists and its own page show it."""

    id: int
    slug: str
    title: str
    outcome: Outcome
    outcome_words: str
    school_id: str
    school: str
    there: bool
    when: str
    setting: str
    dose: str
    group: str
    changed: str
    how_we_know: str
    readers: str


def in_words(some: Iterable[Trial]) -> tuple[Shown, ...]:
    """Trials in words."""
    return tuple(_in_words(each) for each in some)


def _in_words(trial: Trial) -> Shown:
    report = trial.report
    until = f" to {month(report.ended)}" if report.ended else ", still going on"
    one_month = report.ended is not None and month(report.ended) == month(report.began)
    pupils = f"{report.pupils:,} pupils" if report.pupils else ""
    return Shown(
        id=trial.id,
        slug=trial.slug,
        title=trial.title,
        outcome=report.outcome,
        outcome_words=OUTCOMES[report.outcome],
        school_id=report.school,
        school=school_name(report.school),
        there=report.school in site().library.group.schools,
        when=month(report.began) + ("" if one_month else until),
        setting=", ".join(
            (*labels("key-stages", report.key_stages), *labels("provisions", report.provisions))
        ),
        dose=f"{report.how_often}; {report.how_long}",
        group="A small group" if report.small_group else pupils,
        changed=report.changed,
        how_we_know=report.how_we_know,
        readers=READERS[report.visibility],
    )
