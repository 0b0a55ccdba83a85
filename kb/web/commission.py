"""The page of one commission: where it stands, what is to be done, and what was done."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kb.actions import commissioning
from kb.actions.text_outcome import outcome
from kb.domain.commission import OPEN, OVER, WAY, Commission, Stage, due, late
from kb.domain.permission import Verb
from kb.domain.permission import may as may_on_site
from kb.domain.permission_commission import Asking, Deed, may
from kb.storage import commission_visits, commissions, gaps, texts
from kb.web.access import current, reader, requires
from kb.web.commission_pages import (
    DEEDS,
    FUNDINGS,
    KINDS,
    NEXT,
    RESULTS,
    STAGES,
    asking,
    commission_at,
    days,
    names,
    pounds,
    turn,
)
from kb.web.site import site

pages = Blueprint("commission", __name__, url_prefix="/commissions")

STEPS = (
    (Deed.FUND, "fund", "Say who pays"),
    (Deed.CHOOSE, "match", "Find who can help"),
    (Deed.AGREE_RECEIVING, "answer", "Answer for the school that is helped"),
    (Deed.AGREE_SUPPORTING, "answer", "Answer for the school that helps"),
    (Deed.PLAN, "plan", "Write the plan"),
    (Deed.LOG, "visits/new", "Log a visit"),
    (Deed.REPORT, "report", "Report"),
    (Deed.EVALUATE, "evaluate", "Say what came of it"),
    (Deed.CLOSE, "close", "Close it without a case study"),
    (Deed.CHANGE, "need", "Change the need"),
    (Deed.MATCH_AGAIN, "match-again", "Look for another school"),
    (Deed.MOVE, "move", "Move it by hand"),
    (Deed.CANCEL, "cancel", "Call it off"),
)
"""What can be done, the path of its page, and what the link says; in the order of the way."""

_WORDS = {
    "kinds": KINDS,
    "stages": STAGES,
    "next_words": NEXT,
    "fundings": FUNDINGS,
    "results": RESULTS,
    "deeds": DEEDS,
    "pounds": pounds,
    "days": days,
}
_HELPED = frozenset({Stage.DELIVERY, Stage.REPORTED, Stage.EVALUATED, Stage.CLOSED})
FOLDED = {Deed.CHANGE, Deed.MATCH_AGAIN, Deed.MOVE, Deed.CANCEL}


@pages.get("/<int:commission_id>")
@requires(Verb.SEE_COMMISSIONS)
def one(commission_id: int) -> ResponseReturnValue:
    """One commission: where it stands, what is to be done, and what was done."""
    commission = commission_at(commission_id, Deed.SEE)
    who, db = asking(), site().database
    whole = may(who, Deed.SEE_WHOLE, commission)
    log = commission_visits.of_commission(db, commission.id) if whole else ()
    history = commissions.history(db, commission.id) if whole else ()
    people = [commission.lead, commission.need.contact, commission.person]
    return render_template(
        "commissions/commission.html",
        commission=commission,
        need=commission.need,
        whole=whole,
        log=log,
        history=history,
        refusals=commissions.refusals(db, commission.id) if whole else (),
        amiss=commissioning.gone(turn(commission.id)) if whole and commission.stage in OPEN else (),
        steps=_steps(who, commission, folded=False),
        more=_steps(who, commission, folded=True),
        may_log=may(who, Deed.LOG, commission),
        may_write_up=may(who, Deed.WRITE_UP, commission) and _text_of(commission) is None,
        may_name=any(
            may(who, each, commission) for each in (Deed.HAND_OVER, Deed.NAME_CONTACT, Deed.NAME_PERSON)
        ),
        names=names([*people, *(each.by for each in history)]),
        text=_text_of(commission),
        study=_study(commission),
        way=WAY,
        due=due(commission),
        late=late(commission, datetime.now(UTC).date()),
        over=OVER,
        labels=_labels(commission),
        origin=_origin(commission),
        **_WORDS,
    )


def _steps(who: Asking, commission: Commission, *, folded: bool) -> list[tuple[str, str]]:
    """(path, words) of what the person may do now; ``folded`` for what is not the next step."""
    found = [
        (path, words)
        for deed, path, words in STEPS
        if (deed in FOLDED) is folded and may(who, deed, commission)
    ]
    both = [path for path, _ in found].count("answer") > 1
    if not both:
        return found
    return [*[pair for pair in found if pair[0] != "answer"], ("answer", "Answer for a school")]


def _text_of(commission: Commission) -> Any:
    return texts.find(site().database, commission.text_id) if commission.text_id else None


def _study(commission: Commission) -> Any:
    """The published case study of a commission, for those who may read it."""
    return outcome(site().database, commission.text_id, reader())[1]


def _labels(commission: Commission) -> list[tuple[str, str]]:
    need, taxonomy = commission.need, site().library.taxonomy
    pairs = (
        ("Standard", "standards", (need.standard,)),
        ("Key stages", "key-stages", need.key_stages),
        ("Provision", "provisions", need.provisions),
        ("Needs", "needs", need.needs),
        ("Themes", "themes", need.themes),
    )
    return [
        (words, ", ".join(taxonomy[scheme].label_of(each) for each in ids))
        for words, scheme, ids in pairs
        if ids
    ]


def behind(text_id: int) -> Commission | None:
    """The commission that a text is the case study of, for somebody who may know of it."""
    return _known(commissions.of_text(site().database, text_id))


def of_article(slug: str) -> Commission | None:
    """The commission that an article is the case study of, for somebody who may know of it."""
    return _known(commissions.of_article(site().database, slug))


def helped_by(school: str) -> tuple[Commission, ...]:
    """Where a school has helped, for somebody who may know of it; nothing confidential, since guests look on."""
    if current() is None:
        return ()
    found = commissions.seen_by(site().database, asking(), _HELPED)
    return tuple(each for each in found if each.supporter == school and not each.need.confidential)


def _known(commission: Commission | None) -> Commission | None:
    if commission is None or current() is None:
        return None
    return commission if may(asking(), Deed.SEE, commission) else None


def _origin(commission: Commission) -> tuple[str, str]:
    """What a commission came from, in words, and its address where the person may open it; both empty for nothing."""
    kind, _, which = commission.need.origin.partition(":")
    if kind == "article":
        return "an article", f"/articles/{which}"
    if kind == "gap":
        there = may_on_site(current(), Verb.SEE_INSIGHTS) and gaps.find(
            site().database, int(which), datetime.now(UTC).date()
        )
        return "searches that found nothing good enough", f"/insights/gaps/{which}" if there else ""
    if kind == "ask":
        return "an ask", f"/asks/{which}"
    return "", ""


@pages.app_context_processor
def _for_other_pages() -> dict[str, object]:
    return {
        "commission_behind": behind,
        "commission_of_article": of_article,
        "commissions_helped_by": helped_by,
    }
