"""Announcements of the improvement lead: dated, to everybody or to some, and put away by each reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kb.domain.errors import BadRequest

LONGEST_TITLE, LONGEST_WORDS = 120, 600
LONGEST_SHOWN = timedelta(days=366)


class AnnouncementRefused(BadRequest):
    """Something about an announcement cannot be so; ``field`` is the question that the sentence answers."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to tell. Empty schools or posts mean everybody who signs in.

    starts, ends  the first and the last day on which it is shown
    """

    id: int
    title: str
    words: str
    schools: tuple[str, ...]
    posts: tuple[str, ...]
    starts: date
    ends: date

    def shown(self, today: date) -> bool:
        """True on the days on which it is shown."""
        return self.starts <= today <= self.ends


def checked(announcement: Announcement) -> Announcement:
    """The announcement, fit to be kept. Raises AnnouncementRefused."""
    if not announcement.title or len(announcement.title) > LONGEST_TITLE:
        raise AnnouncementRefused("title", f"Use at most {LONGEST_TITLE} characters for the heading.")
    if not announcement.words or len(announcement.words) > LONGEST_WORDS:
        raise AnnouncementRefused("words", f"Use at most {LONGEST_WORDS} characters.")
    if not announcement.starts <= announcement.ends <= announcement.starts + LONGEST_SHOWN:
        raise AnnouncementRefused(
            "ends", "The last day must come after the first one, and within a year of it."
        )
    return announcement
