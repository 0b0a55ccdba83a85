"""What is deleted by night because it was kept only for a while."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from kb.domain.job import Job
from kb.domain.schedule import Schedule
from kb.storage import drawers, links, outbox, pictures, sessions, throttles
from kb.storage.database import Database

TIDY = Schedule(kind="tidy", at=time(2, 30))
SESSIONS_KEPT = timedelta(days=14)
"""After its last use. No session counts for longer than a week; then a late text must still find its writer."""

LINKS_KEPT = timedelta(days=30)
PICTURES_KEPT = timedelta(days=1)
"""For so long a file may wait for the row that names it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidying:
    """What tidying works with. ``empty_bin`` deletes texts that were thrown away long ago."""

    database: Database
    var: Path
    empty_bin: Callable[[Database, datetime], int]

    def tidy(self, _job: Job) -> None:
        """Delete letters long sent, texts long thrown away, and what signing in has left. May be done again."""
        db, now = self.database, datetime.now(UTC)
        outbox.forget_old(db)
        gone = {
            "texts": self.empty_bin(db, now),
            "sessions": sessions.sweep(db, now - SESSIONS_KEPT),
            "links": links.sweep(db, now - LINKS_KEPT),
            "kept forms": drawers.sweep(db, now),
            "tries": throttles.sweep(db),
            "pictures": self._pictures(now),
        }
        _log.info("tidied: %s", ", ".join(f"{count} {what}" for what, count in gone.items()))

    def _pictures(self, now: datetime) -> int:
        left = pictures.left_behind(self.database, self.var, before=now - PICTURES_KEPT)
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)
