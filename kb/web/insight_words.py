"""Days as they stand under a chart."""

from __future__ import annotations

from datetime import date


def short(day: date | str) -> str:
    """A day in few letters: 7 Sep 2026."""
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{known.day} {known:%b %Y}"
