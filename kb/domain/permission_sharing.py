"""Who may do what with what people share beside articles: trials, offers, asks and feedback.

The same roles and the same ‘whose’ as for texts (``kb.domain.permission``). Everybody who is signed in takes part
(``Verb.TAKE_PART``); this table says what is more than taking part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.account import Account, Role
from kb.domain.permission import ANYBODY, ANYONES, LEAD, OWN, OWN_SCHOOL, WRITERS, Whose


class Deed(StrEnum):
    """What can be done."""

    CHANGE_TRIAL = "change-trial"
    HIDE_TRIAL = "hide-trial"
    CHANGE_OFFER = "change-offer"
    END_OFFER = "end-offer"
    SEE_CONFIDENTIAL_ASK = "see-confidential-ask"
    CHANGE_ASK = "change-ask"
    CLOSE_ASK = "close-ask"
    TAKE_UP_ASK = "take-up-ask"
    READ_FEEDBACK = "read-feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Whose a thing is: the account that made it, or those that answer for it, and its schools."""

    makers: frozenset[int]
    schools: frozenset[str]


Circle = tuple[frozenset[Role], frozenset[Whose]]

TABLE: Mapping[Deed, tuple[Circle, ...]] = {
    # Whoever told of a trial changes it or takes it back; so does anybody of their school who writes here.
    Deed.CHANGE_TRIAL: ((ANYBODY, OWN), (WRITERS, OWN_SCHOOL)),
    Deed.HIDE_TRIAL: ((LEAD, ANYONES),),
    Deed.CHANGE_OFFER: ((ANYBODY, OWN), (WRITERS, OWN_SCHOOL)),
    Deed.END_OFFER: ((ANYBODY, OWN), (WRITERS, OWN_SCHOOL), (LEAD, ANYONES)),
    # A confidential ask is between the asker and the lead; the asker's school is not told.
    Deed.SEE_CONFIDENTIAL_ASK: ((ANYBODY, OWN), (LEAD, ANYONES)),
    Deed.CHANGE_ASK: ((ANYBODY, OWN),),
    Deed.CLOSE_ASK: ((ANYBODY, OWN), (LEAD, ANYONES)),
    Deed.TAKE_UP_ASK: ((WRITERS, ANYONES),),
    # Feedback on an article is read by those who look after it and by the lead.
    Deed.READ_FEEDBACK: ((ANYBODY, OWN), (LEAD, ANYONES)),
}


def may_share(account: Account | None, deed: Deed, thing: Belonging) -> bool:
    """True when a person may do this with this thing."""
    if account is None or not account.active:
        return False
    belongs = _whose(account, thing)
    return any(account.role in roles and belongs in circle for roles, circle in TABLE[deed])


def _whose(account: Account, thing: Belonging) -> Whose:
    if account.id in thing.makers:
        return Whose.AUTHOR
    return Whose.SCHOOL if thing.schools & set(account.schools) else Whose.OTHER
