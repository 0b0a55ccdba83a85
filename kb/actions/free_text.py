"""Words that others will read, looked through for personal data of pupils before they are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from kb.actions.checking_text import Checker
from kb.domain.errors import BadRequest
from kb.domain.finding import Finding, Level


class PersonalData(BadRequest):
    """Somebody's words may tell who a pupil is. ``field`` is the first field that holds something.

    blocked  what must go
    warned   what somebody has to look at and tick, by its key
    """

    def __init__(self, findings: tuple[Finding, ...], ticked: Collection[str]) -> None:
        self.blocked = tuple(_once(each for each in findings if each.level is Level.BLOCK))
        self.warned = tuple(_once(each for each in findings if each.level is Level.WARN))
        first = next((each for each in (*self.blocked, *self.warned) if each.key not in ticked), None)
        self.field = first.field if first else None
        super().__init__(_said(first) if first else "Look at what was found, and send it again.")


def refuse_personal_data(
    check: Checker,
    fields: Mapping[str, str],
    *,
    looked_at: Collection[str] = (),
    all_looked_at: bool = False,
    people: Collection[str] = (),
) -> None:
    """Go on only when nothing is in the words that may tell who a pupil is.

    fields     name of the form's field → what was typed
    looked_at  keys of the warnings that the writer has ticked; ``all_looked_at`` when one tick stands for all, or
               where nobody is asked about warnings
    people     names that may stand there: those of the writers

    Raises PersonalData.
    """
    found = check.personal_data(fields, people=people)
    mine = tuple(each for each in found if each.level is not Level.NOTE)
    ticked = {each.key for each in mine if each.level is Level.WARN} if all_looked_at else {*looked_at}
    if any(each.level is Level.BLOCK or each.key not in ticked for each in mine):
        raise PersonalData(mine, ticked)


def keep_pupils_out(
    check: Checker, said: Mapping[str, str | None], *, before: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Go on only when nobody can tell from the words who a pupil is; nobody is asked about warnings.

    said    name of the form's field → what was typed
    before  the same as it is kept already: what was not touched is not looked at again

    Raises PersonalData.
    """
    new = {name: words for name, words in said.items() if words and words != before.get(name)}
    refuse_personal_data(check, new, all_looked_at=True)


def _said(finding: Finding) -> str:
    piece = " ".join(finding.excerpt.split())
    shown = f"‘{piece if len(piece) <= _LONGEST else piece[: _LONGEST - 1] + '…'}’: " if piece else ""
    warned = finding.level is Level.WARN
    advice = "Change it, or tick below that you have looked at it." if warned else finding.advice
    return f"{shown}{finding.message} {advice}"


_LONGEST = 60


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return list({each.key: each for each in findings}.values())
