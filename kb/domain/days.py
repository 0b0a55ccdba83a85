"""Days as people type them: 2026-09-01, 1/9/2026, 1 September 2026, Sept 2026."""

from __future__ import annotations

import calendar
import re
from datetime import date

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS["sept"] = 9
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?")
_SLASHED = re.compile(r"(?:(?P<day>\d{1,2})[/.])?(?P<month>\d{1,2})[/.](?P<year>\d{4})")
_SPOKEN = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})", re.IGNORECASE
)


def day_from(typed: str, *, last: bool = False) -> date | None:
    """The day that was typed, None for what is none. A month alone is its first day, or its ``last``."""
    for form in (_ISO, _SLASHED, _SPOKEN):
        found = form.fullmatch(typed.strip())
        if found:
            return _day(found["year"], found["month"], found["day"], last=last)
    return None


def _day(year: str, month: str, day: str | None, *, last: bool) -> date | None:
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    try:
        end = calendar.monthrange(int(year), number)[1]
        return date(int(year), number, int(day) if day else (end if last else 1))
    except (ValueError, calendar.IllegalMonthError):
        return None
