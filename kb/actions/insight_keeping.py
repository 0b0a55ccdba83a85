"""Each night: needs are gathered while their words are there, then what is kept only for a while is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from kb.actions.gap_gathering import Encode, gather
from kb.domain.job import Job
from kb.domain.schedule import Schedule
from kb.domain.search_log import JOB
from kb.storage import gaps, search_log
from kb.storage.database import Database

KEEP = Schedule(kind=JOB, at=time(2, 45))


@dataclass(frozen=True, slots=True)
class Keeping:
    """The nightly turn. Doing it twice changes nothing."""

    database: Database
    encode: Encode

    def keep(self, _job: Job) -> None:
        """Gather needs; delete words after a month, searches after a year and a little, links after half an hour."""
        now = datetime.now(UTC)
        while gather(self.database, self.encode):
            pass
        search_log.forget(self.database, now)
        gaps.forget(self.database, now.date())
