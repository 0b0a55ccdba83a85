"""What an import did with each file, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One file, or several that were left out for the same reason.

    path      from the folder that was imported on, with forward slashes; ‘*.png’ for several
    slug      of the article, empty when there is none
    reason    why it was skipped, or what was left out of it; empty when there is nothing to say
    unstated  keys of the front matter that the file could not fill
    files     how many files this line stands for
    """

    path: str
    slug: str = ""
    verdict: Verdict
    reason: str = ""
    unstated: tuple[str, ...] = ()
    files: int = 1

    def __str__(self) -> str:
        several = f" ({self.files} files)" if self.files > 1 else ""
        article = f" → {self.slug}" if self.slug else ""
        return (
            f"{self.verdict.value}: {self.path}{several}{article}{f': {self.reason}' if self.reason else ''}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Every file of an import in the order it was dealt with."""

    entries: tuple[Imported, ...]

    def count(self, verdict: Verdict) -> int:
        """How many files came to this."""
        return sum(entry.files for entry in self.entries if entry.verdict is verdict)

    def unstated(self) -> dict[str, int]:
        """Key of the front matter → how many articles do not state it, the most frequent first."""
        counts: dict[str, int] = {}
        for key in (key for entry in self.entries for key in entry.unstated):
            counts[key] = counts.get(key, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

    def __str__(self) -> str:
        counts = ", ".join(f"{self.count(verdict)} {verdict.value}" for verdict in Verdict)
        missing = ", ".join(f"{key} in {count}" for key, count in self.unstated().items())
        return f"{counts}." + (f"\nNot stated: {missing}." if missing else "")


def joined(reasons: Iterable[str]) -> str:
    """Several reasons as one, without the empty ones."""
    return "; ".join(reason.rstrip(".") for reason in reasons if reason)
