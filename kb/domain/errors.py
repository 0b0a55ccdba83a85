"""What can go wrong, as facts about a person's situation.

KnowledgeBaseError
├── NotFound             nothing here that this reader may see
├── SignInNeeded         only for people who are signed in
├── NotAllowed           an area of the site that is kept for others
├── ContentInvalid       files in content/ have mistakes; carries every one of them
├── BadRequest           what was asked for cannot be understood
├── TooLarge             more than the site can take in one piece
└── Unavailable          a part is missing for now (index, model, disk)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class KnowledgeBaseError(Exception):
    """One sentence that says what to do. ``field`` tells a form where to show it, ``title`` what a page is called."""

    field: str | None = None
    title: str | None = None


class NotFound(KnowledgeBaseError):
    """Nothing here that this reader may see."""


class SignInNeeded(KnowledgeBaseError):
    """Only for people who are signed in."""

    def __init__(self) -> None:
        super().__init__(
            "Sign in first. If you were signed in, it has been too long; your text is safe in this page."
        )


class NotAllowed(KnowledgeBaseError):
    """An area of the site that is kept for others."""

    def __init__(self) -> None:
        super().__init__(
            "It is kept for other people. If you need it for your work, ask the improvement lead."
        )


class BadRequest(KnowledgeBaseError):
    """What was asked for cannot be understood."""


class TooLarge(KnowledgeBaseError):
    """More than the site can take in one piece."""


class Unavailable(KnowledgeBaseError):
    """A part of the site is missing for now."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """One mistake in a content file: where it is, what is wrong and what to do.

    line  counted from 1; 0 when it concerns the whole file
    """

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


class ContentInvalid(KnowledgeBaseError):
    """Files in content/ have mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(f"{count} in the content files, the first: {self.mistakes[0]}")
