"""The commissions of the demo: every stage, with logs over a year, as if the people of the demo had done them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from kb.actions.demo_commission_tale import Tale
from kb.actions.demo_commissions_open import UNDER_WAY
from kb.actions.demo_commissions_over import OVER
from kb.domain.account import Role
from kb.domain.article import ArticleType
from kb.domain.commission import OPEN, WAY, Commission, Funding, Need, Stage, Visit
from kb.domain.permission_commission import Deed
from kb.domain.text import Content
from kb.storage import accounts, commission_visits, commissions, journal, posts, texts
from kb.storage.database import Database
from kb.storage.text_rows import stamp

_DEEDS = {
    Stage.FUNDED: Deed.FUND,
    Stage.MATCHED: Deed.CHOOSE,
    Stage.AGREED: Deed.AGREE_SUPPORTING,
    Stage.PLANNED: Deed.PLAN,
    Stage.DELIVERY: Deed.LOG,
    Stage.REPORTED: Deed.REPORT,
    Stage.EVALUATED: Deed.EVALUATE,
    Stage.CLOSED: Deed.CLOSE,
    Stage.CANCELLED: Deed.CANCEL,
}
_BY_THE_LEAD = frozenset({Stage.FUNDED, Stage.MATCHED, Stage.CLOSED, Stage.CANCELLED})
_BY_A_HEAD = frozenset({Deed.AGREE_RECEIVING, Deed.AGREE_SUPPORTING})
_ON_THE_TELEPHONE = "The school said so on the telephone; nobody is named as its head yet."


def make(db: Database, content: Path, *, now: datetime, rng: random.Random) -> bool:
    """Add the commissions unless there are some; return whether they were added."""
    del content  # the tales name what stands in the demo's own schools.yaml
    lead = next(iter(accounts.everybody(db, role=Role.LEAD, demo=True)), None)
    with db.write():
        if lead is None or commissions.at(db, tuple(Stage)):
            return False
        for tale in (*OVER, *UNDER_WAY):
            _tell(db, tale, lead.id, now=now, rng=rng)
    return True


def _tell(db: Database, tale: Tale, lead: int, *, now: datetime, rng: random.Random) -> None:
    began = (now - timedelta(days=tale.ago + 1)).replace(hour=rng.randint(8, 15), minute=rng.randrange(60))
    staff = [each.id for each in accounts.everybody(db, school=tale.receiver, demo=True)]
    need = Need(
        title=tale.title,
        kind=tale.kind,
        text=tale.need,
        standard=tale.standard,
        receiver=tale.receiver,
        contact=rng.choice(staff) if staff else None,
        key_stages=tale.key_stages,
        provisions=tale.provisions,
        needs=tale.needs,
        themes=tale.themes,
        confidential=tale.confidential,
    )
    number = commissions.insert(db, need, lead=lead, now=began)
    journal.record(
        db,
        actor=lead,
        verb="commission-begin",
        subject=f"commission:{number}",
        school="" if tale.confidential else tale.receiver,
        detail={"kind": tale.kind.value, "demo": True},
    )
    helper = _helper(db, tale, lead, rng)
    for stage, at in _days(tale, began, now):
        _step(db, number, tale, stage, at=at, people=_People(lead=lead, helper=helper))


def _helper(db: Database, tale: Tale, lead: int, rng: random.Random) -> int:
    if not tale.supporter:
        return lead
    staff = [each.id for each in accounts.everybody(db, school=tale.supporter, demo=True)]
    return rng.choice([*posts.heads(db, tale.supporter), *staff]) if staff else lead


def _days(tale: Tale, began: datetime, now: datetime) -> Iterator[tuple[Stage, datetime]]:
    """The stages that a commission went through, and when: three days apart, those of the log by its days."""
    if tale.stage is Stage.CANCELLED:
        yield Stage.FUNDED, began + timedelta(days=3)
        yield Stage.CANCELLED, began + timedelta(days=20)
        return
    last = max((day for day, *_ in tale.visits), default=0)
    after = {
        Stage.FUNDED: 3,
        Stage.MATCHED: 7,
        Stage.AGREED: 12,
        Stage.PLANNED: 15,
        Stage.DELIVERY: min((day for day, *_ in tale.visits), default=20),
        Stage.REPORTED: last + 14,
        Stage.EVALUATED: last + 24,
        Stage.CLOSED: last + 40,
    }
    for stage in WAY[1 : WAY.index(tale.stage) + 1]:
        yield stage, min(now, began + timedelta(days=after[stage]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """Who answers for a commission, and who helps."""

    lead: int
    helper: int


def _step(db: Database, number: int, tale: Tale, stage: Stage, *, at: datetime, people: _People) -> None:
    commission = commissions.find(db, number)
    if commission is None:
        return
    if stage is Stage.MATCHED and tale.no:
        _no(db, commission, tale.no, by=people.lead, at=at)
    if stage is Stage.AGREED:
        _note(
            db, commission, Deed.AGREE_RECEIVING, Stage.MATCHED, "", at=at - timedelta(days=1), people=people
        )
    commissions.change(
        db, commission, _columns(db, tale, stage, at=at, helper=people.helper), now=at, to=stage
    )
    words = tale.chosen if stage is Stage.MATCHED else tale.closing if stage not in OPEN else ""
    _note(db, commission, _DEEDS[stage], stage, words, at=at, people=people)
    if stage is Stage.DELIVERY:
        _log(db, number, tale, people)


def _note(
    db: Database, commission: Commission, deed: Deed, to: Stage, words: str, *, at: datetime, people: _People
) -> None:
    """A line of its history, said by whom it belongs to; where nobody is, by the lead, who then says why."""
    school = commission.supporter if deed is Deed.AGREE_SUPPORTING else commission.need.receiver
    if deed in _BY_A_HEAD:
        by = next(iter(posts.heads(db, str(school))), None)
    elif deed is Deed.EVALUATE:
        by = next(iter(posts.heads(db, commission.need.receiver)), commission.need.contact)
    else:
        by = people.lead if to in _BY_THE_LEAD else people.helper
    said = words if by is not None else words or _ON_THE_TELEPHONE
    commissions.note(db, commission, deed=deed.value, to=to, words=said, by=by or people.lead, now=at)


def _no(db: Database, commission: Commission, no: tuple[str, str], *, by: int, at: datetime) -> None:
    school, reason = no
    heads = posts.heads(db, school)
    asked = commissions.find(db, commission.id)
    if asked:
        commissions.refuse(
            db,
            replace(asked, supporter=school),
            school=school,
            reason=reason,
            by=heads[0] if heads else by,
            now=at - timedelta(days=2),
        )


def _columns(db: Database, tale: Tale, stage: Stage, *, at: datetime, helper: int) -> dict[str, object]:
    """What a stage writes."""
    if stage in (Stage.CLOSED, Stage.CANCELLED):
        return {"closing": tale.closing, "text_id": _study(db, tale, helper, at) if tale.study else None}
    moment = stamp(at)
    written: dict[Stage, dict[str, object]] = {
        Stage.FUNDED: {"funding": Funding.TRUST.value, "ceiling": tale.ceiling},
        Stage.MATCHED: {"supporter": tale.supporter, "person": helper, "chosen": tale.chosen},
        Stage.AGREED: {"yes_receiver": moment, "yes_supporter": moment, "agreed_at": moment},
        Stage.PLANNED: {
            "aims": tale.aims,
            "first_contact": (at + timedelta(days=3)).date().isoformat(),
            "planned_days": tale.days,
            "report_due": (at + timedelta(days=75)).date().isoformat(),
        },
        Stage.REPORTED: {"report": tale.report},
        Stage.EVALUATED: {
            "result": tale.result.value if tale.result else None,
            "changed": tale.changed,
            "how_we_know": tale.how_we_know,
            "recommend": int(tale.recommend),
            "evaluated_at": moment if tale.result else None,
        },
    }
    return written.get(stage, {})


def _log(db: Database, number: int, tale: Tale, people: _People) -> None:
    """Every visit, with a line of the history; that of the first one is there already."""
    commission = commissions.find(db, number)
    if commission is None:
        return
    for turn, (day, who, hours, pounds, note) in enumerate(tale.visits):
        at = commission.made_at + timedelta(days=day)
        visit = Visit(
            id=0,
            commission=commission.id,
            day=at.date(),
            who=who,
            hours=hours,
            cost=pounds * 100,
            note=note,
            logged_by=people.helper,
        )
        commission_visits.add(db, visit, now=at)
        if turn:
            _note(db, commission, Deed.LOG, Stage.DELIVERY, "", at=at, people=people)


def _study(db: Database, tale: Tale, writer: int, at: datetime) -> int:
    """The draft that a commission became: its first lines, as its writer has left them."""
    author = accounts.find(db, writer)
    fields = {
        "title": tale.title,
        "summary": tale.changed,
        "school": tale.supporter,
        "authors": (author.name,) if author else (),
        "visibility": "trust",
        "key_stages": tale.key_stages,
        "provisions": tale.provisions,
        "themes": tale.themes,
        "how_we_know": tale.how_we_know,
        "illustrative": "true",
    }
    body = f"## What was the need\n\n{tale.need}\n\n## What we did\n\n{tale.aims}\n"
    return texts.insert(
        db,
        kind=ArticleType.CASE_STUDY,
        content=Content(fields=fields, body=body),
        school=tale.supporter,
        author=writer,
        now=at,
    )
