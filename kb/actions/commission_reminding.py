"""Letters about commissions that come round: to whoever does the next step, before its day and after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from kb.actions.commission_rights import people
from kb.actions.notifying import notify
from kb.domain.commission import OPEN, Commission, Stage, due
from kb.domain.job import Job
from kb.domain.permission_commission import Party
from kb.domain.schedule import Schedule
from kb.storage import commissions
from kb.storage.database import Database

COMMISSIONS = Schedule(kind="commissions", at=time(7, 10))

BEFORE = timedelta(days=2)
"""How long before its day a step is told of."""

AGAIN_AFTER = 7
"""Days between two letters to one person."""

NEXT: Mapping[Stage, tuple[str, tuple[Party, ...]]] = {
    Stage.NEED: ("say who pays", (Party.LEAD,)),
    Stage.FUNDED: ("find who can help", (Party.LEAD,)),
    Stage.MATCHED: ("say whether you agree", (Party.RECEIVING_HEAD, Party.SUPPORTING_HEAD)),
    Stage.AGREED: ("make contact and plan", (Party.SUPPORTING_HEAD, Party.SUPPORTER)),
    Stage.PLANNED: ("make the first contact, and log it", (Party.SUPPORTER, Party.SUPPORTING_HEAD)),
    Stage.DELIVERY: ("report", (Party.SUPPORTER, Party.SUPPORTING_HEAD)),
    Stage.REPORTED: ("say what came of it", (Party.CONTACT, Party.RECEIVING_HEAD)),
    Stage.EVALUATED: ("turn it into a case study, or close it", (Party.LEAD, Party.SUPPORTER)),
}
"""Stage → what is to be done next, and who is told."""


@dataclass(frozen=True, slots=True)
class Chasing:
    """Writes the letters about what is due or late; each of them once however often its job is done."""

    database: Database

    def remind(self, job: Job) -> None:
        """Tell everybody what is theirs to do in the next days. The lead hears, too, of what is late."""
        turn = date.fromisoformat(job.payload["turn"])
        theirs: dict[int, list[Mapping[str, str]]] = defaultdict(list)
        for commission in commissions.at(self.database, OPEN):
            day = due(commission)
            if day is None or turn < day - BEFORE:
                continue
            for person in self._who(commission, late=turn > day):
                theirs[person].append(_line(commission, day, turn))
        for person, lines in theirs.items():
            notify(
                self.database,
                to=person,
                kind="commissions-due",
                values={"commissions": lines, "link": "/commissions/?sort=due"},
                key=f"commissions:{person}:{turn.toordinal() // AGAIN_AFTER}",
            )

    def _who(self, commission: Commission, *, late: bool) -> tuple[int, ...]:
        _, some = NEXT[commission.stage]
        if commission.stage is Stage.MATCHED:
            some = tuple(
                party
                for party, yes in (
                    (Party.RECEIVING_HEAD, commission.yes_receiver),
                    (Party.SUPPORTING_HEAD, commission.yes_supporter),
                )
                if yes is None
            )
        found = people(self.database, commission, some)
        return found if found and not late else people(self.database, commission, (*some, Party.LEAD))


def _line(commission: Commission, day: date, turn: date) -> Mapping[str, str]:
    words, _ = NEXT[commission.stage]
    title = "A confidential commission" if commission.need.confidential else commission.need.title
    when = f"was due on {_day(day)}" if turn > day else f"by {_day(day)}"
    return {"title": title, "note": f"please {words}, {when}", "link": f"/commissions/{commission.id}"}


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
